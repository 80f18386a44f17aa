import { expect, test } from '@jest/globals';
import { loaderMismatch } from '../../src/rules/loader-mismatch.ts';
import { file } from '../support/layer-builder.ts';
import { type Case, rowsOf, saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, GLIBC, glibcLoader, library, MUSL, muslLoader } from '../support/loading.ts';

const TEXT = '#!/bin/sh\n# This is what somebody thought a loader looks like.\nexec "$@"\n';
const misfit = {
  severity: 'error',
  title: `{platforms} cannot start /app: its loader ${GLIBC} does not fit`,
  path: GLIBC,
  runtimeError: 'exec /app: accessing a corrupted shared library',
};

const CASES: readonly Case[] = [
  [
    'a loader for another machine does not fit',
    [app(), glibcLoader(undefined, GLIBC, { machine: 'arm64' })],
    [misfit],
  ],
  ['a script is no loader', [app(), file(GLIBC.slice(1), TEXT, { mode: 0o755 })], [misfit]],
  [
    'an empty file is no loader',
    [app(), file(GLIBC.slice(1), '', { mode: 0o755 })],
    [{ ...misfit, runtimeError: 'exec /app: input/output error' }],
  ],
  [
    'a loader of the program’s kind is left alone',
    [app(), glibcLoader(), library('/lib/x86_64-linux-gnu/libc.so.6')],
    [],
  ],
  ['so is one of another libc', [elf('/app', { interpreter: MUSL, needed: [] }), muslLoader()], []],
  ['a loader that is missing is not this rule’s', [app()], []],
];

test.each(rowsOf(CASES))('%s', async (_, items, said, start) => {
  expect(await saidBy(loaderMismatch, items, start)).toEqual(said);
});
