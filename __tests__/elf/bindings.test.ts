import { expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES } from '../support/elf-machines.ts';

const names = { undefined: ['puts', 'exit'], defined: ['here'] };

test.each(MACHINE_NAMES)('%s: what data refers to is bound before the program runs', (machine) => {
  const { symbols } = parseElf(buildElf({ machine, ...names }), '');
  expect(symbols).toMatchObject({ undefined: 'puts\nexit', called: '' });
});

test.each(MACHINE_NAMES)('%s: what is only called may wait', (machine) => {
  const { symbols } = parseElf(buildElf({ machine, ...names, undefinedAre: 'called' }), '');
  expect(symbols).toMatchObject({ undefined: '', called: 'puts\nexit' });
});

test('where the relocations cannot be read, nothing is claimed of undefined names', () => {
  const bytes = Buffer.from(buildElf({ ...names, hash: 'sysv' }));
  // DT_RELASZ, far beyond the file.
  const entry = bytes.indexOf(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, 48, 0, 0, 0, 0, 0, 0, 0]));
  bytes.writeUInt32LE(0x7fffffff, entry + 8);
  const { symbols, problems } = parseElf(bytes, '');
  expect(symbols).toMatchObject({ undefined: '', called: '', defined: { length: 1 } });
  expect(problems).toContainEqual(expect.objectContaining({ part: 'symbols', kind: 'unread' }));
});

test.each([
  ['amd64', 6],
  ['i386', 6],
  ['arm64', 1025],
  ['armhf', 21],
  ['s390x', 10],
  ['ppc64le', 20],
] as const)('the types of relocations of %s are known, each once', (machine, type) => {
  const { symbols } = parseElf(buildElf({ ...names, machine }), '');
  expect(symbols?.relocations).toEqual([type]);
  expect(parseElf(buildElf({ machine, needed: [] }), '').symbols?.relocations).toEqual([]);
});

test('MIPS binds what has no stub through its GOT at once, with or without a relocation', () => {
  const bytes = Buffer.from(buildElf({ ...names, machine: 'mips64el' }));
  const relocations = bytes.indexOf(Buffer.from('12000000000000001000000000000000', 'hex').subarray(0, 8));
  expect(relocations).toBeGreaterThan(0);
  bytes.writeBigUInt64LE(0n, relocations + 8); // DT_RELSZ
  expect(parseElf(bytes, '').symbols).toMatchObject({ undefined: 'puts\nexit', called: '' });
});

test('a size of relocations that no number holds is one that cannot be read', () => {
  const bytes = Buffer.from(buildElf({ ...names, soname: 'here', rpath: '/here' }));
  const entryOf = (tag: number) =>
    bytes.indexOf(Buffer.from([tag, ...Array<number>(7).fill(0)]), dynamicOf(bytes));
  const relocations = bytes.readBigUInt64LE(entryOf(7) + 8);
  const [jmprel, pltrelsz] = [entryOf(14), entryOf(15)];
  for (const [at, tag, value] of [
    [jmprel, 23n, relocations],
    [pltrelsz, 2n, (1n << 64n) - 1n],
  ] as const) {
    bytes.writeBigUInt64LE(tag, at);
    bytes.writeBigUInt64LE(value, at + 8);
  }
  const { problems } = parseElf(bytes, '');
  expect(problems).toContainEqual(expect.objectContaining({ part: 'symbols', kind: 'unread' }));
});

/** Where PT_DYNAMIC lies in the file. */
function dynamicOf(bytes: Buffer): number {
  const header = bytes.indexOf(Buffer.from([2, 0, 0, 0]), 64);
  return Number(bytes.readBigUInt64LE(header + 8));
}
