import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeElf } from '../../src/elf/describe-elf.ts';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES, MACHINES } from '../support/elf-machines.ts';

const FULL = {
  interpreter: '/lib/ld.so',
  needed: ['liba.so', 'libb.so'],
  versionsNeeded: [{ file: 'liba.so', versions: [{ name: 'A_1', weak: false }] }],
  versionsDefined: ['OWN_1'],
  undefined: ['puts'],
  weakUndefined: ['gone'],
  defined: ['here', 'there'],
  buildId: 'abcdef',
  x86IsaNeeded: 3,
  kernel: [5, 10, 0],
  armAttributes: [[6, 10]],
  go: { version: 'go1.24', path: 'example.com/program', settings: { GOARCH: 'arm64' } },
} as const;

const seeds = MACHINE_NAMES.flatMap((machine) => [
  buildElf({ ...FULL, machine }),
  buildElf({ ...FULL, machine, hash: 'gnu' }),
]);

/** Values that arithmetic gets wrong, as bytes in either order. */
const edges = fc.constantFrom(
  '00',
  'ff',
  '7f',
  '80',
  'ffff',
  'ffffffff',
  '7fffffff',
  'ffffff7f',
  '80000000',
  '00000080',
  'ffffffffffffffff',
  'ffffffffffffff7f',
  '7fffffffffffffff',
  '0000000008000000',
  '0800000000000000',
);
const edit = fc.record({
  at: fc.nat(4_000),
  bytes: fc.oneof(edges, fc.constantFrom('01', '02', '10', '41')),
});

describe('bytes that nobody meant (F12)', () => {
  test('a mutated file gives facts and never an exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(edit, { maxLength: 12 }),
        fc.option(fc.nat(4_000)),
        (seed, edits, length) => {
          const bytes = Buffer.from(seed);
          for (const { at, bytes: hex } of edits) {
            const value = Buffer.from(hex, 'hex');
            const place = 4 + (at % (bytes.length - 12));
            value.copy(bytes, place);
          }
          const facts = parseElf(length === null ? bytes : bytes.subarray(0, 4 + length), '');
          expect(facts.kind).toBe('elf');
          expect(describeElf(facts)).toMatch(/^ELF (32|64)-bit (little|big)-endian /);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('noise behind the magic gives facts and never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), (noise) => {
        expect(parseElf(Buffer.concat([Buffer.from('\x7fELF'), noise]), '').kind).toBe('elf');
      }),
      { numRuns: 500 },
    );
  });

  test('version records that point at themselves end', () => {
    const bytes = Buffer.from(buildElf({ ...FULL, machine: 'amd64' }));
    for (let at = 64; at + 4 <= bytes.length; at += 4) {
      const copy = Buffer.from(bytes);
      copy.writeUInt32LE(0xffffffff, at);
      expect(parseElf(copy, '').kind).toBe('elf');
    }
  });

  test('a table that claims four billion symbols allocates nothing', () => {
    const bytes = Buffer.from(buildElf(FULL));
    const hash = bytes.indexOf(Buffer.from('01000000050000000100000000000000', 'hex'));
    expect(hash).toBeGreaterThan(0);
    bytes.writeUInt32LE(0xffffffff, hash + 4);
    const facts = parseElf(bytes, '');
    expect(facts.symbols).toBeNull();
    expect(facts.problems).toContainEqual({
      part: 'symbols',
      kind: 'broken',
      text: 'the symbol table ends outside its segment',
    });
  });
});

test('every machine of the builder has another name', () => {
  const names = MACHINE_NAMES.map((name) => describeElf(parseElf(buildElf({ machine: name }), '')));
  expect(new Set(names).size).toBe(MACHINE_NAMES.length - 1); // armhf and armel differ in e_flags alone.
  expect(MACHINES.armhf.flags).not.toBe(MACHINES.armel.flags);
});
