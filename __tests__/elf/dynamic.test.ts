import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { ElfSpec } from '../support/elf-spec.ts';

const PT_LOAD = 1;
const PT_DYNAMIC = 2;

/** A built amd64 file and ways to change one thing in it. */
function file(spec: ElfSpec): {
  bytes: Buffer;
  header: (type: number, nth?: number) => number;
  entry: (tag: bigint) => number;
} {
  const bytes = Buffer.from(buildElf(spec));
  const headers = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => 64 + 56 * index);
  const header = (type: number, nth = 0): number =>
    headers.filter((at) => bytes.readUInt32LE(at) === type)[nth] ?? -1;
  const start = Number(bytes.readBigUInt64LE(header(PT_DYNAMIC) + 8));
  const entry = (tag: bigint): number => {
    let at = start;
    while (bytes.readBigUInt64LE(at) !== tag) at += 16;
    return at;
  };
  return { bytes, header, entry };
}

const SPEC = { needed: ['liba.so', 'libb.so'], soname: 'libown.so' };

describe('PT_DYNAMIC as the loaders read it', () => {
  test('F03 its address counts, not its offset in the file', () => {
    const { bytes, header } = file(SPEC);
    bytes.writeBigUInt64LE(0xffff_ffffn, header(PT_DYNAMIC) + 8);
    expect(parseElf(bytes, '')).toMatchObject({ dynamic: { needed: ['liba.so', 'libb.so'] }, problems: [] });
  });

  test('it ends at DT_NULL, whatever its size claims', () => {
    const { bytes, header } = file(SPEC);
    bytes.writeBigUInt64LE(0n, header(PT_DYNAMIC) + 32);
    expect(parseElf(bytes, '').dynamic?.needed).toEqual(['liba.so', 'libb.so']);
  });

  test('an address that no segment holds leaves it empty and broken', () => {
    const { bytes, header } = file(SPEC);
    bytes.writeBigUInt64LE(0xdead_0000n, header(PT_DYNAMIC) + 16);
    expect(parseElf(bytes, '')).toMatchObject({
      dynamic: { needed: [] },
      problems: [{ part: 'dynamic', kind: 'broken', text: 'PT_DYNAMIC points outside the file' }],
    });
  });

  test('without DT_NULL it is broken, unless zeros follow, in the file or of the segment', () => {
    const { bytes, header, entry } = file({ ...SPEC, flags: 8 });
    const end = entry(0n);
    const full = Buffer.concat([bytes.subarray(0, end), Buffer.alloc(-end & 0xfff, 0xff)]);
    const data = header(PT_LOAD, 1);
    const start = Number(bytes.readBigUInt64LE(data + 8));
    for (const written of [bytes, full]) {
      written.writeBigUInt64LE(BigInt(end - start), data + 32);
      written.writeBigUInt64LE(BigInt(end - start), data + 40);
    }
    expect(parseElf(bytes, '').problems).toEqual([]);
    expect(parseElf(full, '').problems).toEqual([
      { part: 'dynamic', kind: 'broken', text: 'PT_DYNAMIC does not end with DT_NULL' },
    ]);
    full.writeBigUInt64LE(BigInt(end - start + 16), data + 40);
    expect(parseElf(full, '').problems).toEqual([]);
  });

  test('DT_STRSZ is a claim that nobody looks at', () => {
    const { bytes, entry } = file(SPEC);
    bytes.writeBigUInt64LE(1n, entry(10n) + 8);
    expect(parseElf(bytes, '')).toMatchObject({ dynamic: { soname: 'libown.so' }, problems: [] });
  });

  test('a name outside the string table is left out and is a problem', () => {
    const { bytes, entry } = file(SPEC);
    bytes.writeBigUInt64LE(2n ** 63n, entry(1n) + 8);
    expect(parseElf(bytes, '')).toMatchObject({
      dynamic: { needed: ['libb.so'] },
      problems: [{ part: 'dynamic', kind: 'broken', text: 'a DT_NEEDED name is not in the string table' }],
    });
  });

  test('of a tag that stands there twice the last one counts', () => {
    const { bytes, entry } = file({ ...SPEC, runpath: '/one', rpath: '/two' });
    bytes.writeBigUInt64LE(29n, entry(15n));
    expect(parseElf(bytes, '').dynamic).toMatchObject({ rpath: null, runpath: '/one' });
  });

  test('a later segment is mapped over an earlier one', () => {
    const { bytes, header } = file(SPEC);
    bytes.writeBigUInt64LE(0x20000n, header(PT_LOAD) + 40);
    bytes.writeBigUInt64LE(0x20000n, header(PT_LOAD) + 32);
    expect(parseElf(bytes, '').dynamic?.needed).toEqual(['liba.so', 'libb.so']);
  });

  test('bytes before a segment in its first page are mapped too', () => {
    const { bytes, header } = file(SPEC);
    const data = header(PT_LOAD, 1);
    for (const field of [8, 16, 24]) {
      bytes.writeBigUInt64LE(bytes.readBigUInt64LE(data + field) + 8n, data + field);
    }
    expect(parseElf(bytes, '').dynamic?.needed).toEqual(['liba.so', 'libb.so']);
  });
});

describe('the hash tables', () => {
  test.each<[string, ElfSpec, boolean]>([
    ['DT_HASH', { hash: 'sysv' }, true],
    ['DT_GNU_HASH', { hash: 'gnu' }, true],
    ['none', { hash: 'none' }, false],
  ])('%s', (_, spec, hasHash) => {
    expect(parseElf(buildElf(spec), '').dynamic?.hasHash).toBe(hasHash);
  });
});
