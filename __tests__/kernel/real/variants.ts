/** Every program of a real root as it is, and broken in every way that a layer above can break it. */
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { file, symlink, type TarItem, whiteout } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { COMMANDS, ENTRYPOINT, SETTINGS, STARTS } from './programs.ts';
import { contentOf, linkingOf, modeOf, realPath, type RealRoot } from './real-root.ts';

/** How many libraries of one program are taken away, one at a time. */
const LIBRARIES = 3;

export interface Foreign {
  /** The same packages of the other architecture. */
  readonly root: RealRoot;
  /** An unpacked libc6 of an older suite, for this architecture. */
  readonly oldLibc: string;
}

export function casesOf(root: RealRoot, foreign: Foreign): KernelCase[] {
  const about = (
    name: string,
    items: readonly TarItem[],
    words: readonly string[],
    expect: string,
  ): KernelCase => ({
    ...kernelCase(`${root.name}: ${name}`, [], words, expect, {
      platform: { os: 'linux', architecture: root.architecture },
    }),
    layers: items.length === 0 ? [SETTINGS] : [SETTINGS, items],
  });
  const healthy = [...COMMANDS, ...STARTS].map((words) => about(words.join(' '), [], words, 'starts'));
  const broken = COMMANDS.flatMap((words) =>
    variantsOf(root, foreign, words[0]).map(([how, items, rule]) =>
      about(`${words[0]}: ${how}`, items, words, rule),
    ),
  );
  const nginx = ['/docker-entrypoint.sh', 'nginx', '-v'];
  const crlf = ENTRYPOINT.replaceAll('\n', '\r\n');
  const shell = realPath(root, 'bin/sh');
  const libcLess = contentOf(foreign.root, realPath(foreign.root, 'usr/sbin/nginx'));
  return [
    ...healthy,
    ...broken,
    about('an entry script with CR', [program('docker-entrypoint.sh', crlf)], nginx, 'crlf-script'),
    about('an entry script without its shell', [whiteout(shell)], nginx, 'interpreter-not-found'),
    about(
      'an entry script without an x bit',
      [file('docker-entrypoint.sh', ENTRYPOINT)],
      nginx,
      'not-executable',
    ),
    about('CMD is gone', [whiteout('usr/sbin/nginx')], nginx, 'program-not-found'),
    about('CMD is of another machine', [program('usr/sbin/nginx', libcLess)], nginx, 'wrong-architecture'),
  ];
}

type Variant = readonly [how: string, items: readonly TarItem[], rule: string];

function variantsOf(root: RealRoot, foreign: Foreign, path: string): Variant[] {
  const real = realPath(root, path);
  const mode = modeOf(root, real);
  const other = realPath(foreign.root, path);
  const { loader, libraries } = linkingOf(root, real);
  const always: Variant[] = [
    ['of another machine', [program(real, contentOf(foreign.root, other), { mode })], 'wrong-architecture'],
    ['without an x bit', [program(real, contentOf(root, real), { mode: mode & ~0o111 })], 'not-executable'],
    ['gone', [whiteout(real)], 'program-not-found'],
  ];
  if (loader === null) return always;
  return [
    ...always,
    ['without the loader', [whiteout(loader)], 'loader-not-found'],
    ['with an older libc', oldLibcOf(foreign), 'symbol-version-not-found'],
    ...libraries.slice(0, LIBRARIES).flatMap((library): Variant[] => [
      [`without ${library}`, [whiteout(library)], 'library-not-found'],
      [`with ${library} of another machine`, [foreignLibrary(root, foreign, library)], 'library-mismatch'],
    ]),
  ];
}

function foreignLibrary(root: RealRoot, foreign: Foreign, library: string): TarItem {
  const [own, others] = ['x86_64-linux-gnu', 'aarch64-linux-gnu'] as const;
  const [from, to] = root.architecture === 'amd64' ? [own, others] : [others, own];
  return file(library, contentOf(foreign.root, library.replace(from, to)));
}

/** The whole package: loader, libc and its sisters fit each other. */
function oldLibcOf({ oldLibc }: Foreign): TarItem[] {
  const [directory = ''] = readdirSync(join(oldLibc, 'lib')).filter((name) => name.endsWith('-linux-gnu'));
  const root = { name: '', suite: 'bookworm', architecture: 'amd64', folder: oldLibc } as const;
  return readdirSync(join(oldLibc, 'lib', directory), { withFileTypes: true }).flatMap((entry) => {
    const path = `lib/${directory}/${entry.name}`;
    if (entry.isDirectory()) return [];
    if (entry.isSymbolicLink()) return [symlink(`usr/${path}`, readlinkSync(join(oldLibc, path)))];
    return [program(`usr/${path}`, contentOf(root, path), { mode: modeOf(root, path) })];
  });
}
