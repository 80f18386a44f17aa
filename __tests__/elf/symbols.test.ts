import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { hasSymbol, symbolHash } from '../../src/elf/symbol-hash.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES } from '../support/elf-machines.ts';
import type { ElfSpec } from '../support/elf-spec.ts';

const SPEC: ElfSpec = { undefined: ['puts', 'exit'], weakUndefined: ['gone'], defined: ['here', 'there'] };

const NONE = new BigUint64Array();

describe('how many symbols there are', () => {
  test.each(MACHINE_NAMES)('%s: DT_HASH says it', (machine) => {
    const { symbols } = parseElf(buildElf({ ...SPEC, machine }), '');
    expect(symbols?.undefined).toBe('puts\nexit');
    expect(symbols?.defined).toHaveLength(2);
  });

  test.each(MACHINE_NAMES)('%s: the chains of DT_GNU_HASH say it', (machine) => {
    const { symbols } = parseElf(buildElf({ ...SPEC, machine, hash: 'gnu' }), '');
    expect(symbols?.undefined).toBe('puts\nexit');
    expect(symbols?.defined).toHaveLength(2);
  });

  // mips64el packs r_info its own way and always has DT_HASH or DT_MIPS_SYMTABNO.
  test.each(MACHINE_NAMES.filter((machine) => machine !== 'mips64el'))(
    '%s: the relocations say it where DT_GNU_HASH is empty',
    (machine) => {
      const facts = parseElf(buildElf({ machine, hash: 'gnu', undefined: ['puts', 'exit'] }), '');
      expect(facts).toMatchObject({ symbols: { undefined: 'puts\nexit' }, problems: [] });
    },
  );
});

test('names are bytes, one a UTF-16 unit', () => {
  const { symbols } = parseElf(buildElf({ undefined: ['caf\xc3\xa9'], defined: ['na\xc3\xafve'] }), '');
  expect(symbols?.undefined).toBe('caf\xc3\xa9');
  expect(hasSymbol(symbols?.defined ?? new BigUint64Array(), 'na\xc3\xafve')).toBe(true);
});

test('every defined name is found by its hash, and no other', () => {
  const names = Array.from({ length: 500 }, (_, index) => `symbol_${index}`);
  const { symbols } = parseElf(buildElf({ defined: names }), '');
  const defined = symbols?.defined ?? new BigUint64Array();
  expect(names.filter((name) => !hasSymbol(defined, name))).toEqual([]);
  expect(hasSymbol(defined, 'symbol_500')).toBe(false);
  expect(hasSymbol(new BigUint64Array(), 'symbol_1')).toBe(false);
});

test('the hash is 64 bits wide in both halves', () => {
  const hashes = Array.from({ length: 1_000 }, (_, index) => symbolHash(`f${index}`));
  expect(new Set(hashes.map((hash) => hash >> 32n)).size).toBeGreaterThan(990);
  expect(new Set(hashes.map((hash) => hash & 0xffffffffn)).size).toBeGreaterThan(990);
});

describe('versions of symbols', () => {
  const versions = [{ name: 'V_2', weak: false }];
  const versionsNeeded = [{ file: 'liba.so', versions }];

  test.each(MACHINE_NAMES)('what a %s file wants, and of which library', (machine) => {
    const spec = { machine, undefined: ['sea@V_2', 'sky'], versionsNeeded };
    expect(parseElf(buildElf(spec), '').symbols?.undefined).toBe('sea\0V_2\0liba.so\nsky');
  });

  test('what a file defines: a default, none, and one that is no default', () => {
    const defined = ['sea@V_1', 'sea@@V_2', 'sky', 'sun@V_2'];
    const { symbols } = parseElf(buildElf({ versionsDefined: ['V_1', 'V_2'], defined }), '');
    const has = (name: string) =>
      [symbols?.defined, symbols?.versioned].map((table) => hasSymbol(table ?? NONE, name));
    expect(has('sea')).toEqual([true, false]);
    expect(has('sky')).toEqual([true, false]);
    expect(has('sun')).toEqual([false, false]);
    const found = ['sea\0V_1', 'sea\0V_2', 'sea\0\0', 'sky\0', 'sun\0V_2', 'sun\0\0', 'sky\0\0', 'sun\0'];
    expect(found.filter((name) => has(name)[1])).toEqual(found.slice(0, 5));
  });

  test('a file without versions has none, one with a needed version has', () => {
    expect(parseElf(buildElf({ defined: ['sea'] }), '').symbols?.versioned).toBeNull();
    const table = parseElf(buildElf({ defined: ['sea'], versionsNeeded }), '').symbols?.versioned;
    expect(hasSymbol(table ?? NONE, 'sea\0')).toBe(true);
  });

  test('a table that is cut off is unknown, not empty', () => {
    const bytes = Buffer.from(buildElf({ defined: ['sea'], versionsDefined: ['V_1'] }));
    const at = bytes.indexOf(Buffer.from('f0ffff6f00000000', 'hex'));
    bytes.writeBigUInt64LE(1n << 40n, at + 8);
    expect(parseElf(bytes, '').problems).toContainEqual({
      part: 'symbols',
      kind: 'broken',
      text: 'the versions of its symbols end outside their segment',
    });
  });
});
