/** `#!` lines as fs/binfmt_script.c reads them. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, amd64Object, busybox } = PROGRAMS;
const BUSYBOX = program('bin/busybox', busybox);
const SHELL = program('bin/sh', busybox);
const LOST = 'interpreter-not-found';
const BAD = 'malformed-shebang';

/** A script of these bytes beside /bin/sh (busybox) and /bin/true, which is not a tool that is known. */
function script(
  name: string,
  text: string | Buffer,
  expect: string,
  more: Partial<KernelCase> = {},
): KernelCase {
  const items = [SHELL, program('bin/stub', amd64), program('app.sh', text)];
  return { ...kernelCase(name, items, '/app.sh', expect), ...more };
}

function scriptWith(
  name: string,
  text: string,
  items: readonly TarItem[],
  expect: string,
  kernel?: string,
): KernelCase {
  const question = kernelCase(name, [...items, program('app.sh', text)], '/app.sh', expect);
  return kernel === undefined ? question : { ...question, kernel };
}

/** `#!/bin/` and so many letters, that name being there. */
function longName(length: number): string {
  return `/${'d/'.repeat(40)}${'n'.repeat(length - 81)}`;
}

function longCase(name: string, length: number, end: string, expect: string): KernelCase {
  const path = longName(length);
  return scriptWith(name, `#!${path}${end}`, [program(path.slice(1), amd64)], expect);
}

/** i1 is interpreted by i2, and so on; the last one is an ELF program. */
function nested(count: number, last: Buffer | string = amd64): TarItem[] {
  return Array.from({ length: count }, (_, index) =>
    program(`i${index + 1}`, index === count - 1 ? last : `#!/i${index + 2}\n`),
  );
}

const ENV = withLibraries('/usr/bin/env');

function env(
  name: string,
  line: string,
  items: readonly TarItem[],
  expect: string,
  more: Partial<KernelCase> = {},
): KernelCase {
  const all = [...ENV, ...items, program('app.sh', `${line}\nexit 0\n`)];
  return { ...kernelCase(name, all, '/app.sh', expect), ...more };
}

const SH = program('usr/bin/tool', amd64);

/** What stands behind the name of a shell. */
const SHELL_OPTIONS: readonly (readonly [shell: string, options: string, expect: string])[] = [
  ['/bin/bash', '-p', 'starts'],
  ['/bin/bash', '--posix', 'starts'],
  ['/bin/bash', '--version', 'starts'],
  ['/bin/bash', '-eo pipefail', BAD],
  ['/bin/bash', '-euo', BAD],
  ['/bin/bash', '-Z', BAD],
  ['/bin/bash', '--nosuch', BAD],
  ['/usr/bin/dash', '-eux', 'starts'],
  ['/usr/bin/dash', '-o', BAD],
  ['/usr/bin/dash', '-Z', BAD],
  ['/usr/bin/dash', '--version', BAD],
  ['/usr/bin/dash', '--\r', 'crlf-script'],
];

export const scriptCases: readonly KernelCase[] = [
  script('an ordinary script', '#!/bin/sh\nexit 0\n', 'starts'),
  script('a blank before the interpreter', '#! /bin/sh\nexit 0\n', 'starts'),
  script('tabs and blanks before the interpreter', '#! \t \t/bin/sh\nexit 0\n', 'starts'),
  script('blanks behind the interpreter', '#!/bin/sh  \t \nexit 0\n', 'starts'),
  script('one argument', '#!/bin/sh -e\nexit 0\n', 'starts'),
  script('two words are one argument', '#!/bin/sh -e -u\nexit 0\n', 'malformed-shebang', {
    kernel: 'exit 2',
  }),
  script('blanks within the argument', '#!/bin/stub a   b\n', 'starts'),
  script('no line end at the end', '#!/bin/sh', 'starts'),
  script('no line end behind an argument', '#!/bin/sh -e', 'starts'),
  script('a blank at the very end is an empty argument', '#!/bin/sh ', 'program-not-found'),
  script('a blank at the very end does not matter to a program that ignores it', '#!/bin/stub ', 'starts'),
  script('two blanks behind an argument at the very end', '#!/bin/stub x  ', 'starts'),
  script('nothing behind #!', '#!\nexit 0\n', BAD, { kernel: 'execve ENOEXEC' }),
  script('only blanks behind #!', '#!  \t \nexit 0\n', BAD, { kernel: 'execve ENOEXEC' }),
  script('nothing behind #! and no line end', '#!', 'not-executable', { kernel: 'execve EACCES' }),
  script('only blanks behind #! and no line end', '#!   ', 'not-executable', { kernel: 'execve EACCES' }),
  script('blanks up to the end of the window', `#!${' '.repeat(300)}/bin/sh\n`, BAD),
  script('254 blanks and a line end', `#!${' '.repeat(253)}\nexit 0\n`, BAD),
  script('a NUL behind the interpreter', '#!/bin/sh\0junk\nexit 0\n', 'starts'),
  script('a NUL behind #!', '#!\0/bin/sh\nexit 0\n', 'not-executable'),
  script('a NUL within the argument', '#!/bin/stub a\0b\n', 'starts'),
  script('a line end behind a NUL does not count', `#!/bin/stub a\0\n`, 'starts'),
  script('a form feed is part of the name', '#!\f/bin/sh\nexit 0\n', LOST),
  script('a vertical tab is part of the name', '#!/bin/sh\v\nexit 0\n', LOST),
  script('a no-break space is part of the name', '#!\u00a0/bin/sh\nexit 0\n', LOST),
  script('quotes are part of the name', '#!"/bin/sh"\nexit 0\n', LOST),
  script('a comment behind the interpreter is its argument', '#!/bin/stub # comment\n', 'starts'),
  script('a ~ is no home directory', '#!~/bin/sh\nexit 0\n', LOST),
  script('a variable is not expanded', '#!$SHELL\nexit 0\n', LOST),
  script('a backslash at the line end continues nothing', '#!/bin/sh \\\nexit 0\n', 'program-not-found'),
  script('#! in the second line', '\n#!/bin/sh\nexit 0\n', BAD, { kernel: 'execve ENOEXEC' }),
  script('a blank before #!', ' #!/bin/sh\nexit 0\n', BAD, { kernel: 'execve ENOEXEC' }),
  script('a byte order mark', '\ufeff#!/bin/sh\nexit 0\n', BAD, { kernel: 'execve ENOEXEC' }),
  script('UTF-16', Buffer.from('\ufeff#!/bin/sh\nexit 0\n', 'utf16le'), BAD, { kernel: 'execve ENOEXEC' }),
  script(
    'UTF-16 without a byte order mark',
    Buffer.from('#!/bin/sh\nexit 0\n', 'utf16le'),
    'unknown-format',
    { kernel: 'execve ENOEXEC' },
  ),
  script('a comment before #!', '# licence\n#!/bin/sh\nexit 0\n', 'no-shebang', { kernel: 'execve ENOEXEC' }),
  script('no #! at all', 'exit 0\n', 'no-shebang', { kernel: 'execve ENOEXEC' }),
  script('# without !', '#/bin/sh\nexit 0\n', 'no-shebang'),
  script('! without #', '!/bin/sh\nexit 0\n', 'no-shebang'),
  script('a blank between # and !', '# !/bin/sh\nexit 0\n', 'no-shebang'),
  script('an empty file', '', 'unknown-format', { kernel: 'execve ENOEXEC' }),
  script('one byte', '#', 'no-shebang'),
  script('only NUL bytes', '\0'.repeat(512), 'unknown-format'),
  script('CR at the end of the line', '#!/bin/sh\r\nexit 0\r\n', 'crlf-script', { kernel: 'execve ENOENT' }),
  script('CR at the end without a line end', '#!/bin/sh\r', 'crlf-script'),
  script('CR behind an argument', '#!/bin/sh -e\r\nexit 0\r\n', 'crlf-script', { kernel: 'exit 2' }),
  script('CR behind a blank is an argument of its own', '#!/bin/sh \r\nexit 0\n', 'crlf-script'),
  script('CR as the only line end', '#!/bin/sh\rexit 0\r', LOST),
  scriptWith(
    'CR, and an interpreter of that very name',
    '#!/bin/sh\r\nexit 0\n',
    [program('bin/sh\r', amd64)],
    'starts',
  ),

  longCase('a name that ends right before the window does', 253, '\n', 'starts'),
  longCase('a name that fills the window', 254, '\n', BAD),
  longCase('a name that is cut', 255, '\n', BAD),
  longCase('a name before a blank at the last byte', 253, ' argument\n', 'starts'),
  longCase('a name that fills the window, without a line end', 254, '', BAD),
  longCase('a name of 253 bytes, without a line end', 253, '', 'starts'),
  longCase('an argument that is cut', 200, ` ${'a'.repeat(300)}\n`, 'starts'),
  longCase('blanks behind a long name', 200, `${' '.repeat(300)}\n`, 'starts'),

  script('an interpreter that is not there', '#!/bin/bash\nexit 0\n', LOST, { kernel: 'execve ENOENT' }),
  script('a relative interpreter', '#!bin/sh\nexit 0\n', 'starts'),
  {
    ...script('a relative interpreter from another WORKDIR', '#!bin/sh\nexit 0\n', LOST),
    config: { entrypoint: ['/app.sh'], workingDir: '/srv' },
  },
  script('an interpreter without a directory', '#!sh\nexit 0\n', LOST),
  script('an interpreter that is a directory', '#!/bin\nexit 0\n', 'not-executable', {
    kernel: 'execve EACCES',
  }),
  script('an interpreter below a file', '#!/bin/sh/x\nexit 0\n', LOST, { kernel: 'execve ENOTDIR' }),
  script('an interpreter with a trailing slash', '#!/bin/sh/\nexit 0\n', LOST, { kernel: 'execve ENOTDIR' }),
  script(
    'an interpreter with a name that is too long',
    `#!/${'n'.repeat(250)}/../../${'x'.repeat(3)}\n`,
    BAD,
  ),
  scriptWith(
    'an interpreter without an x bit',
    '#!/bin/sh\nexit 0\n',
    [file('bin/sh', busybox)],
    'not-executable',
    'execve EACCES',
  ),
  scriptWith(
    'an interpreter of another machine',
    '#!/bin/sh\nexit 0\n',
    [program('bin/sh', arm64)],
    'wrong-architecture',
    'execve ENOEXEC',
  ),
  scriptWith(
    'an interpreter that is an object file',
    '#!/bin/sh\nexit 0\n',
    [program('bin/sh', amd64Object)],
    'malformed-elf',
  ),
  scriptWith(
    'an interpreter that is empty',
    '#!/bin/sh\nexit 0\n',
    [program('bin/sh', '')],
    'unknown-format',
    'execve ENOEXEC',
  ),
  scriptWith(
    'an interpreter that is a text',
    '#!/bin/sh\nexit 0\n',
    [program('bin/sh', 'hello\n')],
    'no-shebang',
  ),
  scriptWith(
    'an interpreter that is a dangling link',
    '#!/bin/sh\nexit 0\n',
    [symlink('bin/sh', 'dash')],
    LOST,
  ),
  scriptWith(
    'an interpreter behind links',
    '#!/bin/sh\nexit 0\n',
    [symlink('bin', 'usr/bin'), symlink('usr/bin/sh', 'busybox'), program('usr/bin/busybox', busybox)],
    'starts',
  ),
  scriptWith(
    'an interpreter in a circle of links',
    '#!/bin/sh\nexit 0\n',
    [symlink('bin/sh', 'ash'), symlink('bin/ash', 'sh')],
    LOST,
    'execve ELOOP',
  ),
  scriptWith(
    'an interpreter that is a device',
    '#!/dev2/null\nexit 0\n',
    [directory('dev2'), { name: 'dev2/null', flag: '3', mode: 0o755, device: [1, 3] }],
    'not-executable',
  ),

  scriptWith('a script as interpreter', '#!/i1\n', nested(2), 'starts'),
  scriptWith('four scripts as interpreters', '#!/i1\n', nested(5), 'starts'),
  scriptWith('five scripts as interpreters', '#!/i1\n', nested(6), 'interpreter-loop', 'execve ELOOP'),
  scriptWith(
    'five scripts, the program behind them missing',
    '#!/i1\n',
    nested(5, '#!/gone\n'),
    LOST,
    'execve ENOENT',
  ),
  scriptWith('six scripts as interpreters', '#!/i1\n', nested(7), 'interpreter-loop'),
  scriptWith('a script that interprets itself', '#!/app.sh\n', [], 'interpreter-loop', 'execve ELOOP'),
  scriptWith(
    'two scripts that interpret each other',
    '#!/b\n',
    [program('b', '#!/app.sh\n')],
    'interpreter-loop',
  ),
  scriptWith(
    'a script without an x bit as interpreter',
    '#!/i1\n',
    [file('i1', '#!/i2\n'), program('i2', amd64)],
    'not-executable',
  ),
  scriptWith(
    'a script with CR as interpreter',
    '#!/i1\n',
    [program('i1', '#!/i2\r\n'), program('i2', amd64)],
    'crlf-script',
  ),
  scriptWith('a script without #! as interpreter', '#!/i1\n', [program('i1', 'exit 0\n')], 'no-shebang'),
  scriptWith('a set-uid script', '#!/i1\n', [program('i1', amd64)], 'starts'),

  env('env and a name in PATH', '#!/usr/bin/env tool', [SH], 'starts'),
  env('env and a blank', '#! /usr/bin/env tool', [SH], 'starts'),
  env('env and a name that is not in PATH', '#!/usr/bin/env node', [SH], LOST, { kernel: 'exit 127' }),
  env('env and a path', '#!/usr/bin/env /usr/bin/tool', [SH], 'starts'),
  env('env and a path that is not there', '#!/usr/bin/env /opt/tool', [SH], LOST),
  env('env and several words without -S', '#!/usr/bin/env tool --flag', [SH], LOST, { kernel: 'exit 127' }),
  env(
    'env and a file of such a name',
    '#!/usr/bin/env tool --flag',
    [program('usr/bin/tool --flag', amd64)],
    'starts',
  ),
  env('env and CR', '#!/usr/bin/env tool\r', [SH], 'crlf-script', { kernel: 'exit 127' }),
  env("env and the image's PATH", '#!/usr/bin/env mine', [program('opt/mine', amd64)], 'starts', {
    config: { entrypoint: ['/app.sh'], env: ['PATH=/opt'] },
  }),
  env('env and not the default PATH', '#!/usr/bin/env tool', [SH], LOST, {
    config: { entrypoint: ['/app.sh'], env: ['PATH=/opt'] },
  }),
  env(
    'env and a tool of another machine',
    '#!/usr/bin/env tool',
    [program('usr/bin/tool', arm64)],
    'wrong-architecture',
  ),
  env(
    'env and a tool without an x bit',
    '#!/usr/bin/env tool',
    [file('usr/bin/tool', amd64)],
    'not-executable',
    {
      kernel: 'exit 126',
    },
  ),
  env('env -S', '#!/usr/bin/env -S tool --flag', [SH], 'starts'),
  env('env -S and a name that is not in PATH', '#!/usr/bin/env -S node --flag', [SH], LOST),
  env('env -S with an assignment', '#!/usr/bin/env -S A=b tool', [SH], 'starts'),
  env(
    'env -S with a PATH of its own',
    '#!/usr/bin/env -S PATH=/opt mine',
    [program('opt/mine', amd64)],
    'starts',
  ),
  env('env -S with a PATH that hides the tool', '#!/usr/bin/env -S PATH=/opt tool', [SH], LOST),
  env('env -S with options', '#!/usr/bin/env -S -i tool', [SH], 'starts'),
  env('env -S without a blank', '#!/usr/bin/env -Stool', [SH], 'starts'),
  env('env --split-string', '#!/usr/bin/env --split-string=tool x', [SH], 'starts'),
  env('env -vS', '#!/usr/bin/env -vS tool x', [SH], 'starts'),
  env('env -iS has only the built-in PATH', '#!/usr/bin/env -iS tool', [SH], 'starts'),
  env(
    'env -iS and a tool outside of it',
    '#!/usr/bin/env -iS mine',
    [program('usr/local/bin/mine', amd64)],
    LOST,
  ),
  env('env -S with quotes', `#!/usr/bin/env -S 'tool' "x y"`, [SH], 'starts'),
  env(
    'env -S with a quoted blank in the name',
    `#!/usr/bin/env -S "my tool"`,
    [program('usr/bin/my tool', amd64)],
    'starts',
  ),
  env(
    'env -S with an escaped blank',
    '#!/usr/bin/env -S "my\\_tool"',
    [program('usr/bin/my tool', amd64)],
    'starts',
  ),
  env('env -S with a separator', '#!/usr/bin/env -S tool\\_x', [SH], 'starts'),
  env('env -S with a comment', '#!/usr/bin/env -S tool #x', [SH], 'starts'),
  env('env -S with a variable', '#!/usr/bin/env -S ${TOOL} x', [SH], 'starts', {
    config: { entrypoint: ['/app.sh'], env: ['TOOL=tool'] },
  }),
  env('env -S with CR', '#!/usr/bin/env -S tool x\r', [SH], 'starts'),
  env('env -S with CR behind the name', '#!/usr/bin/env -S tool\r', [SH], 'starts'),
  env('env -i and a name in one word', '#!/usr/bin/env -i tool', [SH], BAD, { kernel: 'exit 125' }),
  env('env - and a name in one word', '#!/usr/bin/env - tool', [SH], BAD, { kernel: 'exit 125' }),
  env('env --split-string and a blank', '#!/usr/bin/env --split-string tool', [SH], BAD, {
    kernel: 'exit 125',
  }),
  env('env -S with an open quote', '#!/usr/bin/env -S "tool', [SH], BAD, { kernel: 'exit 125' }),
  env('env -S with an unknown escape', '#!/usr/bin/env -S tool \\x', [SH], BAD, { kernel: 'exit 125' }),
  env('env -S with a variable without braces', '#!/usr/bin/env -S $TOOL', [SH], BAD, { kernel: 'exit 125' }),
  env('env -S with a backslash at the end', '#!/usr/bin/env -S tool\\', [SH], BAD, { kernel: 'exit 125' }),
  env('env -S with an end in the middle', '#!/usr/bin/env -S tool \\c "', [SH], 'starts'),
  env('env -u', '#!/usr/bin/env -S -u PATH tool', [SH], 'starts'),
  env('env -C', '#!/usr/bin/env -S -C /opt ./mine', [program('opt/mine', amd64)], 'starts'),
  env('env -C and nothing there', '#!/usr/bin/env -S -C /opt ./mine', [directory('opt')], LOST),
  {
    ...kernelCase(
      "busybox's env has no -S",
      [BUSYBOX, symlink('usr/bin/env', '/bin/busybox'), SH, program('app.sh', '#!/usr/bin/env -S tool\n')],
      '/app.sh',
      BAD,
    ),
    kernel: 'exit 1',
  },
  kernelCase(
    'an applet of busybox as the interpreter',
    [BUSYBOX, program('app.sh', '#!/bin/busybox sh\nexit 0\n')],
    '/app.sh',
    'starts',
  ),
  kernelCase(
    'a link by whose name busybox has no applet',
    [BUSYBOX, symlink('bin/nosuch', 'busybox')],
    ['/bin/nosuch', 'true'],
    'program-not-found',
    { kernel: 'exit 127', prints: 'nosuch: applet not found' },
  ),
  kernelCase(
    'an applet of busybox and its option',
    [BUSYBOX, program('app.sh', '#!/bin/busybox sh -e\nexit 0\n')],
    '/app.sh',
    BAD,
    { kernel: 'exit 127' },
  ),
  kernelCase(
    'tini with -- and a name in one word',
    [...LIBC, WRAPPERS.tini, SHELL, program('app.sh', '#!/usr/bin/tini -- /bin/sh\nexit 0\n')],
    '/app.sh',
    BAD,
    { kernel: 'exit 1' },
  ),
  kernelCase(
    'tini and a name',
    [...LIBC, WRAPPERS.tini, SHELL, program('app.sh', '#!/usr/bin/tini /bin/sh\nexit 0\n')],
    '/app.sh',
    'starts',
  ),
  ...SHELL_OPTIONS.map(([shell, options, expect]) =>
    kernelCase(
      `${shell} ${options}`,
      [...withLibraries('/usr/bin/dash', '/bin/bash'), program('app.sh', `#!${shell} ${options}\nexit 0\n`)],
      '/app.sh',
      expect,
    ),
  ),
  kernelCase(
    "busybox's env and a name in PATH",
    [program('usr/bin/env', busybox), SH, program('app.sh', '#!/usr/bin/env tool\n')],
    '/app.sh',
    'starts',
  ),
  kernelCase(
    "busybox's env and a name that is not in PATH",
    [program('usr/bin/env', busybox), program('app.sh', '#!/usr/bin/env node\n')],
    '/app.sh',
    LOST,
  ),
  kernelCase('env itself is missing', [SH, program('app.sh', '#!/usr/bin/env tool\n')], '/app.sh', LOST, {
    kernel: 'execve ENOENT',
  }),
  kernelCase(
    'env in /bin only',
    [SH, program('bin/env', busybox), program('app.sh', '#!/usr/bin/env tool\n')],
    '/app.sh',
    LOST,
  ),
];
