import { expect, test } from '@jest/globals';
import { wrongAbi } from '../../src/rules/wrong-abi.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { elf } from '../support/loading.ts';

const refused = (abi: string) => ({
  severity: 'error',
  title: `{platforms} cannot start /app: it is for ${abi}`,
  path: '/app',
  runtimeError: 'exec /app: exec format error',
});

const CASES: readonly Case[] = [
  [
    'x32 is not what kernels for amd64 run',
    [elf('/app', { machine: 'x32' })],
    [refused('x32 (64-bit instructions with 32-bit pointers)')],
  ],
  [
    'ILP32 is not what kernels for arm64 run',
    [elf('/app', { machine: 'armhf', header: { machine: 183 } })],
    [refused('ILP32 (32-bit pointers)')],
    { platform: 'linux/arm64' },
  ],
  [
    'the old ABI of ARM is not what kernels for arm64 run',
    [elf('/app', { machine: 'armhf', header: { flags: 0 } })],
    [refused('the old ARM ABI (OABI)')],
    { platform: 'linux/arm64' },
  ],
  [
    'a Go program for FreeBSD, which the kernel starts',
    [elf('/app', { go: { version: 'go1.22.0', path: 'shop', settings: { GOOS: 'freebsd' } } })],
    [{ ...refused('FreeBSD'), runtimeError: 'Segmentation fault (exit status 139)' }],
  ],
  ['the usual ABI of amd64 is fine', [elf('/app', {})], []],
  ['another machine is not this rule’s', [elf('/app', { machine: 'arm64' })], []],
  ['nor is the machine’s 32-bit mode', [elf('/app', { machine: 'i386' })], []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(wrongAbi, items, start)).toEqual(said);
});
