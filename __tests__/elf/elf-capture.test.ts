import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseElf, startElf } from '../../src/elf/elf-capture.ts';
import type { ElfFacts } from '../../src/elf/elf-facts.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES } from '../support/elf-machines.ts';

const RICH = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  needed: ['libc.so.6'],
  versionsNeeded: [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.34', weak: false }] }],
  undefined: ['puts'],
  defined: ['main'],
  buildId: 'abcd',
};

function streamed(bytes: Uint8Array, chunkSizes: readonly number[]): ElfFacts {
  const capture = startElf(bytes.length);
  const reused = new Uint8Array(Math.max(...chunkSizes));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = chunkSizes[turn % chunkSizes.length] ?? 1;
    const chunk = bytes.subarray(at, at + size);
    reused.set(chunk);
    capture.write(reused.subarray(0, chunk.length));
    at += size;
  }
  return capture.finish('');
}

/** Moves a built file's bytes from `from` on by `gap`, as if its second segment were far behind. */
function withGap(gap: number): Uint8Array {
  const code = new Uint8Array(gap);
  return buildElf({ ...RICH, code, hash: 'gnu' });
}

describe('streaming and whole files give equal facts', () => {
  test('for small files of any machine in any chunks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MACHINE_NAMES),
        fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }),
        (machine, chunks) => {
          const bytes = buildElf({ ...RICH, machine });
          expect(streamed(bytes, chunks)).toEqual(parseElf(bytes, ''));
        },
      ),
    );
  });

  test('for large files whose tables lie on both sides of the code', () => {
    const bytes = withGap(3_000_000);
    const whole = parseElf(bytes, '');
    expect(whole).toMatchObject({ dynamic: { needed: ['libc.so.6'] }, problems: [] });
    expect(whole.symbols?.undefined).toBe('puts');
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 500, max: 700_000 }), { minLength: 1, maxLength: 5 }),
        (chunks) => {
          expect(streamed(bytes, chunks)).toEqual(whole);
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('large files', () => {
  test('program headers at the end of the file are found', () => {
    const bytes = Buffer.from(buildElf({ ...RICH, padding: 3_000_000 }));
    const [tableAt, size, count] = [64, 56, bytes.readUInt16LE(56)];
    const moved = Buffer.concat([bytes, bytes.subarray(tableAt, tableAt + size * count)]);
    moved.writeBigUInt64LE(BigInt(bytes.length), 32);
    moved.fill(0, tableAt, tableAt + size * count);
    expect(parseElf(moved, '')).toMatchObject({
      interpreter: { path: RICH.interpreter },
      dynamic: { needed: ['libc.so.6'] },
      problems: [],
    });
    expect(streamed(moved, [65_537])).toEqual(parseElf(moved, ''));
  });

  test('F09 a file of gigabytes costs no more than the budget, and what was not kept is unread', () => {
    const head = buildElf(RICH);
    const fileSize = 3 * 1024 ** 3;
    const view = Buffer.from(head);
    const firstLoad = 64 + 56 * 2;
    view.writeBigUInt64LE(BigInt(fileSize), firstLoad + 32);
    view.writeBigUInt64LE(BigInt(fileSize), firstLoad + 40);
    const farAway = 2n * 1024n ** 3n;
    const capture = startElf(fileSize);
    const strings = [...dynamicEntries(view)].find(({ tag }) => tag === 5n);
    view.writeBigUInt64LE(farAway, strings?.valueAt ?? 0);
    capture.write(view);
    const zeros = new Uint8Array(1024 ** 2);
    const before = process.memoryUsage().arrayBuffers;
    for (let at = head.length; at < fileSize; at += zeros.length) {
      capture.write(zeros.subarray(0, Math.min(zeros.length, fileSize - at)));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(70 * 1024 ** 2);
    const facts = capture.finish('');
    expect(facts.fileSize).toBe(fileSize);
    expect(facts.interpreter?.path).toBe(RICH.interpreter);
    expect(facts.dynamic?.needed).toEqual([]);
    expect(facts.problems).toContainEqual({
      part: 'dynamic',
      kind: 'unread',
      text: 'a DT_NEEDED name is not in the string table',
    });
  });

  test('a file that ends before its announced size is taken as it is', () => {
    const bytes = buildElf(RICH);
    const capture = startElf(bytes.length + 5_000_000);
    capture.write(bytes);
    expect(capture.finish('')).toEqual(parseElf(bytes, ''));
  });
});

function* dynamicEntries(bytes: Buffer): Generator<{ tag: bigint; valueAt: number }> {
  const header = Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => 64 + 56 * index).find(
    (at) => bytes.readUInt32LE(at) === 2,
  );
  const start = Number(bytes.readBigUInt64LE((header ?? 0) + 8));
  for (let at = start; ; at += 16) {
    const tag = bytes.readBigUInt64LE(at);
    if (tag === 0n) return;
    yield { tag, valueAt: at + 8 };
  }
}
