/** What mksh, ksh, zsh and yash say of what they cannot do. */
import { realpathSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { PROGRAMS, withLibraries } from './programs.ts';
import { askRules } from './rules-answer.ts';
import { isPrinted } from './told-errors.ts';

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(() => judge.close());

const SHELLS = ['/bin/mksh', '/bin/ksh93', '/bin/zsh', '/usr/bin/yash'].map((path) => realpathSync(path));

const ROOT: readonly TarItem[] = [
  program('usr/bin/foreign', PROGRAMS.arm64),
  file('usr/bin/no-x', PROGRAMS.amd64),
  directory('folder'),
  symlink('loop', 'loop'),
  symlink('usr/bin/looped', 'looped'),
  program('bad-interpreter', '#!/bin/nope\n'),
  program('crlf', '#!/bin/nope\r\n'),
];

const COMMANDS = [
  '/nope',
  'nope',
  '/usr/bin/no-x',
  '/usr/bin/no-x/x',
  '/folder',
  '/loop',
  'looped',
  '/bad-interpreter',
  '/crlf',
];
const TEXTS = [
  ...COMMANDS.flatMap((command) => [`true\n${command}\n`, `exec ${command}\n`]),
  'exec nope 2>/dev/null\n',
  'set -e\ncd /nope\ntrue\n',
  'set -e\ncd /usr/bin/no-x\ntrue\n',
  'set -e\n. /nope\ntrue\n',
];

async function compare(shell: string, items: readonly TarItem[], words: readonly string[]): Promise<void> {
  const as = { uid: 7, gid: 7, groups: [] };
  const all = [...withLibraries(shell), ...ROOT, ...items];
  const question = kernelCase('a shell', all, words, 'starts', { config: { user: '7' }, as });
  const { output, how } = await judge.ask(question);
  const { observations } = await askRules(question);
  const told = observations.map(({ observation: { runtimeError = '' } }) => ({
    runtimeError,
    isSeen: runtimeError === how.replace('exit', 'exit status') || isPrinted(runtimeError, output),
  }));
  expect({ told, output }).toEqual({
    told: [{ runtimeError: expect.stringMatching(/./), isSeen: true }],
    output,
  });
}

test.each(SHELLS.flatMap((shell) => TEXTS.map((text) => [shell, text] as const)))(
  '%s, a script: %j',
  async (shell, text) => {
    await compare(shell, [program('entry', `#!${shell}\n${text}`)], ['/entry']);
  },
);

test.each(SHELLS.flatMap((shell) => ['/nope.sh', '/secret.sh'].map((name) => [shell, name] as const)))(
  '%s with the script %s',
  async (shell, name) => {
    await compare(shell, [file('secret.sh', 'true\n', { mode: 0o600 })], [shell, name]);
  },
);
