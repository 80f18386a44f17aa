/** Programs that no linker writes before kernels of other machines: their address spaces and their permissions. */
import { type Segment, segmentsOnly } from '../../support/segments.ts';
import type { KernelCase } from '../kernel-case.ts';
import { abiCasesOf } from './machine-abis.ts';
import { code, FIXED, INTERPRETER, machineCase } from './machine-case.ts';
import type { Machine, Says } from './machines.ts';

/** PT_GNU_STACK that wants nothing executed. */
const STACK: Segment = { type: 0x6474e551, flags: 6 };

function zeros(address: number | bigint): Segment {
  return { type: 1, flags: 6, address, memorySize: 0x1000 };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

export function machineCasesOf(machine: Machine): readonly KernelCase[] {
  const cases = [...headerCases(machine), ...permissionCases(machine), ...placeCases(machine)];
  return [...cases, ...abiCasesOf(machine)];
}

function headerCases(machine: Machine): KernelCase[] {
  const file = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', machine.machine);
  const foreign = machine.machine === 's390x' ? 'riscv64' : 's390x';
  const other = segmentsOnly('ET_EXEC', FIXED, [code(FIXED)], '', foreign);
  const object = Buffer.from(file);
  object.fill(1, 16, 18);
  return [
    machineCase(machine, 'a static program', file, 'starts'),
    {
      ...machineCase(machine, 'a program that is cut off', file.subarray(0, 0x800), 'error'),
      // Larger pages reach as far as the code, and have zeros there.
      ...(machine.machine === 'ppc64le' && { kernel: 'signal 4', tells: 'otherwise' as const }),
    },
    { ...machineCase(machine, 'a type that is none', object, 'error'), kernel: 'execve ENOEXEC' },
    {
      ...machineCase(machine, 'a program of another machine', other, 'error', 'wrong-architecture'),
      kernel: 'execve ENOEXEC',
    },
  ];
}

function permissionCases(machine: Machine): KernelCase[] {
  const { readable, unsaid } = machine;
  const fixed = (name: string, flags: number, says: Says, more: readonly Segment[]) => {
    const segments = [code(FIXED, { flags }), ...more];
    return machineCase(
      machine,
      `code with permissions ${flags}${name}`,
      segmentsOnly('ET_EXEC', FIXED, segments, '', machine.machine),
      says,
    );
  };
  return [
    ...[1, 3, 5, 7].map((flags) => fixed('', flags, 'starts', [STACK])),
    fixed('', 0, 'error', [STACK]),
    fixed('', 4, readable, [STACK]),
    fixed('', 6, readable, [STACK]),
    fixed(', without PT_GNU_STACK', 4, unsaid, []),
  ];
}

function placeCases(machine: Machine): KernelCase[] {
  const fixed = (name: string, says: Says, more: readonly Segment[], at = FIXED) =>
    machineCase(machine, name, segmentsOnly('ET_EXEC', at, [code(at), ...more], '', machine.machine), says);
  const free = (name: string, says: Says, more: readonly Segment[], align = 0x1000n) => {
    const segments = [code(0x1000, { align }), ...more];
    const data = segmentsOnly('ET_DYN', 0x1000, segments, '/ld.so\0', machine.machine);
    return machineCase(machine, name, data, says);
  };
  const { addresses, aligned, spans } = machine;
  return [
    fixed('a segment at address 0', 'error', [zeros(0)]),
    fixed('code just above 64 KiB', 'starts', [], machine.machine === 'ppc64le' ? 0x21000 : 0x11000),
    ...addresses.map(([address, says]) => fixed(`a segment at ${hex(address)}`, says, [zeros(address)])),
    ...aligned.flatMap(([power, without, withLoader]) => {
      const name = `segments at multiples of 2 to the power of ${power}`;
      return [
        free(name, without, [], 1n << BigInt(power)),
        free(`with a loader, ${name}`, withLoader, [INTERPRETER], 1n << BigInt(power)),
      ];
    }),
    ...spans.flatMap(([span, without, withLoader]) => [
      free(`segments that span ${hex(span)}`, without, [zeros(span)]),
      free(`with a loader, segments that span ${hex(span)}`, withLoader, [zeros(span), INTERPRETER]),
    ]),
  ];
}
