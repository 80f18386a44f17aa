import { expect, test } from '@jest/globals';
import { parseElf } from '../../../src/elf/elf-capture.ts';
import { mappingFaultOf } from '../../../src/start/kernel/elf-mapping.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { MACHINE_NAMES, MACHINES } from '../../support/elf-machines.ts';
import { CODE_AT, segmentsOnly } from '../../support/segments.ts';

test.each(MACHINE_NAMES)('programs for %s as linkers make them have their place', (machine) => {
  const { loader: interpreter } = MACHINES[machine];
  // In the ELF header, but not where it begins.
  const header = { entry: 4 };
  const programs = [
    { machine },
    { machine, needed: [], header },
    { machine, interpreter, needed: ['libc.so.6'] },
  ];
  expect(programs.map((spec) => mappingFaultOf(parseElf(buildElf(spec), '')))).toEqual([null, null, null]);
});

test('what surely ends a start is told before what may end it', () => {
  const code = { type: 1, offset: CODE_AT, address: 0x401000, fileSize: 0x100 };
  const zeros = { type: 1, flags: 6, address: 1n << 38n, memorySize: 0x1000 };
  const faultOf = (entry: number) =>
    mappingFaultOf(parseElf(segmentsOnly('ET_EXEC', entry, [zeros, code], '', 'riscv64'), ''));
  expect(faultOf(0x401000)).toMatchObject({ certainty: 'possible' });
  expect(faultOf(0x801000)).toMatchObject({ certainty: 'certain' });
});
