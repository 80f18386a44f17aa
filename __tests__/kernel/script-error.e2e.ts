/** What interpreters of other languages say of scripts that they cannot open, and which of their words name one. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
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

const PYTHON = realpathSync('/usr/bin/python3');
const PYTHON_HOME = `/usr/lib/${PYTHON.replace(/.*\//, '')}`;
/** Without which it does not begin to read anything. */
const PYTHON_FILES = [
  'os.py',
  ...readdirSync(join(PYTHON_HOME, 'encodings'))
    .filter((name) => /^(?:__init__|aliases|utf_8|ascii|latin_1)\.py$/.test(name))
    .map((name) => `encodings/${name}`),
].map((name) => file(join(PYTHON_HOME, name).slice(1), readFileSync(join(PYTHON_HOME, name))));

const NODE = '/usr/bin/node';
const RUBY = realpathSync('/usr/bin/ruby');
const PHP = realpathSync('/usr/bin/php');
const APPLETS = ['/bb/awk', '/bb/sed'];

const FILES: Readonly<Record<string, readonly TarItem[]>> = {
  [PYTHON]: [...withLibraries(PYTHON), ...PYTHON_FILES],
  [NODE]: [
    ...withLibraries(process.execPath).filter(({ name }) => name !== process.execPath.slice(1)),
    program(NODE.slice(1), readFileSync(process.execPath)),
  ],
  ...Object.fromEntries(
    APPLETS.map((path) => [
      path,
      [program('bin/busybox', PROGRAMS.busybox), symlink(path.slice(1), '/bin/busybox')],
    ]),
  ),
};

const COMMON: readonly TarItem[] = [
  ...withLibraries('/usr/bin/env'),
  directory('srv'),
  program('there', ''),
  program('there.js', ''),
  program('secret', 'x', { mode: 0o600 }),
];

async function ask(reader: string, items: readonly TarItem[], words: readonly string[], workingDir = '/') {
  const config = { user: '7', workingDir, env: ['PATH=/usr/bin:/bin:/bb'] };
  const as = { uid: 7, gid: 7, groups: [] };
  const files = FILES[reader] ?? withLibraries(reader);
  const question = kernelCase('a reader', [...COMMON, ...files, ...items], words, 'starts', { config, as });
  const [{ starts, output }, { observations, trace }] = [await judge.ask(question), await askRules(question)];
  return { starts, output, observations, leftOut: trace.leftOut };
}

function expectTold({ starts, output, observations }: Awaited<ReturnType<typeof ask>>, rule: string): void {
  const told = observations.map(({ rule: id, observation: { runtimeError = '' } }) => ({
    id,
    isPrinted: runtimeError !== '' && isPrinted(runtimeError, output),
  }));
  expect({ starts, told, output }).toEqual({ starts: false, told: [{ id: rule, isPrinted: true }], output });
}

/** With the option that they read a script by. */
const READERS: readonly (readonly [reader: string, option: string])[] = [
  ...[PYTHON, '/usr/bin/perl', RUBY, PHP, NODE].map((path) => [path, ''] as const),
  ...['/usr/bin/lua5.4', '/usr/bin/tclsh'].map((path) => [realpathSync(path), ''] as const),
  ...['/usr/bin/gawk', '/usr/bin/mawk', '/usr/bin/sed', '/usr/bin/make'].map(
    (path) => [path, ' -f'] as const,
  ),
  ...APPLETS.map((path) => [path, ' -f'] as const),
];

test.each(READERS)('%s%s, whose script may be executed but not read', async (reader, option) => {
  const script = program('entry', `#!${reader}${option}\n`, { mode: 0o711 });
  expectTold(await ask(reader, [script], ['/entry']), 'not-executable');
});

test('mawk by a link of another name, whose script may be executed but not read', async () => {
  const items = [symlink('usr/bin/awk', 'mawk'), program('entry', '#!/usr/bin/awk -f\n', { mode: 0o711 })];
  expectTold(await ask('/usr/bin/mawk', items, ['/entry']), 'not-executable');
});

test.each(READERS.filter(([, option]) => option === ''))(
  '%s by env, whose script may be executed but not read',
  async (reader) => {
    const name = reader.replace(/.*\//, '');
    const script = program('entry', `#!/usr/bin/env ${name}\n`, { mode: 0o711 });
    expectTold(await ask(reader, [script], ['/entry']), 'not-executable');
  },
);

const NAMING = [PYTHON, '/usr/bin/perl', RUBY, PHP, NODE];
const NAMES: readonly (readonly [name: string, rule: string])[] = [
  ['/nope', 'program-not-found'],
  ['nope.x', 'program-not-found'],
  ['./a/../nope', 'program-not-found'],
  ['/there/nope', 'program-not-found'],
  ['/nope\r', 'crlf-script'],
  ['/secret', 'not-executable'],
];

test.each(NAMING.flatMap((reader) => NAMES.map(([name, rule]) => [reader, name, rule] as const)))(
  '%s with the script %j',
  async (reader, name, rule) => {
    expectTold(await ask(reader, [], [reader, name, 'word'], '/srv'), rule);
    expectTold(await ask(reader, [], [reader.replace(/.*\//, ''), name]), rule);
  },
);

/** What they make of a program is not told, and of a directory: python and node may find a script in it. */
test.each(NAMING.flatMap((reader) => [[reader, reader] as const, [reader, '/srv'] as const]))(
  '%s with %s in the place of its script',
  async (reader, name) => {
    const { observations, leftOut } = await ask(reader, [], [reader, name]);
    expect({ observations, leftOut }).toEqual({
      observations: [],
      leftOut: [expect.stringContaining(`makes of ${name}: it is a `)],
    });
  },
);

/** Words that name a script, and others that name none, or one that is there. */
const WORDS: readonly (readonly [reader: string, words: readonly string[], rule: string | null])[] = [
  [PYTHON, ['-u', '-X', 'utf8', '-W', 'ignore', 'nope'], 'program-not-found'],
  [PYTHON, ['-x', 'nope'], 'program-not-found'],
  [PYTHON, ['-c', 'pass', 'nope'], null],
  [PYTHON, ['-V', 'nope'], null],
  [PYTHON, ['/there', 'nope'], null],
  ['/usr/bin/perl', ['-w', 'nope'], 'program-not-found'],
  ['/usr/bin/perl', ['-c', '-Mutf8', '-n', 'nope'], 'program-not-found'],
  ['/usr/bin/perl', ['-v', 'nope'], null],
  ['/usr/bin/perl', ['-e', '1', 'nope'], null],
  ['/usr/bin/perl', ['/there', 'nope'], null],
  [RUBY, ['-w', 'nope'], 'program-not-found'],
  [RUBY, ['-W0', '-c', 'nope'], 'program-not-found'],
  [RUBY, ['-h', 'nope'], null],
  [PHP, ['-n', '-d', 'a=b', 'nope'], 'program-not-found'],
  [PHP, ['-n', '/there', 'nope'], null],
  [PHP, ['-n', '-f', 'nope'], 'program-not-found'],
  [PHP, ['-n', '-l', 'nope'], 'program-not-found'],
  [PHP, ['-n', '-f', '/there'], null],
  [PHP, ['-n', '-r', '1;', 'nope'], null],
  [PHP, ['-v', 'nope'], null],
  [PHP, ['-n', '--', 'nope'], null],
  [NODE, ['--enable-source-maps', '--max-old-space-size=64', 'nope'], 'program-not-found'],
  [NODE, ['--check', '--', 'nope'], 'program-not-found'],
  [NODE, ['--help', 'nope'], null],
  [NODE, ['there'], null],
  [NODE, ['/there.js', 'nope'], null],
  [NODE, ['there/'], null],
  [NODE, ['/there.js/'], null],
  [NODE, ['nope/../there.js'], null],
  [NODE, ['nope/'], 'program-not-found'],
  [NODE, ['-e', '1', 'nope'], null],
];

test.each(WORDS)('%s with the words %j', async (reader, words, rule) => {
  const answer = await ask(reader, [], [reader, ...words]);
  if (rule !== null) return expectTold(answer, rule);
  const { starts, output, observations } = answer;
  expect({ starts, observations, output }).toEqual({ starts: true, observations: [], output });
});
