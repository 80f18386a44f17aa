/** ELF files as fs/binfmt_elf.c reads them: a small static program with one thing changed. */
import { buildElf } from '../../support/elf-builder.ts';
import { file } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { compile, PROGRAMS, STATIC } from '../programs.ts';

const { amd64, amd64Pie, amd64Object, i386, arm64, arm, busybox } = PROGRAMS;
const dynamic = compile('gcc', [], 'char big[1 << 16] = { 1 }; int main(void) { return !big[0]; }');
const BAD = 'malformed-elf';
const PHDRS = 64;

/** A copy with bytes written at some place. */
function patched(
  base: Buffer,
  ...changes: readonly (readonly [at: number, value: number | bigint, width: 1 | 2 | 4 | 8])[]
): Buffer {
  const copy = Buffer.from(base);
  for (const [at, value, width] of changes) {
    if (width === 8) copy.writeBigUInt64LE(BigInt(value), at);
    else copy.writeUIntLE(Number(value), at, width);
  }
  return copy;
}

function change(
  name: string,
  at: number,
  value: number | bigint,
  width: 1 | 2 | 4 | 8,
  expect: string,
  kernel?: string,
): KernelCase {
  return elf(name, patched(amd64, [at, value, width]), expect, kernel);
}

function elf(name: string, data: Buffer, expect: string, kernel?: string): KernelCase {
  return kernelCase(name, [program('app', data)], '/app', expect, kernel === undefined ? {} : { kernel });
}

/** `exit(0)` by the number of the BSDs, at which Linux writes, and then `hlt`. */
const BSD_EXIT = Buffer.from('b80100000031ff0f05f4', 'hex');

function goProgram(system: string): Buffer {
  const go = { version: 'go1.22.0', path: 'shop', settings: { GOOS: system } };
  return Buffer.from(buildElf({ go, ...(system !== 'linux' && { code: BSD_EXIT }) }));
}

const NOTED = compile(
  'gcc',
  [...STATIC, '-Wl,-z,separate-code'],
  `__asm__(".globl _start\\n_start: .byte ${[...BSD_EXIT].join()}\\n.section .note.netbsd.ident, \\"a\\", @note\\n.long 7, 4, 1\\n.asciz \\"NetBSD\\"\\n.balign 4\\n.long 700000000");`,
);

/** Where the fields of the segment with the code lie: the first PT_LOAD that is executable. */
const CODE = segmentAt(amd64, (flags) => (flags & 1) !== 0);

function segmentAt(data: Buffer, wanted: (flags: number) => boolean): number {
  for (let index = 0; index < data.readUInt16LE(56); index++) {
    const at = PHDRS + index * 56;
    if (data.readUInt32LE(at) === 1 && wanted(data.readUInt32LE(at + 4))) return at;
  }
  throw new Error('the program has no such segment');
}

/** The segment with nothing but the headers is not needed. */
const SPARE = segmentAt(amd64, (flags) => flags === 4);
const NO_OFFSET = 2n ** 64n - 1n;

/** The program with a PT_INTERP behind its end that holds these bytes. */
function withInterpreter(bytes: string, size = bytes.length): Buffer {
  const grown = Buffer.concat([amd64, Buffer.from(bytes, 'latin1')]);
  return patched(grown, [SPARE, 3, 4], [SPARE + 8, amd64.length, 8], [SPARE + 32, size, 8]);
}

function interp(
  name: string,
  bytes: string,
  expect: string,
  kernel: string,
  size = bytes.length,
): KernelCase {
  const items = [program('app', withInterpreter(bytes, size)), program('ld.so', amd64Pie)];
  return kernelCase(name, items, '/app', expect, { kernel });
}

function cut(name: string, data: Buffer, length: number, expect: string): KernelCase {
  return elf(name, data.subarray(0, length), expect);
}

function warned(question: KernelCase, rule: string): KernelCase {
  return { ...question, expect: { warning: rule } };
}

function library(name: string, ...options: readonly string[]): KernelCase {
  const source =
    '#include <stdio.h>\nint greet(void) { return puts("x"); }\n' +
    '__asm__(".globl leave\\nleave: mov $60, %eax; xor %edi, %edi; syscall");';
  return elf(name, compile('gcc', ['-shared', '-fPIC', ...options], source), BAD);
}

const offset = Number(amd64.readBigUInt64LE(CODE + 8));
const size = Number(amd64.readBigUInt64LE(CODE + 32));

export const elfCases: readonly KernelCase[] = [
  elf('a static program', amd64, 'starts'),
  elf('a static PIE', amd64Pie, 'starts'),
  elf('an object file', amd64Object, BAD, 'execve ENOEXEC'),
  warned(elf('a 32-bit program of the same family', i386, 'starts'), 'compat-32-bit'),
  elf('a program for AArch64', arm64, 'wrong-architecture', 'execve ENOEXEC'),
  elf('a program for ARM', arm, 'wrong-architecture', 'execve ENOEXEC'),

  change('EI_CLASS says 32 bit', 4, 1, 1, 'starts'),
  change('EI_CLASS is nothing', 4, 0, 1, 'starts'),
  change('EI_CLASS is unknown', 4, 9, 1, 'starts'),
  change('EI_DATA says big-endian', 5, 2, 1, 'starts'),
  change('EI_DATA is nothing', 5, 0, 1, 'starts'),
  change('EI_VERSION is 0', 6, 0, 1, 'starts'),
  change('EI_OSABI is FreeBSD', 7, 9, 1, 'starts'),
  elf('a Go program for FreeBSD', goProgram('freebsd'), 'wrong-abi', 'signal 11'),
  elf('a Go program for Linux', goProgram('linux'), 'starts'),
  { ...elf('a program with a note of NetBSD’s', NOTED, 'wrong-abi', 'signal 11'), tells: 'nothing' },
  change('EI_ABIVERSION is 255', 8, 255, 1, 'starts'),
  change('e_version is 0', 20, 0, 4, 'starts'),
  change('e_flags are set', 48, 0xffffffff, 4, 'starts'),
  change('e_ehsize is 0', 52, 0, 2, 'starts'),
  change('e_shoff lies behind the end', 40, 1 << 30, 8, 'starts'),
  change('e_shentsize is 1', 58, 1, 2, 'starts'),
  change('e_shnum is 65535', 60, 0xffff, 2, 'starts'),
  change('e_shstrndx is 65535', 62, 0xffff, 2, 'starts'),
  change('the magic number is wrong', 1, 0x46, 1, 'unknown-format', 'execve ENOEXEC'),
  change('e_type is ET_DYN', 16, 3, 2, 'starts'),
  change('e_type is ET_NONE', 16, 0, 2, BAD, 'execve ENOEXEC'),
  change('e_type is ET_REL', 16, 1, 2, BAD, 'execve ENOEXEC'),
  change('e_type is ET_CORE', 16, 4, 2, BAD, 'execve ENOEXEC'),
  change('e_type is unknown', 16, 0xfe00, 2, BAD, 'execve ENOEXEC'),
  change('e_machine is another', 18, 243, 2, 'wrong-architecture', 'execve ENOEXEC'),
  change('e_machine is unknown', 18, 0xfff0, 2, 'wrong-architecture', 'execve ENOEXEC'),
  change('e_phentsize is that of 32 bit', 54, 32, 2, BAD, 'execve ENOEXEC'),
  change('e_phentsize is 0', 54, 0, 2, BAD, 'execve ENOEXEC'),
  change('e_phnum is 0', 56, 0, 2, BAD, 'execve ENOEXEC'),
  change('e_phnum is 73 and more than the file has behind it', 56, 73, 2, 'starts'),
  warned(change('e_phnum is 74', 56, 74, 2, 'starts'), BAD),
  change('e_phnum is PN_XNUM', 56, 0xffff, 2, BAD, 'execve ENOEXEC'),
  change('e_phoff lies behind the end', 32, 1 << 20, 8, BAD, 'execve ENOEXEC'),
  change('e_phoff wraps', 32, 0xffffffffffffffc0n, 8, BAD, 'execve ENOEXEC'),
  change('e_phoff is one byte off', 32, 65, 8, BAD),
  change('e_entry is 0', 24, 0, 8, BAD, 'signal 11'),
  change('e_entry lies in no segment', 24, 0x900000, 8, BAD, 'signal 11'),
  change('e_entry lies in a segment that is not executable', 24, 0x400000, 8, BAD, 'signal 11'),
  change('e_entry is no user address', 24, 0xffff800000000000n, 8, BAD, 'signal 11'),

  change('the code is no PT_LOAD', CODE, 4, 4, BAD, 'signal 11'),
  change('the code is not executable', CODE + 4, 4, 4, BAD, 'signal 11'),
  change('the code is executable and not readable', CODE + 4, 1, 4, 'starts'),
  change('the code is writable too', CODE + 4, 7, 4, 'starts'),
  change('p_offset does not fit p_vaddr', CODE + 8, offset + 8, 8, BAD, 'signal 11'),
  change('p_vaddr is no user address', CODE + 16, 0x7fffffffffff000n, 8, BAD, 'signal 11'),
  change('p_filesz is larger than p_memsz', CODE + 32, size + 1, 8, BAD, 'signal 11'),
  change('p_filesz is 0', CODE + 32, 0, 8, BAD, 'signal 11'),
  change('p_memsz is huge', CODE + 40, 1n << 46n, 8, BAD, 'signal 11'),
  change('p_memsz wraps', CODE + 40, 0xfffffffffffff000n, 8, BAD, 'signal 11'),
  change('p_align is 0', CODE + 48, 0, 8, 'starts'),
  change('p_align is no power of two', CODE + 48, 12345, 8, 'starts'),
  change('p_paddr is anything', CODE + 24, 0xdeadbeef, 8, 'starts'),
  warned(
    elf(
      'a segment that ends behind the end of the file',
      patched(amd64, [CODE + 32, 1 << 20, 8], [CODE + 40, 1 << 20, 8]),
      'starts',
    ),
    BAD,
  ),
  elf(
    'a writable segment whose zeros begin behind the end of the file',
    patched(amd64, [CODE + 4, 7, 4], [CODE + 32, (1 << 20) + 1, 8], [CODE + 40, 1 << 21, 8]),
    BAD,
    'signal 11',
  ),
  elf('code behind the end of the file', patched(amd64, [CODE + 8, offset + (1 << 20), 8]), BAD, 'signal 7'),

  cut('cut off at 4 bytes', amd64, 4, BAD),
  cut('cut off within the header', amd64, 40, BAD),
  cut('cut off at the header', amd64, 64, BAD),
  cut('cut off within the program headers', amd64, 100, BAD),
  cut('cut off right before the code', amd64, offset, BAD),
  cut('cut off right behind the code', amd64, offset + size, 'starts'),
  cut('a real program cut in half', busybox, Math.floor(busybox.length / 2), BAD),
  // The kernel looks for the loader first; both are said.
  {
    ...cut(
      'a program cut in half whose loader is not there',
      dynamic,
      Math.floor(dynamic.length / 2),
      'loader-not-found',
    ),
    besides: `error ${BAD}`,
    kernel: 'execve ENOENT',
  },
  cut('a real program without its last tenth', busybox, Math.floor(busybox.length * 0.9), BAD),
  kernelCase(
    'a real program without its sections',
    [program('busybox', busybox.subarray(0, Number(busybox.readBigUInt64LE(40))))],
    ['/busybox', 'true'],
    'starts',
  ),
  elf('a program with something behind it', Buffer.concat([amd64, Buffer.from('trailing')]), 'starts'),
  elf(
    'ELF magic and nothing but zeros',
    Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(500)]),
    BAD,
    'execve ENOEXEC',
  ),

  interp('PT_INTERP that is not terminated', '/ld.so', BAD, 'execve ENOEXEC'),
  interp('PT_INTERP of one byte', '\0', BAD, 'execve ENOEXEC'),
  interp('PT_INTERP of no byte', '', BAD, 'execve ENOEXEC'),
  interp('PT_INTERP that is too long', `/ld.so${'\0'.repeat(4091)}`, BAD, 'execve ENOEXEC'),
  interp('PT_INTERP behind the end of the file', '/ld.so\0', BAD, 'execve EIO', 100),
  elf(
    'PT_INTERP before the beginning of the file',
    patched(withInterpreter('/ld.so\0'), [SPARE + 8, -4096n & NO_OFFSET, 8]),
    BAD,
    'execve EINVAL',
  ),
  elf(
    'more program headers than a page holds, and among them a PT_INTERP of one byte',
    patched(Buffer.concat([withInterpreter('\0'), Buffer.alloc(8192)]), [56, 80, 2]),
    BAD,
    'execve ENOEXEC',
  ),
  interp('PT_INTERP with NULs behind', `/ld.so${'\0'.repeat(20)}`, 'starts', 'exit 0'),
  interp('PT_INTERP of the largest size', `/ld.so${'\0'.repeat(4090)}`, 'starts', 'exit 0'),
  interp('an empty path in PT_INTERP', '\0\0', 'not-executable', 'execve EACCES'),
  interp('a relative path in PT_INTERP', 'ld.so\0', 'starts', 'exit 0'),
  interp('a loader that is not there', '/lib/ld.so\0', 'loader-not-found', 'execve ENOENT'),
  interp('a loader that is a directory', '/\0', 'not-executable', 'execve EACCES'),
  kernelCase(
    'a loader without an x bit',
    [program('app', withInterpreter('/ld.so\0')), file('ld.so', amd64Pie)],
    '/app',
    'not-executable',
    { kernel: 'execve EACCES' },
  ),
  kernelCase(
    'a loader that names a loader of its own in an impossible way',
    [program('app', withInterpreter('/ld.so\0')), program('ld.so', withInterpreter('', 0))],
    '/app',
    'starts',
  ),
  kernelCase(
    'a loader that is a script',
    [program('app', withInterpreter('/ld.so\0')), program('ld.so', '#!/bin/sh\nexit 0\n'.repeat(9))],
    '/app',
    'loader-mismatch',
    { kernel: 'execve ELIBBAD' },
  ),
  kernelCase(
    'a loader that is a short text',
    [program('app', withInterpreter('/ld.so\0')), program('ld.so', 'hello\n')],
    '/app',
    'loader-mismatch',
    { kernel: 'execve EIO' },
  ),
  kernelCase(
    'a loader for another machine',
    [program('app', withInterpreter('/ld.so\0')), program('ld.so', arm64)],
    '/app',
    'loader-mismatch',
    { kernel: 'execve ELIBBAD' },
  ),
  kernelCase(
    'a loader that is empty',
    [program('app', withInterpreter('/ld.so\0')), program('ld.so', '')],
    '/app',
    'loader-mismatch',
    { kernel: 'execve EIO' },
  ),
  library('a shared library'),
  library('a shared library whose first bytes may be executed', '-Wl,-z,noseparate-code'),
  warned(library('a shared library with an entry point that needs none of the others', '-Wl,-e,leave'), BAD),
];
