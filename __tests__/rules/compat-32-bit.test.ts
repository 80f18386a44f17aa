import { expect, test } from '@jest/globals';
import { compat32Bit } from '../../src/rules/compat-32-bit.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { elf } from '../support/loading.ts';

const found = (severity: string, hosts: string) => ({
  severity,
  title: `{platforms} {starts|start} a 32-bit program, /app, which ${hosts}`,
  path: '/app',
  runtimeError: 'exec /app: exec format error',
});

const CASES: readonly Case[] = [
  [
    'most hosts for amd64 run an i386 program',
    [elf('/app', { machine: 'i386' })],
    [found('warning', 'some hosts do not run')],
  ],
  [
    'few hosts for arm64 run an ARM program',
    [elf('/app', { machine: 'armhf' })],
    [found('error', 'few hosts run')],
    { platform: 'linux/arm64' },
  ],
  [
    'an i386 program is what linux/386 runs',
    [elf('/app', { machine: 'i386' })],
    [],
    { platform: 'linux/386' },
  ],
  ['a 64-bit program is fine', [elf('/app', {})], []],
  ['x32 is no 32-bit mode', [elf('/app', { machine: 'x32' })], []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(compat32Bit, items, start)).toEqual(said);
});
