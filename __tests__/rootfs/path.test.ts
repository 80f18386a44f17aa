import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { posix } from 'node:path';
import { baseOf, byteLengthOf, canonicalPath, joinPath, parentOf } from '../../src/rootfs/path.ts';
import { decodeBytes } from '../../src/base/plain-text.ts';

describe('paths', () => {
  test('canonicalPath is what cleaning the name below the root gives', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b.c', '.', '..', '/', '//', './', '.wh.x', '...'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, (text) => {
        const cleaned = posix.normalize(`/${text}`);
        expect(canonicalPath(text)).toBe(cleaned === '/' ? '/' : cleaned.replace(/\/$/, ''));
      }),
      { numRuns: 1_000 },
    );
  });

  test('parent and base join to the path again', () => {
    for (const path of ['/a', '/a/b', '/a/b/.c']) expect(joinPath(parentOf(path), baseOf(path))).toBe(path);
    expect(parentOf('/a')).toBe('/');
    expect(parentOf('/')).toBe('/');
  });

  test('byteLengthOf is the number of bytes before they were decoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(byteLengthOf(decodeBytes(bytes))).toBe(bytes.length);
      }),
    );
  });
});
