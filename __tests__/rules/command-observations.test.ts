import { expect, test } from '@jest/globals';
import { commandObservations } from '../../src/rules/command-observations.ts';
import { RULES } from '../../src/rules/index.ts';
import { loaderNotFound } from '../../src/rules/loader-not-found.ts';
import type { Tree } from '../support/image-builder.ts';
import { program, surveyed, type SurveyedImage } from '../support/surveyed.ts';

const STATIC = program({ machine: 'arm64' });
const dynamic = (needed: readonly string[]): Tree[string] =>
  program({ machine: 'arm64', interpreter: '/lib/ld-linux-aarch64.so.1', needed });
const LIBRARY = program({ machine: 'arm64', needed: ['libc.so.6'], header: { entry: 0 } });
const NAMED = program({ machine: 'arm64', soname: 'plugin.so', header: { entry: 0 } });
const script = (text: string): Tree[string] => ({ data: text, mode: 0o755 });

async function said(spec: SurveyedImage): Promise<string[]> {
  const facts = await surveyed(spec);
  return RULES.flatMap((rule) =>
    rule.scope === 'start'
      ? [...commandObservations(rule, facts)].map(({ severity, path }) => `${severity} ${rule.id} ${path}`)
      : [],
  );
}

test.each<[string, Tree, readonly string[], string?]>([
  ['a static command', { 'usr/bin/a': STATIC }, []],
  [
    'a command whose loader is missing',
    { 'usr/bin/a': dynamic([]) },
    ['warning loader-not-found /usr/bin/a'],
  ],
  [
    'scripts whose interpreter is missing are one note',
    { 'usr/bin/a': script('#!/usr/bin/perl\n'), 'usr/bin/b': script('#!/usr/bin/perl\n') },
    ['note interpreter-not-found /usr/bin/a'],
  ],
  [
    'a script with Windows line ends, anywhere',
    { 'bin/sh': STATIC, 'app/run.sh': script('#!/bin/sh\r\necho\r\n') },
    ['note crlf-script /app/run.sh'],
  ],
  ['a script that cannot be executed', { 'usr/bin/a.sh': '#!/none\n' }, []],
  ['a script elsewhere', { 'opt/a.sh': script('#!/none\n') }, []],
  [
    'a 32-bit command whose loader is missing',
    { 'usr/bin/a': program({ machine: 'i386', interpreter: '/lib/ld-linux.so.2' }) },
    ['warning loader-not-found /usr/bin/a'],
    'linux/amd64',
  ],
  ['a static 32-bit command', { 'usr/bin/a': program({ machine: 'i386' }) }, [], 'linux/amd64'],
  [
    'an object file under the name of a command',
    { 'usr/bin/a': program({ machine: 'arm64', header: { type: 1 } }) },
    ['warning malformed-elf /usr/bin/a'],
  ],
  ['a library beside the commands', { 'usr/bin/liba.so': LIBRARY, 'usr/bin/plugin': NAMED }, []],
  ['a foreign command is for another rule', { 'usr/bin/a': program({ machine: 'amd64' }) }, []],
  [
    'a download that is a web page',
    { 'usr/bin/a': script('<!doctype html><html>') },
    ['note unknown-format /usr/bin/a'],
  ],
])('%s', async (_, tree, expected, platform = 'linux/arm64') => {
  expect(await said({ platform, layers: [tree] })).toEqual(expected);
});

test('what the container starts itself is left to its own rules', async () => {
  const layers = [{ 'usr/bin/a': dynamic([]) }];
  expect(await said({ layers, entrypoint: ['/usr/bin/a'] })).toEqual([]);
});

test('a file that the user named is held to the strictness of the start', async () => {
  const layers = [{ 'opt/a': dynamic([]) }];
  expect(await said({ layers, binaries: ['/opt/*'] })).toEqual(['error loader-not-found /opt/a']);
});

test('a library that the user named is not taken for a program', async () => {
  expect(await said({ layers: [{ 'opt/liba.so': LIBRARY }], binaries: ['/opt/*'] })).toEqual([]);
});

test('a file that the user named is missed where it is not there', async () => {
  const layers = [{ 'opt/v1/a': STATIC, 'opt/now': { flag: '2', linkName: 'v1' } }];
  expect(await said({ layers, binaries: ['/opt/now/a', '/opt/*/b'] })).toEqual([]);
  expect(await said({ layers, binaries: ['/opt/now/b'] })).toEqual(['error program-not-found /opt/now/b']);
});

test('a file that the user named over a link of a directory is strict too', async () => {
  const layers = [{ 'opt/v1/a': dynamic([]), 'opt/now': { flag: '2', linkName: 'v1' } }];
  expect(await said({ layers, binaries: ['/opt/now/a'] })).toEqual(['error loader-not-found /opt/v1/a']);
});

test('commands that lack the same are one observation', async () => {
  const needy = dynamic([]);
  const facts = await surveyed({ layers: [{ 'usr/bin/a': needy, 'usr/bin/b': needy, 'usr/bin/c': needy }] });
  expect(facts.survey?.commands.map(({ paths }) => paths)).toEqual([
    ['/usr/bin/a', '/usr/bin/b', '/usr/bin/c'],
  ]);
  const [seen] = commandObservations(loaderNotFound, facts);
  expect(seen?.message).toMatch(
    / So do \/usr\/bin\/b, \/usr\/bin\/c\. The container does not start them by itself\.$/,
  );
  expect(seen?.evidence).toMatchObject({ count: 3 });
});
