/** Whom a loader names when it gives up: glibc's the program as it was called, musl's by the path that was executed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { elf, GLIBC, GLIBC_PATH, MUSL, MUSL_PATH } from './loading.ts';
import { PROGRAMS, withLibraries, WRAPPERS } from './programs.ts';
import { askRules } from './rules-answer.ts';

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(() => judge.close());

const newer = { file: 'libc.so.6', versions: [{ name: 'GLIBC_2.99', weak: false }] };

const ITEMS: readonly TarItem[] = [
  ...GLIBC,
  ...MUSL,
  ...withLibraries('/usr/bin/env', '/usr/bin/dash', '/usr/bin/nice'),
  WRAPPERS.tini,
  program('bin/sh', PROGRAMS.busybox),
  elf('/opt/glibc', { interpreter: GLIBC_PATH, needed: ['libnone.so.1', 'libc.so.6'] }),
  elf('/opt/symbol', { interpreter: GLIBC_PATH, needed: ['libc.so.6'], undefined: ['none'] }),
  elf('/opt/version', { interpreter: GLIBC_PATH, needed: ['libc.so.6'], versionsNeeded: [newer] }),
  elf('/opt/musl', { interpreter: MUSL_PATH, needed: ['libnone.so.1', 'libc.so'] }),
  elf('/opt/musl-symbol', { interpreter: MUSL_PATH, needed: ['libc.so'], undefined: ['none'] }),
  program('script', '#!/opt/glibc\n'),
  program('script-of-env', '#!/usr/bin/env glibc\n'),
];

const CALLERS: Readonly<Record<string, (name: string) => readonly string[]>> = {
  'the runtime, by name': (name) => [name],
  'the runtime, by path': (name) => [`/opt/${name}`],
  'the runtime, by a path with dots': (name) => [`/opt/../opt/${name}`],
  'the runtime, by a relative path': (name) => [`./opt/${name}`],
  dash: (name) => ['dash', '-c', `exec ${name}`],
  ash: (name) => ['sh', '-c', name],
  tini: (name) => ['tini', '--', name],
  env: (name) => ['env', name],
  'nice behind env': (name) => ['env', 'nice', name],
};

async function expectSaid(words: readonly string[]): Promise<void> {
  const plain = kernelCase(words.join(' '), ITEMS, words, 'starts');
  const env = ['PATH=/usr/bin:/bin:/opt'];
  const question = { ...plain, config: { ...plain.config, env } };
  const { output } = await judge.ask(question);
  const { observations } = await askRules(question);
  const said = observations.map(({ observation }) => observation.runtimeError ?? '');
  expect(said).toHaveLength(1);
  expect(output).toContain(said[0]);
}

describe.each(Object.entries(CALLERS))('called by %s', (_, words) => {
  test.each(['glibc', 'symbol', 'version', 'musl', 'musl-symbol'])('%s', (name) => expectSaid(words(name)));
});

test.each([['/script'], ['/script-of-env']])('the interpreter of %s', (path) => expectSaid([path]));
test('a loader that is started itself', () => expectSaid([GLIBC_PATH, '/opt/glibc']));
