/** The error text of a finding is what wrappers and shells really print. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { compile, LIBC, PROGRAMS, SETTERS, withLibraries, WRAPPERS } from './programs.ts';
import { askRules } from './rules-answer.ts';

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(() => judge.close());

const TOOLS = ['nice', 'nohup', 'timeout', 'setpriv', 'setsid', 'ionice', 'taskset'];

/** What interpreters say of their `#!` lines. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'one-word': '/usr/bin/env nosuch -u',
  'one-option': '/usr/bin/env -i nosuch',
  'env-long-word': '/usr/bin/env --split-string nosuch -e',
  'env-cr': '/usr/bin/env nosuch\r',
  'open-quote': '/usr/bin/env -S "nosuch',
  'unknown-escape': '/usr/bin/env -S no\\such',
  'no-braces': '/usr/bin/env -S $nosuch',
  'env-nice': '/usr/bin/env -S nice nosuch',
  'nice-option': '/usr/bin/nice -g nosuch',
  'bb-one-word': '/bb/env nosuch -u',
  'bb-one-option': '/bb/env -i nosuch',
  'bb-split': '/bb/env -S nosuch',
  'bb-long-word': '/bb/env --split-string nosuch',
  'tini-word': '/usr/bin/tini -- nosuch',
  'bb-applet': '/bin/busybox sh -e',
  'bb-applet-path': '/bin/busybox env PATH=/usr/bin tool',
  'dash-options': '/usr/bin/dash -e -u',
  'bash-options': '/bin/bash -e -u',
  'ash-options': '/bin/ash -e -u',
  'dash-command': '/usr/bin/dash -ec true',
  'bash-command': '/bin/bash -ec true',
  'ash-command': '/bin/ash -ec true',
  'bash-name': '/bin/bash -euo pipefail',
  'dash-name': '/usr/bin/dash -eo pipefail',
  'ash-name': '/bin/ash -eo pipefail',
  'bash-cr': '/bin/bash -ec\r',
  'dash-cr': '/usr/bin/dash -ic\r',
  'env-long': '/usr/bin/env --ignore-environment nosuch',
  'bb-long': '/bb/env --ignore-environment nosuch',
  'env-directory': '/usr/bin/env --chdir=/nosuch dir\\ectory',
};

const LOADERLESS = compile('gcc', ['-Wl,--dynamic-linker=/lib/nope.so'], 'int main(void) { return 0; }');

const ITEMS: readonly TarItem[] = [
  ...Object.values(WRAPPERS),
  ...LIBC,
  ...withLibraries('/usr/bin/env', '/usr/bin/dash', '/bin/bash'),
  ...withLibraries(...TOOLS.map((name) => `/usr/bin/${name}`)),
  program('bin/busybox', PROGRAMS.busybox),
  symlink('usr/bin/looped', 'looped'),
  symlink('bin/ash', 'busybox'),
  file('etc/passwd', 'app:x:7:7::/:\n'),
  program('usr/bin/foreign', PROGRAMS.arm64),
  program('usr/bin/no-loader', LOADERLESS),
  program('usr/bin/page', '<!DOCTYPE html>\n<html><body>404</body></html>\n'),
  program('usr/bin/pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n'),
  file('data', PROGRAMS.amd64),
  program('bin/busybox', PROGRAMS.busybox),
  symlink('bb/env', '/bin/busybox'),
  ...Object.entries(SCRIPTS).map(([name, line]) => program(name, `#!${line}\n`)),
  directory('closed', { mode: 0o700 }),
  directory('closed/directory'),
  program('short', 'text'),
  program('long', 'text'.repeat(50)),
  ...SETTERS,
];

const CALLERS: readonly (readonly [name: string, words: (name: string) => readonly string[]])[] = [
  ['tini', (name) => ['tini', '--', name]],
  ['dumb-init', (name) => ['dumb-init', name]],
  ['gosu', (name) => ['gosu', 'app', name]],
  ['env', (name) => ['env', name]],
  ['dash', (name) => ['dash', '-c', `exec ${name}`]],
  ['dash without exec', (name) => ['dash', '-c', name]],
  ['bash', (name) => ['bash', '-c', name]],
  ['catatonit', (name) => ['catatonit', '--', name]],
  ['nice', (name) => ['nice', name]],
  ['nohup', (name) => ['nohup', name]],
  ['timeout', (name) => ['timeout', '5', name]],
  ['setpriv', (name) => ['setpriv', '--nnp', name]],
  ['setsid', (name) => ['setsid', '-w', name]],
  ['ionice', (name) => ['ionice', name]],
  ['taskset', (name) => ['taskset', '-c', '0', name]],
];
const NAMES = ['missing', '/opt/missing', 'foreign', 'no-loader', '/data', 'looped'];
/** glibc's execvp hands what the kernel refuses to /bin/sh. */
const HAND_OVER = ['tini', 'dumb-init', 'env', 'catatonit', ...TOOLS];

/** What wrappers say of their own words. */
const OWN = [
  ['tini', 'nothing', ['tini', '-g', '--']],
  ['dumb-init', 'nothing', ['dumb-init']],
  ['catatonit', 'nothing', ['catatonit']],
  ['gosu', 'nothing', ['gosu', 'app']],
  ['nohup', 'nothing', ['nohup']],
  ['timeout', 'nothing', ['timeout', '5']],
  ['timeout', 'nothing behind a value', ['timeout', '5min']],
  ['nice', 'nothing', ['nice', '-n', '5']],
  ['nice', 'nothing behind a short value', ['nice', '-5']],
  ['setpriv', 'nothing', ['setpriv']],
  ['gosu', 'an unknown user', ['gosu', 'nobody', 'missing']],
  ['gosu', 'an unknown group', ['gosu', 'app:nosuch', 'missing']],
  ['chpst', 'an unknown user', ['chpst', '-u', 'nobody', 'missing']],
  ['chpst', 'an unknown group', ['chpst', '-u', 'app:nosuch', 'missing']],
  ['setuidgid', 'an unknown user', ['setuidgid', 'nobody', 'missing']],
  ['setpriv', 'an unknown user', ['setpriv', '--reuid=nobody', 'missing']],
  ['setpriv', 'an unknown group', ['setpriv', '--regid', 'nosuch', '--clear-groups', 'missing']],
  ['setpriv', 'an unknown other group', ['setpriv', '--groups', '0,nosuch', 'missing']],
  ['setpriv', 'a group alone', ['setpriv', '--regid', '7', 'missing']],
  ['setpriv', 'groups twice', ['setpriv', '--keep-groups', '--clear-groups', 'missing']],
  ['setpriv', 'a user twice', ['setpriv', '--reuid', '7', '--ruid', '7', 'missing']],
  [
    'setpriv',
    'another user',
    ['gosu', 'app', 'setpriv', '--reuid=5', '--regid=5', '--clear-groups', 'missing'],
  ],
  ['setpriv', 'another group', ['gosu', 'app', 'setpriv', '--regid=5', '--clear-groups', 'missing']],
  ['setpriv', 'no groups', ['gosu', 'app', 'setpriv', '--reuid=7', '--regid=7', '--clear-groups', 'missing']],
  ['setpriv', 'its groups', ['gosu', 'app', 'setpriv', '--reuid=7', '--regid=7', '--init-groups', 'missing']],
  ['busybox', 'a command of its shell', ['busybox', 'sh', '-c', '/missing']],
  ['busybox', 'exec in its shell', ['busybox', 'sh', '-c', 'exec /missing']],
  ['busybox', 'no script of its shell', ['busybox', 'ash', '/missing.sh']],
  ['busybox', 'no text for its shell', ['busybox', 'ash', '-c']],
  ['timeout', 'a value', ['/usr/bin/timeout', '5min', 'missing']],
  ['timeout', 'a signal', ['timeout', '-s', 'nosuch', '5', 'missing']],
  ['nice', 'a value', ['nice', '-n', 'x', 'missing']],
  ['nice', 'no value', ['nice', '-n']],
  ['nice', 'no long value', ['nice', '--adjustment']],
  ['ionice', 'a value', ['ionice', '-c', 'x', 'missing']],
  ['tini', 'a value', ['tini', '-e', '256', 'missing']],
  ['dumb-init', 'a value', ['dumb-init', '-r', 'x:3', 'missing']],
  ['env', 'a directory', ['env', '-C', '/nosuch', 'missing']],
  ['env', 'a variable', ['env', '-u', 'a=b', 'missing']],
  ['env', 'a closed directory', ['gosu', 'app', 'env', 'PATH=/closed:/usr/bin', 'nosuch']],
  ['env', 'a directory of that name', ['env', 'PATH=/closed', 'directory']],
  ['dash', 'a closed directory', ['gosu', 'app', 'env', 'PATH=/closed:/usr/bin', 'dash', '-c', 'nosuch']],
  [
    'bash',
    'a closed directory',
    ['gosu', 'app', 'env', 'PATH=/closed:/usr/bin:/bin', 'bash', '-c', 'nosuch'],
  ],
  ['env', 'no string', ['/usr/bin/env', '-S']],
  ['busybox', 'nothing there', ['busybox', 'env', 'missing']],
  ['busybox', 'nothing there by a link', ['/bb/env', 'missing']],
  ['busybox', 'no x bit', ['busybox', 'timeout', '5', '/data']],
  ['ld.so', 'nothing there', ['/lib64/ld-linux-x86-64.so.2', '/missing']],
  ['ld.so', 'another machine', ['/lib64/ld-linux-x86-64.so.2', '/usr/bin/foreign']],
  ['ld.so', 'a short text', ['/lib64/ld-linux-x86-64.so.2', '/short']],
  ['ld.so', 'a long text', ['/lib64/ld-linux-x86-64.so.2', '/long']],
  ['ld.so', 'a directory', ['/lib64/ld-linux-x86-64.so.2', '/usr']],
  ...Object.keys(SCRIPTS).map((name) => ['#!', name, [`/${name}`]] as const),
] as const;

/** What shells say of files and directories that they do not find, or cannot read. */
const OPENED = ['dash', 'bash', 'ash'].flatMap((shell) =>
  (
    [
      ['no script', [shell, '/missing.sh']],
      ['no file to read', [shell, '-c', 'set -e; . /missing.sh; true']],
      ['no directory', [shell, '-c', 'set -e; cd /missing; true']],
      ['no grammar', [shell, '-c', 'true\nfi']],
      ['an open quote', [shell, '-c', 'true "']],
    ] as const
  ).map(([name, words]) => [shell, name, words] as const),
);

const CASES = CALLERS.flatMap(([caller, words]) => NAMES.map((name) => [caller, name, words(name)] as const));

test.each([...CASES, ...OWN, ...OPENED, ['bash', 'a program', ['bash', '/data']] as const])(
  '%s and %s',
  async (caller, name, words) => {
    const question = kernelCase(`${caller} and ${name}`, ITEMS, words, 'starts');
    const { output } = await judge.ask(question);
    const { observations } = await askRules(question);
    const said = observations.map(({ observation }) => observation.runtimeError ?? '');
    expect(said).toHaveLength(1);
    expect(plain(output).split('\n')).toContain(said[0]);
  },
);

/** A shell that reads a program as a script says much, and something else of each; it ends with what is said here. */
test.each(
  CALLERS.filter(([caller]) => HAND_OVER.includes(caller)).flatMap(([caller, words]) =>
    ['/usr/bin/dash', '/bin/bash', '/bin/busybox'].map((shell) => [caller, shell, words] as const),
  ),
)('%s and a program of another machine, where /bin/sh is %s', async (caller, shell, words) => {
  const items = [...ITEMS, symlink('bin/sh', shell)];
  const question = kernelCase(`${caller} and foreign before ${shell}`, items, words('foreign'), 'starts');
  const { output } = await judge.ask(question);
  const { observations } = await askRules(question);
  expect(observations).toHaveLength(1);
  expect(output).toContain(observations[0]?.observation.runtimeError);
});

/** Texts that are no scripts, which all shells read as such. */
test.each(
  CALLERS.filter(([caller]) => /^(?:tini|env|dash|bash)/.test(caller)).flatMap(([caller, words]) =>
    ['page', 'pointer'].flatMap((name) =>
      ['/usr/bin/dash', '/bin/bash', '/bin/busybox', '/none'].map(
        (shell) => [caller, name, shell, words] as const,
      ),
    ),
  ),
)('%s and %s, where /bin/sh is %s', async (caller, name, shell, words) => {
  const items = [...ITEMS, symlink('bin/sh', shell)];
  const question = kernelCase(`${caller} and ${name} before ${shell}`, items, words(name), 'starts');
  const { output } = await judge.ask(question);
  const { observations } = await askRules(question);
  expect(observations).toHaveLength(1);
  expect(output).toContain(observations[0]?.observation.runtimeError);
});

const LOCALE = '/usr/lib/locale/C.utf8';
const WITH_LOCALE = readdirSync(LOCALE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => join(parentPath, name))
  .map((path) => file(path.slice(1), readFileSync(path)));
const ENV = withLibraries('/usr/bin/env', '/usr/bin/timeout');

/** What decides which marks are around names, and which characters are printed as they are. */
const LOCALES = [
  ['nothing', []],
  ['LANG', ['LANG=C.UTF-8']],
  ['LANG in other letters', ['LANG=C.utf8']],
  ['LANG of no locale', ['LANG=en_US.UTF-8']],
  ['LC_ALL over LANG', ['LANG=C.UTF-8', 'LC_ALL=C']],
  ['LC_ALL', ['LC_ALL=C.UTF-8']],
  ['an empty LC_ALL', ['LANG=C.UTF-8', 'LC_ALL=']],
  ['LC_CTYPE', ['LC_CTYPE=C.UTF-8']],
  ['LC_MESSAGES', ['LC_MESSAGES=C.UTF-8']],
  ['a category of no locale', ['LC_CTYPE=C.UTF-8', 'LC_TIME=en_US.UTF-8']],
] as const;
const QUOTED = [
  ['env', 'nosuch'],
  ['env', "it's"],
  ['env', 'a\tb\u00e9'],
  ['timeout', '5min', 'env'],
] as const;

test.each(LOCALES)('coreutils in the locale of %s', async (_, env) => {
  for (const items of [ENV, [...ENV, ...WITH_LOCALE]]) {
    for (const words of QUOTED) {
      const config = { env: ['PATH=/usr/bin', ...env] };
      const question = kernelCase('coreutils', items, words, 'starts', { config });
      const { output } = await judge.ask(question);
      const { observations } = await askRules(question);
      const lines = Buffer.from(output, 'latin1').toString().split('\n');
      expect(lines).toContain(observations[0]?.observation.runtimeError);
    }
  }
});

/** Without the numbers of processes and what is around them. */
function plain(text: string): string {
  return text.replaceAll(/^\[FATAL tini \(\d+\)\] |^ERROR \(catatonit:\d+\): /gm, '');
}
