/** What dash, bash and ash say of what they cannot do, whole: name, line, builtin and words. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { compile, PROGRAMS, withLibraries } from './programs.ts';
import { askRules } from './rules-answer.ts';

let judge: Judge;
beforeAll(() => {
  judge = new Judge();
});
afterAll(() => judge.close());

const DASH = withLibraries('/usr/bin/dash');
const BASH = withLibraries('/bin/bash');
/** How the shell is called, and what it needs. */
const SHELLS: Readonly<Record<string, readonly TarItem[]>> = {
  '/usr/bin/dash': DASH,
  '/bin/sh': [...DASH, symlink('bin/sh', '/usr/bin/dash')],
  '/bin/bash': BASH,
  '/sbin/sh': [...BASH, symlink('sbin/sh', '/bin/bash')],
  '/bin/ash': [program('bin/busybox', PROGRAMS.busybox), symlink('bin/ash', 'busybox')],
};
/** Those of which the shapes of texts are asked. */
const EACH = ['/usr/bin/dash', '/bin/bash', '/bin/ash'] as const;

const LOADERLESS = compile('gcc', ['-Wl,--dynamic-linker=/lib/nope.so'], 'int main(void) { return 0; }');
const ROOT: readonly TarItem[] = [
  program('usr/bin/foreign', PROGRAMS.arm64),
  program('usr/bin/no-loader', LOADERLESS),
  file('usr/bin/no-x', PROGRAMS.amd64),
  directory('usr/bin/folder'),
  program('empty', ''),
  program('bad-interpreter', '#!/bin/nope\n'),
  program('bad-script', '#!/bad-interpreter\n'),
  program('crlf', '#!/bin/bash\r\ntrue\r\n'),
  program('closed-interpreter', '#!/usr/bin/no-x\n'),
  program('looping-interpreter', '#!/loop\n'),
  symlink('loop', 'loop'),
  symlink('usr/bin/looped', 'looped'),
  directory('closed', { mode: 0o700 }),
  directory('work/folder'),
  file('work/no-x', PROGRAMS.amd64),
  file('functions.sh', '\nf() {\n  exec /nope\n}\n'),
  file('calls.sh', '\n\nf\n'),
  file('starts.sh', '# one\nset -e\n/nope\n'),
  file('execs.sh', '# one\nexec nope\n'),
  file('moves.sh', '# one\nset -e\ncd /nope\ntrue\n'),
];

/** Commands that end the script, at the end of it. */
const COMMANDS = [
  ...'/nope nope ./nope /usr/bin/no-x no-x folder /work work /loop looped /usr/bin/no-x/x -x --flag'.split(
    ' ',
  ),
  ...'foreign /usr/bin/foreign no-loader /bad-interpreter /bad-script /crlf'.split(' '),
  ...'/closed-interpreter /looping-interpreter /nope\r nope\r'.split(' '),
  `/${'n'.repeat(300)}`,
  '"a b"',
  "'a\tb'",
];

/** Texts behind a `#!` line, and the user. */
const TEXTS: readonly (readonly [name: string, text: string, user?: string])[] = [
  ...COMMANDS.flatMap((command) => [
    [command, `\n${command}\n`] as const,
    [`exec ${command}`, `exec ${command}\n`] as const,
  ]),
  ['exec of a relative path elsewhere', 'cd /work\nexec ./nope\n'],
  ['exec of a path behind ..', 'cd /work\nexec ../nope/x\n'],
  ['a file without the x bit here', 'cd /work\nexec ./no-x\n'],
  ['a directory here', 'cd /work\n./folder\n'],
  ['a closed directory', 'exec /closed/nope\n', '7'],
  ['a PATH with a closed directory', 'PATH=/closed:/usr/bin\nnope\n', '7'],
  ['exec "$@"', 'set -e\n\nexec "$@"\n'],
  ['words on several lines', '\nexec \\\n  /nope \\\n  --option\n'],
  ['a command on several lines', '\n/nope \\\n  --option\n'],
  ['a quote over several lines', '\n/nope "a\nb"\n'],
  ['a quote over several lines behind a word', '\nexec /nope "a\nb"\n'],
  ['a name over two lines', '/no\\\npe --option\n'],
  ['an assignment before it', 'A=1 \\\n  B=2 /nope\n'],
  ['a redirection before it', '>/dev/null /nope \\\n --option\n'],
  ['a here-document', 'exec /nope <<END\na\nEND\n'],
  ['behind a here-document', ': <<END\na\nEND\nexec /nope\n'],
  ['a comment behind it', '/nope # and so on\n'],
  ['in an if', 'if true\nthen\n  exec /nope\nfi\n'],
  ['in a case', 'case a in\n  a)\n    exec /nope ;;\nesac\n'],
  ['behind &&', 'true &&\n  exec /nope\n'],
  ['behind a continued &&', 'true \\\n  && exec /nope\n'],
  ['before ||', 'set -e\n/nope \\\n  || exit 3\n'],
  ['in a subshell', 'set -e\n(\n  true\n  exec /nope\n)\n'],
  ['in braces', '{\n  exec /nope\n}\n'],
  ['in a substitution', 'set -e\nA=$(/nope)\ntrue\n'],
  ['in a substitution of several lines', 'set -e\nA=$(\n  /nope\n)\ntrue\n'],
  ['in backquotes', 'set -e\nA=`/nope`\ntrue\n'],
  ['in a pipeline', 'true |\n  /nope\n'],
  ['in a function', 'f() {\n  true\n  exec /nope\n}\n\nf\n'],
  ['behind a function', 'f() {\n  true\n}\nf\nexec /nope\n'],
  ['behind a text of several lines', 'A="a\nb"\nexec /nope\n'],
  ['command', 'command /nope\n'],
  ['command exec', 'command exec /nope\n'],
  ['in an eval', '\neval "/nope"\n'],
  ['exec in an eval', '\neval "true\n\nexec /nope"\n'],
  ['a function of an eval', 'eval "f() {\n exec /nope\n}"\nf\n'],
  ['in a file that is read', '. /starts.sh\n'],
  ['exec in a file that is read', '. /execs.sh\n'],
  ['cd in a file that is read', '. /moves.sh\n'],
  ['behind a file that is read', '. /functions.sh\nexec /nope\n'],
  ['a function of a file that is read', '\n. /functions.sh\nf\n'],
  ['a function that a file calls', 'f() {\n  /nope\n}\nset -e\n. /calls.sh\n'],
  ['cd', 'set -e\ncd /nope\ntrue\n'],
  ['cd in a function', 'set -e\nf() {\n  cd /nope\n}\nf\ntrue\n'],
  ['cd to a file', 'set -e\ncd /usr/bin/no-x\ntrue\n'],
  ['cd on several lines', 'set -e\ncd \\\n  nope/x\ntrue\n'],
  ['cd to a name with a CR', 'set -e\ncd /nope\r\ntrue\n'],
  ['a file to read', 'set -e\n. /nope\ntrue\n'],
  ['a file to read behind a file', 'set -e\n. /usr/bin/no-x/x\ntrue\n'],
  ['an option with a CR', 'set -e\r\n'],
  ['a long option with a CR', '\nset -o nosuch\r\n'],
  ['a descriptor with a CR', '\nexec 2>&1\r\n'],
  ['an if with CRs', 'if true\r\nthen\r\n  true\r\nfi\r\n'],
  ['fi alone', 'true\nfi\n'],
  ['an open if', 'if true; then\n  true\n'],
  ['an if without then', 'if true; fi\n'],
  ['an open loop', 'while true; do\n  true\n'],
  ['an open quote', 'true\ntrue "a\n\n'],
  ['an open single quote', "true\ntrue 'a\n\n"],
  ['an open backquote', 'true `a\n'],
  ['an open substitution', 'true $(a\n'],
  ['an open subshell', '( true\n'],
  ['two semicolons', 'true\n;;\n'],
  ['nothing behind &&', 'true &&\n\n'],
];

/** Behind `-c`, and the words that follow. */
const OPTION_TEXTS: readonly (readonly [name: string, text: string, ...words: readonly string[]])[] = [
  ['one command', '/nope'],
  ['a bare name', 'nope'],
  ['exec', 'exec nope'],
  ['several lines', 'true\n\nexec /nope'],
  ['a name for it', 'true\n/nope', 'zero'],
  ['exec with a name for it', 'true\nexec /nope', 'zero', 'one'],
  ['a function', 'f() {\n  /nope\n}\nf'],
  ['an eval', 'true\neval "exec nope"'],
  ['a file that is read', 'set -e\n. /starts.sh'],
  ['cd', 'set -e\ncd /nope\ntrue'],
  ['a file to read', 'set -e; . /nope; true'],
  ['fi alone', 'true\nfi'],
  ['an open if', 'if true; then\ntrue'],
  ['an open quote with a name for it', 'true\ntrue "', 'zero'],
];

async function compare(items: readonly TarItem[], config: Partial<ProcessConfig>, user = '0'): Promise<void> {
  const as = { uid: Number(user), gid: Number(user), groups: [] };
  const question = kernelCase('a shell', [...items, ...ROOT], [], 'starts', {
    config: { ...config, user },
    as,
  });
  const { output } = await judge.ask(question);
  const { observations } = await askRules(question);
  const said = observations.map(({ observation }) => observation.runtimeError);
  expect({ said, output }).toEqual({ said: [expect.any(String)], output });
  const [text = ''] = said;
  const lines = output.split('\n');
  // A syntax error or a line that is not known: a part of what is said.
  if (/^\S+: (?:exec: )?(?:line )?\d/.test(text)) expect(lines).toContain(text);
  else expect(output).toContain(text);
}

/** Left out: bash and ash go on there, and what they say of it is not all. */
const GO_ON = ['an option with a CR', 'a long option with a CR'];
/** Left out: bash looks for a directory of that name before it looks into PATH. */
const TAKEN = ['exec work'];

const SCRIPT_CASES = EACH.flatMap((shell) =>
  TEXTS.filter(
    ([name]) =>
      !(shell === '/bin/bash' ? [...GO_ON, ...TAKEN] : shell === '/bin/ash' ? GO_ON.slice(1) : []).includes(
        name,
      ),
  ).map(([name, text, user]) => [shell, name, text, user] as const),
);

test.each(SCRIPT_CASES)('%s, a script: %s', async (shell, _, text, user) => {
  const items = [...(SHELLS[shell] ?? []), program('entry.sh', `#!${shell}\n${text}`)];
  await compare(items, { entrypoint: ['/entry.sh'], cmd: ['/nope', 'word'] }, user);
});

const OPTION_CASES = EACH.flatMap((shell) =>
  OPTION_TEXTS.map(([name, text, ...words]) => [shell, name, text, words] as const),
);

test.each(OPTION_CASES)('%s -c: %s', async (shell, _, text, words) => {
  await compare(SHELLS[shell] ?? [], { entrypoint: [shell, '-c', text, ...words] });
});

/** The shell's name, when it is called by it and not by its path. */
const CALLS: readonly (readonly [name: string, words: readonly string[], user?: string])[] = [
  ['a script that is not there', ['/nope.sh']],
  ['a script in a file', ['/usr/bin/no-x/x']],
  ['a loop', ['/loop']],
  ['a script that may not be read', ['/secret.sh'], '7'],
  ['a script in a closed directory', ['/closed/x.sh'], '7'],
  ['a script by its path', ['/entry.sh']],
  ['a script by its name', ['entry.sh']],
  ['-c without words', ['-c']],
  ['-ec', ['-ec', 'exec /nope']],
];
const CALL_CASES = Object.keys(SHELLS).flatMap((shell) =>
  CALLS.map(([name, words, user]) => [shell, name, words, user] as const),
);

test.each(CALL_CASES)('%s, called by its name: %s', async (shell, _, words, user) => {
  const scripts = [file('entry.sh', 'true\nexec nope\n'), file('secret.sh', 'true\n', { mode: 0o700 })];
  const called = shell.replace(/.*\//, '');
  const items = [...(SHELLS[shell] ?? []), ...scripts];
  await compare(items, { entrypoint: [called, ...words], env: ['PATH=/sbin:/usr/bin:/bin'] }, user);
});

test.each(Object.keys(SHELLS))('%s, whose script may be executed but not read', async (shell) => {
  const items = [...(SHELLS[shell] ?? []), program('entry.sh', `#!${shell}\ntrue\n`, { mode: 0o711 })];
  await compare(items, { entrypoint: ['/entry.sh'] }, '7');
});

test.each(EACH.flatMap((shell) => ['-e\r', '-eu\r', '-e -u'].map((word) => [shell, word] as const)))(
  '%s, in a #! line with %s',
  async (shell, word) => {
    const items = [...(SHELLS[shell] ?? []), program('entry.sh', `#!${shell} ${word}\ntrue\n`)];
    await compare(items, { entrypoint: ['/entry.sh'] });
  },
);

test.each(EACH)('%s, which reads a script without a #! line', async (shell) => {
  const items = [
    ...(SHELLS[shell] ?? []),
    program('text', 'true\nexec nope\n'),
    symlink('bin/sh', '/usr/bin/dash'),
  ];
  await compare([...items, program('entry.sh', `#!${shell}\nexec /text\n`)], {
    entrypoint: ['/entry.sh'],
  });
});

test.each(['/bin/bash', '/sbin/sh'])('%s, which ends at an empty file', async (shell) => {
  const items = [...(SHELLS[shell] ?? []), program('entry.sh', `#!${shell}\nset -e\nexec "$@"\n`)];
  await compare(items, { entrypoint: ['/entry.sh'], cmd: ['/empty'] });
});

/** By which name a script gets itself. */
const ZEROS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['its whole path', ['/srv/entry.sh']],
  ['its name in PATH', ['entry.sh']],
  ['a path from here', ['./entry.sh']],
  ['a path from elsewhere', ['../srv/entry.sh']],
  ['env', ['/usr/bin/env', 'entry.sh']],
  ['another script', ['/other.sh', 'entry.sh']],
  ['another script, by a path from here', ['/other.sh', './entry.sh']],
];

test.each(EACH.flatMap((shell) => ZEROS.map(([name, words]) => [shell, name, words] as const)))(
  '%s, whose script is started by %s',
  async (shell, _, words) => {
    const own = [
      program('srv/entry.sh', `#!${shell}\nexec /nope\n`),
      program('other.sh', `#!${shell}\nexec "$@"\n`),
    ];
    const items = [...(SHELLS[shell] ?? []), ...withLibraries('/usr/bin/env'), ...own];
    await compare(items, { entrypoint: words, env: ['PATH=/srv:/usr/bin'], workingDir: '/srv' });
  },
);

/** The directories of PATH are what they find of it: which ones are there decides what they say. */
test.each(['/usr/bin/dash', '/bin/ash'])('%s, of a name that is empty', async (shell) => {
  const items = [...(SHELLS[shell] ?? []), ...ROOT, program('entry.sh', `#!${shell}\nexec ""\n`)];
  const question = kernelCase('a shell', items, '/entry.sh', 'starts');
  const [{ output }, { observations }] = await Promise.all([judge.ask(question), askRules(question)]);
  expect(output).toContain('exec: ');
  expect(output).toContain(': Permission denied');
  const [said = 'nothing'] = observations.map(({ observation }) => observation.runtimeError);
  expect(output).toContain(said);
  expect(output).not.toContain(`${said}\n`);
});
