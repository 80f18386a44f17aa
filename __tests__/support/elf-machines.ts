/** Machines of container platforms and the narrow mode of one, each with a program that only ends: the system call exit(0). */
export interface Machine {
  readonly machine: number;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** e_flags of Debian's programs. */
  readonly flags: number;
  /** Where Debian's glibc has its loader. */
  readonly loader: string;
  /** The relocation type that stores a symbol's address, and whether tables have addends. */
  readonly globDat: number;
  readonly relocations: 'rel' | 'rela';
  /** Instructions of `exit(0)`, in memory order. */
  readonly exit: Uint8Array;
}

export type MachineName = keyof typeof MACHINES;

export const MACHINES = {
  amd64: {
    machine: 62,
    class: 64,
    byteOrder: 'little',
    flags: 0,
    loader: '/lib64/ld-linux-x86-64.so.2',
    globDat: 6,
    relocations: 'rela',
    exit: bytes('b83c000000 31ff 0f05'), // mov $60,%eax; xor %edi,%edi; syscall
  },
  i386: {
    machine: 3,
    class: 32,
    byteOrder: 'little',
    flags: 0,
    loader: '/lib/ld-linux.so.2',
    globDat: 6,
    relocations: 'rel',
    exit: bytes('b801000000 31db cd80'), // mov $1,%eax; xor %ebx,%ebx; int $0x80
  },
  /** For kernels of amd64 that know it. */
  x32: {
    machine: 62,
    class: 32,
    byteOrder: 'little',
    flags: 0,
    loader: '/libx32/ld-linux-x32.so.2',
    globDat: 6,
    relocations: 'rela',
    exit: bytes('b83c000040 31ff 0f05'), // mov $0x4000003c,%eax; xor %edi,%edi; syscall
  },
  arm64: {
    machine: 183,
    class: 64,
    byteOrder: 'little',
    flags: 0,
    loader: '/lib/ld-linux-aarch64.so.1',
    globDat: 1025,
    relocations: 'rela',
    exit: words('little', 0xd2800ba8, 0xd2800000, 0xd4000001), // mov x8,#93; mov x0,#0; svc #0
  },
  armhf: {
    machine: 40,
    class: 32,
    byteOrder: 'little',
    flags: 0x05000400,
    loader: '/lib/ld-linux-armhf.so.3',
    globDat: 21,
    relocations: 'rel',
    exit: words('little', 0xe3a07001, 0xe3a00000, 0xef000000), // mov r7,#1; mov r0,#0; svc 0
  },
  armel: {
    machine: 40,
    class: 32,
    byteOrder: 'little',
    flags: 0x05000200,
    loader: '/lib/ld-linux.so.3',
    globDat: 21,
    relocations: 'rel',
    exit: words('little', 0xe3a07001, 0xe3a00000, 0xef000000),
  },
  ppc64le: {
    machine: 21,
    class: 64,
    byteOrder: 'little',
    flags: 2,
    loader: '/lib64/ld64.so.2',
    globDat: 20,
    relocations: 'rela',
    exit: words('little', 0x38000001, 0x38600000, 0x44000002), // li r0,1; li r3,0; sc
  },
  ppc: {
    machine: 20,
    class: 32,
    byteOrder: 'big',
    flags: 0,
    loader: '/lib/ld.so.1',
    globDat: 20,
    relocations: 'rela',
    exit: words('big', 0x38000001, 0x38600000, 0x44000002),
  },
  s390x: {
    machine: 22,
    class: 64,
    byteOrder: 'big',
    flags: 0,
    loader: '/lib/ld64.so.1',
    globDat: 10,
    relocations: 'rela',
    exit: bytes('a7290000 0a01'), // lghi %r2,0; svc 1
  },
  riscv64: {
    machine: 243,
    class: 64,
    byteOrder: 'little',
    flags: 5,
    loader: '/lib/ld-linux-riscv64-lp64d.so.1',
    globDat: 2,
    relocations: 'rela',
    exit: words('little', 0x05d00893, 0x00000513, 0x00000073), // li a7,93; li a0,0; ecall
  },
  mips64el: {
    machine: 8,
    class: 64,
    byteOrder: 'little',
    flags: 0x80000007,
    loader: '/lib64/ld.so.1',
    globDat: 3,
    relocations: 'rel',
    exit: words('little', 0x240213c2, 0x24040000, 0x0000000c), // li $v0,5058; li $a0,0; syscall
  },
  mips: {
    machine: 8,
    class: 32,
    byteOrder: 'big',
    flags: 0x70001007,
    loader: '/lib/ld.so.1',
    globDat: 3,
    relocations: 'rel',
    exit: words('big', 0x24020fa1, 0x24040000, 0x0000000c), // li $v0,4001; li $a0,0; syscall
  },
  loong64: {
    machine: 258,
    class: 64,
    byteOrder: 'little',
    flags: 0x43,
    loader: '/lib64/ld-linux-loongarch-lp64d.so.1',
    globDat: 2,
    relocations: 'rela',
    exit: words('little', 0x0381740b, 0x03800004, 0x002b0000), // ori $a7,$zero,93; ori $a0,$zero,0; syscall 0
  },
} as const satisfies Readonly<Record<string, Machine>>;

export const MACHINE_NAMES: readonly MachineName[] = [
  'amd64',
  'i386',
  'x32',
  'arm64',
  'armhf',
  'armel',
  'ppc64le',
  'ppc',
  's390x',
  'riscv64',
  'mips64el',
  'mips',
  'loong64',
];

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function words(byteOrder: 'little' | 'big', ...instructions: readonly number[]): Uint8Array {
  const code = new DataView(new ArrayBuffer(4 * instructions.length));
  instructions.forEach((word, index) => code.setUint32(4 * index, word, byteOrder === 'little'));
  return new Uint8Array(code.buffer);
}
