/** Programs that start other programs: tini, dumb-init, gosu, setpriv, env, nice, busybox … */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import type { ElfSpec } from '../../support/elf-spec.ts';
import { kernelCase, type KernelCase, program, ROOT } from '../kernel-case.ts';
import { library } from '../loading.ts';
import { LIBC, PROGRAMS, withLibraries, WRAPPERS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const APP = program('usr/bin/app', amd64);
const FOREIGN = program('usr/bin/foreign', arm64);
const USERS = [
  file('etc/passwd', 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n'),
  file('etc/group', 'root:x:0:\napp:x:1000:\n'),
];
const SHELL = program('bin/sh', busybox);
const LOST = 'program-not-found';

function wrapped(
  name: string,
  words: readonly string[],
  expect: string,
  more: readonly TarItem[] = [],
  kernel?: string,
): KernelCase {
  const items = [...Object.values(WRAPPERS), ...LIBC, ...USERS, APP, FOREIGN, ...more];
  return kernelCase(name, items, words, expect, kernel === undefined ? {} : { kernel });
}

/** The same start, with the program, without it and for another machine, behind each wrapper. */
const WORDS: readonly (readonly [name: string, words: readonly string[], lost: string])[] = [
  ['tini', ['tini', '--'], 'exit 127'],
  ['tini with options', ['tini', '-g', '-v', '-e', '143', '--'], 'exit 127'],
  ['tini without --', ['tini'], 'exit 127'],
  ['a static tini', ['tini-static', '-g', '--'], 'exit 127'],
  ['dumb-init', ['dumb-init'], 'exit 2'],
  ['dumb-init with options', ['dumb-init', '--rewrite', '15:3', '-c', '--'], 'exit 2'],
  ['catatonit', ['catatonit', '--'], 'exit 1'],
  ['gosu', ['gosu', 'app'], 'exit 1'],
  ['gosu with numbers', ['gosu', '7:8'], 'exit 1'],
  ['tini and gosu', ['tini', '--', 'gosu', 'app'], 'exit 1'],
];

const HOST_TOOLS = ['env', 'nice', 'nohup', 'timeout', 'stdbuf', 'setpriv', 'setsid', 'ionice'].map(
  (name) => `/usr/bin/${name}`,
);
const HOST = withLibraries(...HOST_TOOLS);

const HOST_WORDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['env', ['env', 'A=b']],
  ['env -i', ['env', '-i', 'A=b']],
  ['env -', ['env', '-', 'A=b']],
  ['env -u', ['env', '-u', 'HOME', '--']],
  ['env --unset', ['env', '--unset=HOME']],
  ['nice', ['nice', '-n', '5']],
  ['nice -10', ['nice', '-10']],
  ['nohup', ['nohup']],
  ['timeout', ['timeout', '-k', '1', '5']],
  ['setpriv', ['setpriv', '--reuid=app', '--regid=app', '--init-groups']],
  ['setpriv with numbers', ['setpriv', '--reuid', '7', '--regid', '8', '--clear-groups', '--no-new-privs']],
  ['setsid', ['setsid', '-w']],
  ['ionice', ['ionice', '-c', '3']],
];

const BUSYBOX_WORDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['busybox sh -c', ['busybox', 'sh', '-c', 'exec "$@"', 'sh']],
  ['busybox env', ['busybox', 'env', 'A=b']],
  ['busybox timeout', ['busybox', 'timeout', '5']],
  ['busybox setsid', ['busybox', 'setsid']],
];

function host(name: string, words: readonly string[], expect: string): KernelCase {
  return kernelCase(name, [...HOST, ...USERS, APP, FOREIGN], words, expect);
}

const NEWER: ElfSpec = {
  needed: ['libc.so.6'],
  versionsNeeded: [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.99', weak: false }] }],
};

function stdbuf(name: string, preloaded: ElfSpec, expect: string): KernelCase {
  const items = [...HOST, APP, library('/usr/libexec/coreutils/libstdbuf.so', preloaded)];
  return kernelCase(`stdbuf and ${name}`, items, ['stdbuf', '-oL', 'env', 'app'], expect);
}

function ofBusybox(name: string, words: readonly string[], expect: string): KernelCase {
  return kernelCase(name, [program('bin/busybox', busybox), ...USERS, APP, FOREIGN], words, expect);
}

const TEXT = program('usr/bin/text', 'exit 0\n');
const AS_APP = { uid: 1000, gid: 1000, groups: [] };

export const wrapperCases: readonly KernelCase[] = [
  ...WORDS.flatMap(([name, words, lost]) => [
    wrapped(`${name} starts a program`, [...words, 'app', 'x'], 'starts'),
    wrapped(`${name} starts a path`, [...words, '/usr/bin/app'], 'starts'),
    wrapped(`${name} finds no such program`, [...words, 'missing'], LOST, [], lost),
    wrapped(`${name} finds no such path`, [...words, '/opt/missing'], LOST),
    wrapped(`${name} starts a program of another machine`, [...words, 'foreign'], 'wrong-architecture'),
  ]),
  ...HOST_WORDS.flatMap(([name, words]) => [
    host(`${name} starts a program`, [...words, 'app', 'x'], 'starts'),
    host(`${name} finds no such program`, [...words, 'missing'], LOST),
    host(`${name} starts a program of another machine`, [...words, '/usr/bin/foreign'], 'wrong-architecture'),
  ]),
  ...BUSYBOX_WORDS.flatMap(([name, words]) => [
    ofBusybox(`${name} starts a program`, [...words, 'app', 'x'], 'starts'),
    ofBusybox(`${name} finds no such program`, [...words, 'missing'], LOST),
    ofBusybox(
      `${name} starts a program of another machine`,
      [...words, '/usr/bin/foreign'],
      'wrong-architecture',
    ),
  ]),
  host('stdbuf without the library that it preloads', ['stdbuf', '-oL', 'app'], 'library-not-found'),
  stdbuf('a library that fits', {}, 'starts'),
  stdbuf('a library that needs a newer libc', NEWER, 'symbol-version-not-found'),
  stdbuf('a library that needs another', { needed: ['libgone.so.1'] }, 'library-not-found'),
  wrapped('tini of another machine', ['/tini', '--', 'app'], 'wrong-architecture', [program('tini', arm64)]),
  wrapped('tini that is not there', ['/sbin/tini', '--', 'app'], LOST),
  wrapped(
    'tini and a file without an x bit',
    ['tini', '--', '/data'],
    'not-executable',
    [file('data', amd64)],
    'exit 126',
  ),
  wrapped('tini and a directory', ['tini', '--', '/opt'], 'not-executable', [directory('opt')]),
  wrapped('tini and a text without #!: glibc hands it to the shell', ['tini', '--', 'text'], 'starts', [
    SHELL,
    TEXT,
  ]),
  wrapped('tini and a text without #! and without a shell', ['tini', '--', 'text'], 'interpreter-not-found', [
    TEXT,
  ]),
  wrapped('gosu and a text without #!: Go does not', ['gosu', 'app', 'text'], 'no-shebang', [SHELL, TEXT]),
  wrapped('tini and a script with CR', ['tini', '--', '/app.sh'], 'crlf-script', [
    SHELL,
    program('app.sh', '#!/bin/sh\r\nexit 0\r\n'),
  ]),
  wrapped('tini and a name with CR', ['tini', '--', 'app\r'], 'crlf-script'),
  wrapped('gosu and an unknown user', ['gosu', 'nobody', 'app'], 'user-not-found', [], 'exit 1'),
  {
    ...wrapped('gosu and an unknown user, perhaps', [], 'starts', [SHELL]),
    config: { entrypoint: ['sh', '-c', 'if [ -z "$X" ]; then exec app; fi; exec gosu nobody app'] },
    as: ROOT,
  },
  wrapped('gosu and a file for root only', ['gosu', 'app', '/root-only'], 'not-executable', [
    program('root-only', amd64, { mode: 0o700 }),
  ]),
  wrapped('a wrapper behind a link', ['/init', '--', 'app'], 'starts', [symlink('init', '/usr/bin/tini')]),
  {
    ...wrapped('gosu as another user than root', ['gosu', 'app', 'app'], 'not-executable'),
    config: { entrypoint: ['gosu', 'app', 'app'], user: 'app' },
    as: AS_APP,
  },
  {
    ...wrapped('the CMD behind the wrapper', ['tini', '--'], LOST),
    config: { entrypoint: ['tini', '--'], cmd: ['missing'] },
  },
  {
    ...wrapped('PATH that env sets', [], 'starts'),
    layers: [[...HOST, program('opt/mine', amd64)]],
    config: { entrypoint: ['env', 'PATH=/opt', 'mine'] },
    as: ROOT,
  },
];
