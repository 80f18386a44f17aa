/** Every program of a real root as it is, and broken in the ways that a layer above can break it. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { file, symlink, type TarItem, whiteout } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { COMMANDS, ENTRYPOINT, SETTINGS, STARTS } from './programs.ts';
import { contentOf, linkingOf, modeOf, realPath, type RealRoot } from './real-root.ts';

export interface Foreign {
  /** The same packages of the other architecture. */
  readonly root: RealRoot;
  /** An unpacked libc6 of an older suite, for this architecture. */
  readonly oldLibc: string;
}

type Items = readonly TarItem[];

export function casesOf(root: RealRoot, foreign: Foreign): KernelCase[] {
  const about = (name: string, items: Items, words: readonly string[], expect: string): KernelCase => ({
    ...kernelCase(`${root.architecture}: ${name}`, [], words, expect, {
      platform: { os: 'linux', architecture: root.architecture },
    }),
    layers: items.length === 0 ? [SETTINGS] : [SETTINGS, items],
  });
  const oldLibc = oldLibcOf(foreign);
  const healthy = [...COMMANDS, ...STARTS].map((words) => about(words.join(' '), [], words, 'starts'));
  const broken = COMMANDS.flatMap((words) => {
    const whole = { root, foreign, oldLibc, path: words[0] };
    const variants = [...everyWay(whole), ...(IN_ALL_WAYS.includes(words[0]) ? furtherWays(whole) : [])];
    return variants.map(([how, items, rule]) => about(`${words[0]}: ${how}`, items, words, rule));
  });
  const options = PYTHON_OPTIONS.map(([words, expect]) => {
    const items = [program('run.py', `#!/usr/bin/python3 ${words}\nprint()\n`)];
    return about(`#!/usr/bin/python3 ${words}`, items, ['/run.py'], expect);
  });
  const entries = entryVariants(root, foreign).map((each) => about(...each));
  return [...healthy, ...broken, ...options, ...entries];
}

/** What stands behind `#!/usr/bin/python3`, and is one word for it. */
const PYTHON_OPTIONS: readonly (readonly [words: string, expect: string])[] = [
  ['-uE', 'starts'],
  ['-u ', 'starts'],
  ['-W ignore', 'starts'],
  ['-Wignore -u', 'starts'],
  ['-u -E', 'malformed-shebang'],
  ['-Es x', 'malformed-shebang'],
  ['-u\t-W ignore', 'malformed-shebang'],
];

interface Whole {
  readonly root: RealRoot;
  readonly foreign: Foreign;
  readonly oldLibc: Items;
  readonly path: string;
}

type Variant = readonly [how: string, items: Items, rule: string];

/** What every program meets: another machine's file, and where it has a loader an older libc. */
function everyWay({ root, foreign, oldLibc, path }: Whole): Variant[] {
  const real = realPath(root, path);
  const other = contentOf(foreign.root, realPath(foreign.root, path));
  const foreignFile = [program(real, other, { mode: modeOf(root, real) })];
  const { loader } = linkingOf(root, real);
  return [
    ['of another machine', foreignFile, 'wrong-architecture'],
    ...(loader === null ? [] : [['with an older libc', oldLibc, 'symbol-version-not-found'] as const]),
  ];
}

/** One of each kind: a shell, an interpreter, a wrapper, a server, a runtime in a library, one without any library. */
const IN_ALL_WAYS: readonly string[] = [
  '/usr/bin/bash',
  '/usr/bin/python3',
  '/usr/bin/tini',
  '/usr/sbin/nginx',
  '/usr/bin/node',
  '/usr/bin/busybox',
];

function furtherWays({ root, foreign, path }: Whole): Variant[] {
  const real = realPath(root, path);
  const mode = modeOf(root, real) & ~0o111;
  const { loader, libraries } = linkingOf(root, real);
  const [first, last] = [libraries[0], libraries.at(-1)];
  return [
    ['without an x bit', [program(real, contentOf(root, real), { mode })], 'not-executable'],
    ['gone', [whiteout(real)], 'program-not-found'],
    ...(loader === null ? [] : [['without the loader', [whiteout(loader)], 'loader-not-found'] as const]),
    ...(first === undefined ? [] : [[`without ${first}`, [whiteout(first)], 'library-not-found'] as const]),
    ...(last === undefined
      ? []
      : [
          [
            `with ${last} of another machine`,
            [foreignLibrary(root, foreign, last)],
            'library-mismatch',
          ] as const,
        ]),
  ];
}

function foreignLibrary(root: RealRoot, foreign: Foreign, library: string): TarItem {
  const [own, others] = ['x86_64-linux-gnu', 'aarch64-linux-gnu'] as const;
  const [from, to] = root.architecture === 'amd64' ? [own, others] : [others, own];
  return file(library, contentOf(foreign.root, library.replace(from, to)));
}

/** What an entry script loses. */
function entryVariants(
  root: RealRoot,
  foreign: Foreign,
): (readonly [how: string, items: Items, words: readonly string[], rule: string])[] {
  const nginx = ['/docker-entrypoint.sh', 'nginx', '-v'];
  const crlf = ENTRYPOINT.replaceAll('\n', '\r\n');
  const other = contentOf(foreign.root, realPath(foreign.root, 'usr/sbin/nginx'));
  const variants: readonly Variant[] = [
    ['an entry script with CR', [program('docker-entrypoint.sh', crlf)], 'crlf-script'],
    ['an entry script without its shell', [whiteout(realPath(root, 'bin/sh'))], 'interpreter-not-found'],
    ['an entry script without an x bit', [file('docker-entrypoint.sh', ENTRYPOINT)], 'not-executable'],
    ['CMD is gone', [whiteout('usr/sbin/nginx')], 'program-not-found'],
    ['CMD is of another machine', [program('usr/sbin/nginx', other)], 'wrong-architecture'],
  ];
  return variants.map(([how, items, rule]) => [how, items, nginx, rule]);
}

/** The whole package: loader, libc and its sisters fit each other. */
function oldLibcOf({ oldLibc }: Foreign): Items {
  const [directory = ''] = readdirSync(join(oldLibc, 'lib')).filter((name) => name.endsWith('-linux-gnu'));
  const root: RealRoot = { architecture: 'amd64', folder: oldLibc };
  return readdirSync(join(oldLibc, 'lib', directory), { withFileTypes: true }).flatMap((entry) => {
    const path = `lib/${directory}/${entry.name}`;
    if (entry.isDirectory()) return [];
    if (entry.isSymbolicLink()) return [symlink(`usr/${path}`, readlinkSync(join(oldLibc, path)))];
    return [program(`usr/${path}`, contentOf(root, path), { mode: modeOf(root, path) })];
  });
}
