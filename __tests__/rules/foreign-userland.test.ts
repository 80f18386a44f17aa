import { expect, test } from '@jest/globals';
import { foreignUserland } from '../../src/rules/foreign-userland.ts';
import { program, saysOf, surveyed } from '../support/surveyed.ts';

const AMD64 = program({ machine: 'amd64' });
const WRONG_BASE = { 'bin/sh': AMD64, 'bin/ls': AMD64, 'lib/libc.so.6': AMD64, 'usr/bin/env': AMD64 };

test('a base of another platform is one finding', async () => {
  const layers = [WRONG_BASE, { 'usr/local/bin/x': AMD64, 'app/server': program({ machine: 'arm64' }) }];
  expect(await saysOf(foreignUserland, { layers })).toEqual([
    'error: {platforms} has the root file system of linux/amd64',
  ]);
  const [seen] = foreignUserland.examine(await surveyed({ layers }));
  expect(seen).toMatchObject({
    message:
      '4 of 4 programs and libraries of the system are for x86-64 (/bin/sh, /lib/libc.so.6), and 1 more elsewhere.',
    evidence: { machine: 'x86-64', architecture: 'amd64', count: 4, native: 0, total: 5 },
  });
});

test('the right base is none', async () => {
  expect(await saysOf(foreignUserland, { platform: 'linux/amd64', layers: [WRONG_BASE] })).toEqual([]);
});
