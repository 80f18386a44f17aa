/** The error text of a finding is what wrappers and shells really print. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { file, symlink, type TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from './programs.ts';
import { askRules } from './rules-answer.ts';

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(() => judge.close());

const TOOLS = ['nice', 'nohup', 'timeout', 'setpriv', 'setsid', 'ionice', 'taskset'];

const ITEMS: readonly TarItem[] = [
  ...Object.values(WRAPPERS),
  ...LIBC,
  ...withLibraries('/usr/bin/env', '/usr/bin/dash', '/bin/bash'),
  ...withLibraries(...TOOLS.map((name) => `/usr/bin/${name}`)),
  program('bin/busybox', PROGRAMS.busybox),
  symlink('bin/ash', 'busybox'),
  file('etc/passwd', 'app:x:7:7::/:\n'),
  program('usr/bin/foreign', PROGRAMS.arm64),
  file('data', PROGRAMS.amd64),
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
const NAMES = ['missing', '/opt/missing', 'foreign', '/data'];
/** glibc's execvp hands what the kernel refuses to a shell, which says something else each time. */
const HAND_OVER = ['tini', 'dumb-init', 'env', 'catatonit', ...TOOLS];

/** What wrappers say of their own words. */
const OWN = [
  ['tini', 'nothing', ['tini', '-g', '--']],
  ['dumb-init', 'nothing', ['dumb-init']],
  ['catatonit', 'nothing', ['catatonit']],
  ['gosu', 'nothing', ['gosu', 'app']],
  ['nohup', 'nothing', ['nohup']],
  ['timeout', 'nothing', ['timeout', '5']],
  ['setpriv', 'nothing', ['setpriv']],
  ['gosu', 'an unknown user', ['gosu', 'nobody', 'missing']],
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

const CASES = CALLERS.flatMap(([caller, words]) =>
  NAMES.filter((name) => name !== 'foreign' || !HAND_OVER.includes(caller)).map(
    (name) => [caller, name, words(name)] as const,
  ),
);

test.each([...CASES, ...OWN, ...OPENED, ['bash', 'a program', ['bash', '/data']] as const])(
  '%s and %s',
  async (caller, name, words) => {
    const question = kernelCase(`${caller} and ${name}`, ITEMS, words, 'starts');
    const { output } = await judge.ask(question);
    const { observations } = await askRules(question);
    const said = observations.map(({ observation }) => observation.runtimeError ?? '');
    expect(said).toHaveLength(1);
    expect(plain(output)).toContain(plain(said[0] ?? ''));
  },
);

/** Without what depends on the way a shell was called, and on the locale. */
function plain(text: string): string {
  return text
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\bline (\d+)/g, '$1')
    .replaceAll(/\bexec: /g, '')
    .replaceAll(/tini \(\d+\)/g, 'tini')
    .replaceAll(/catatonit:\d+/g, 'catatonit')
    .replaceAll('/usr/bin/', '');
}
