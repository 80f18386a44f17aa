/** Programs of the narrow modes of amd64, before a kernel that runs neither. */
import { segmentsOnly } from '../../support/segments.ts';
import type { KernelCase } from '../kernel-case.ts';
import { code, FIXED, INTERPRETER, machineCase } from './machine-case.ts';
import { I386_MACHINE, type Machine, type Says } from './machines.ts';

const AMD64: Machine = {
  ...I386_MACHINE,
  machine: 'amd64',
  platform: { os: 'linux', architecture: 'amd64' },
};

export const modeCases: readonly KernelCase[] = [
  ...refused({ ...AMD64, machine: 'x32' }, 'error', 'wrong-abi'),
  ...refused({ ...AMD64, machine: 'i386' }, 'warns, ends here', 'compat-32-bit'),
  machineCase(AMD64, 'a program of 64 bits', fixed(AMD64), 'starts'),
];

function fixed({ machine }: Machine): Buffer {
  return segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', machine);
}

function refused(machine: Machine, says: Says, rule: string): readonly KernelCase[] {
  const movable = (more: Parameters<typeof segmentsOnly>[2]) =>
    segmentsOnly('ET_DYN', 0x1000, [code(0x1000), ...more], '/ld.so\0', machine.machine);
  return [
    machineCase(machine, 'a static program', fixed(machine), says, rule),
    machineCase(machine, 'a static PIE', movable([]), says, rule),
    machineCase(machine, 'a program with a loader', movable([INTERPRETER]), says, rule),
  ].map((question) => ({ ...question, kernel: 'execve ENOEXEC' }));
}
