/** What of PT_DYNAMIC contradicts itself; what the loaders do then is asked of them in __tests__/kernel. */
import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { ElfSpec } from '../support/elf-spec.ts';

const SPEC: ElfSpec = { needed: ['libc.so.6'], undefined: ['here'], defined: ['there'] };
const DT = { HASH: 4, RELA: 7, RELASZ: 8, RELAENT: 9 } as const;

/** With another value of a tag, or what it is now plus `more`. */
function changed(spec: ElfSpec, tag: number, to: (now: bigint) => bigint): ReturnType<typeof parseElf> {
  const data = Buffer.from(buildElf(spec));
  const dynamic = headers(data).find((at) => data.readUInt32LE(at) === 2) ?? 0;
  for (let at = Number(data.readBigUInt64LE(dynamic + 8)); ; at += 16) {
    if (data.readBigUInt64LE(at) !== BigInt(tag)) continue;
    data.writeBigUInt64LE(to(data.readBigUInt64LE(at + 8)), at + 8);
    return parseElf(data, '');
  }
}

function headers(data: Buffer): number[] {
  return Array.from({ length: data.readUInt16LE(56) }, (_, index) => 64 + 56 * index);
}

const faultsOf = ({ dynamic }: ReturnType<typeof parseElf>) =>
  dynamic?.faults.map(({ of, text }) => `${of}: ${text}`);

describe('what is wrong with the tables of a file', () => {
  test.each(['sysv', 'gnu'] as const)('nothing, with a hash table of the kind %s', (hash) => {
    const elf = parseElf(buildElf({ ...SPEC, hash }), '');
    expect(elf.dynamic?.faults).toEqual([]);
    expect(elf.problems).toEqual([]);
  });

  test('the size of an entry', () => {
    expect(faultsOf(changed(SPEC, DT.RELAENT, () => 16n))).toEqual([
      'glibc: DT_RELAENT is 16, and an entry of DT_RELA has 24 bytes',
    ]);
  });

  test('a part of a relocation ends musl’s loader, and is a doubt of any other', () => {
    const text = 'the relocations of DT_RELA take 23 bytes, and each of them 24';
    const elf = changed(SPEC, DT.RELASZ, (now) => now - 1n);
    expect(faultsOf(elf)).toEqual([`musl: ${text}`]);
    expect(elf.problems).toEqual([{ part: 'dynamic', kind: 'broken', text }]);
  });

  test('far away lies nothing, and near by something else', () => {
    expect(faultsOf(changed(SPEC, DT.RELA, () => 1n << 40n))).toContain(
      'every loader: PT_DYNAMIC has DT_RELA at an address that lies in no segment',
    );
    const near = changed(SPEC, DT.RELA, (now) => now + (1n << 20n));
    expect(faultsOf(near)).toEqual([]);
    expect(near.problems).toContainEqual(
      expect.objectContaining({ part: 'dynamic', text: 'DT_RELA lies outside its segments' }),
    );
  });

  test('a hash table that is not of its symbols', () => {
    const { problems } = changed(SPEC, DT.HASH, (now) => now + 8n);
    expect(problems.map(({ text }) => text)).toContain('the hash table is not that of the symbols');
  });
});
