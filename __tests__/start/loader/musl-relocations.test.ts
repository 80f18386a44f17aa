import { expect, test } from '@jest/globals';
import type { MuslLoader } from '../../../src/elf/loader-facts.ts';
import { leavesPacked } from '../../../src/start/loader/musl-relocations.ts';

const loader: MuslLoader = { libc: 'musl', arch: 'x86_64', systemDirectories: [], version: null };

test.each([
  ['1.1.24', true],
  ['1.2.3', true],
  ['1.2.3-git-7', true],
  ['1.2.4', false],
  ['1.2.4-git-1', false],
  ['1.2.10', false],
  ['1.3.0', false],
  ['2.0.0', false],
  [null, false],
])('musl %s leaves packed relocations undone: %s', (version, leaves) => {
  expect(leavesPacked({ ...loader, version })).toBe(leaves);
});
