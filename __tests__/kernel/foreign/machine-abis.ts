/** What kernels of other machines make of e_flags, of EI_CLASS, and of entry points at which no instruction can be. */
import type { MachineName } from '../../support/elf-machines.ts';
import { CODE_AT, segmentsOnly, TEXT_AT } from '../../support/segments.ts';
import type { KernelCase } from '../kernel-case.ts';
import { code, FIXED, INTERPRETER, machineCase } from './machine-case.ts';
import type { Machine, Says } from './machines.ts';

export function abiCasesOf(machine: Machine): readonly KernelCase[] {
  return CASES[machine.machine]?.(machine) ?? [];
}

const CASES: Readonly<Partial<Record<MachineName, (machine: Machine) => readonly KernelCase[]>>> = {
  armhf: armCases,
  ppc64le: powerCases,
  riscv64: (machine) => [ofClass(machine, 1)],
  s390x: (machine) => [
    ofClass(machine, 1),
    { ...entered(machine, 1, 'error'), kernel: 'signal 4' },
    narrow(machine, 's390', 'warns, starts here', 'compat-32-bit'),
  ],
  mips64el: mipsCases,
};

/** With these e_flags. */
function flagged(machine: Machine, flags: number, says: Says): KernelCase {
  const data = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', machine.machine, flags);
  return machineCase(machine, `e_flags ${flags.toString(16)}`, data, says, 'wrong-abi');
}

/** With an entry point so many bytes behind the first instruction. */
function entered(machine: Machine, bytes: number, says: Says): KernelCase {
  const data = segmentsOnly('ET_EXEC', FIXED + bytes, [code(FIXED)], '', machine.machine);
  return machineCase(machine, `an entry point ${bytes} bytes behind an instruction`, data, says);
}

/** Kernels of these machines do look at EI_CLASS. */
function ofClass(machine: Machine, value: number): KernelCase {
  const data = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', machine.machine);
  data[4] = value;
  const question = machineCase(machine, `EI_CLASS ${value}`, data, 'error', 'wrong-architecture');
  return { ...question, kernel: 'execve ENOEXEC' };
}

const refused = (question: KernelCase): KernelCase => ({ ...question, kernel: 'execve ENOEXEC' });

function armCases(machine: Machine): readonly KernelCase[] {
  const thumb = segmentsOnly('ET_EXEC', FIXED + 1, [code(FIXED)], '', 'armhf');
  thumb.set(Buffer.from('0127002000df', 'hex'), CODE_AT); // movs r7,#1; movs r0,#0; svc 0
  const low = segmentsOnly('ET_EXEC', 0x9000, [code(0x9000)], '', 'armhf');
  return [
    ...[0x01000000, 0x04000000, 0x05000008, 0x05000400].map((flags) => flagged(machine, flags, 'starts')),
    // The system call is one of the EABI, whatever e_flags say.
    ...[0, 2, 0x600].map((flags) => flagged(machine, flags, 'warns, starts here')),
    {
      ...machineCase(machine, 'a system call of the old ABI', ofOldAbi(), 'error', 'wrong-abi'),
      tells: 'nothing',
    },
    refused(flagged(machine, 8, 'error')),
    refused(entered(machine, 2, 'error')),
    machineCase(machine, 'Thumb code', thumb, 'starts'),
    machineCase(machine, 'code just above 32 KiB', low, 'starts'),
  ];
}

/** Its system call is told by the instruction, and not by r7. */
function ofOldAbi(): Buffer {
  const data = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', 'armhf', 0);
  data[7] = 97;
  data.fill(0, CODE_AT, CODE_AT + 32);
  data.set(Buffer.from('0000a0e3010090ef', 'hex'), CODE_AT); // mov r0,#0; swi 0x900001
  return data;
}

const loaded = (flags: number) =>
  segmentsOnly('ET_DYN', 0x1000, [code(0x1000), INTERPRETER], '/ld.so\0', 'ppc64le', flags);

function powerCases(machine: Machine): readonly KernelCase[] {
  const data = { type: 1, flags: 6, offset: TEXT_AT, address: 0x422000, fileSize: 0x100 };
  const descriptor = Buffer.alloc(24);
  descriptor.writeBigUInt64LE(BigInt(FIXED));
  const described = (flags: number) =>
    segmentsOnly('ET_EXEC', 0x422000, [code(FIXED), data], descriptor.toString('latin1'), 'ppc64le', flags);
  return [
    ...[0, 1, 3].flatMap((flags) => [
      flagged(machine, flags, 'error'),
      machineCase(machine, `a descriptor, e_flags ${flags}`, described(flags), 'starts'),
      machineCase(machine, `with a loader, e_flags ${flags}`, loaded(flags), 'error', 'wrong-abi'),
    ]),
    machineCase(machine, 'a descriptor, e_flags 2', described(2), 'error'),
    machineCase(machine, 'with a loader, e_flags 2', loaded(2), 'starts'),
    entered(machine, 3, 'starts'),
  ];
}

function mipsCases(machine: Machine): readonly KernelCase[] {
  const warned = 'warns, starts here';
  return [
    ...[0, 0x20, 0x1007, 0x80000007].map((flags) => flagged(machine, flags, 'starts')),
    flagged(machine, 0x80000407, warned),
    narrow(machine, 'n32', warned, 'compat-32-bit'),
    narrow(machine, 'o32', warned, 'compat-32-bit'),
    refused(narrow(machine, 'o64', 'error', 'wrong-abi')),
  ];
}

/** Programs of 32 bits: e_flags and the instructions of exit(0). */
const NARROW = {
  s390: { like: 'ppc', machine: 22, flags: 0, code: 'a72800000a01' }, // lhi %r2,0; svc 1
  n32: { like: 'i386', machine: 8, flags: 0x80000027, code: 'aa17022400000424 0c000000' }, // li $v0,6058; li $a0,0; syscall
  o32: { like: 'i386', machine: 8, flags: 0x70001007, code: 'a10f022400000424 0c000000' }, // li $v0,4001; …
  o64: { like: 'i386', machine: 8, flags: 0x70002007, code: 'a10f022400000424 0c000000' },
} as const;

function narrow(machine: Machine, name: keyof typeof NARROW, says: Says, rule: string): KernelCase {
  const { like, machine: number, flags, code: instructions } = NARROW[name];
  const data = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', like, flags);
  data.set(like === 'ppc' ? [0, number] : [number, 0], 18);
  data.fill(0, CODE_AT, CODE_AT + 32);
  data.set(Buffer.from(instructions.replaceAll(' ', ''), 'hex'), CODE_AT);
  return machineCase(machine, `a program of 32 bits, ${name}`, data, says, rule);
}
