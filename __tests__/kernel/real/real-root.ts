/** A real root file system of Debian packages, as the lowest layer of images and as a directory for kernels. */
import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type DebianRequest, unpackDebian } from '../../support/debian-packages.ts';

export interface RealRoot {
  readonly architecture: 'amd64' | 'arm64';
  readonly folder: string;
}

const PACKAGES =
  'bash busybox-static coreutils curl dash dumb-init git gosu nginx-light nodejs perl-base python3-minimal ' +
  'redis-server ruby tini';

/** What no program needs to start, and what makes the root large. */
const PRUNED = ['usr/share/doc', 'usr/share/locale', 'usr/share/man', 'usr/share/info', 'usr/share/zoneinfo'];

export function makeRealRoot(architecture: RealRoot['architecture'], folder: string): RealRoot {
  const request: DebianRequest = { architecture, packages: PACKAGES.split(' '), dependencies: 'with' };
  unpackDebian(request, folder);
  for (const path of PRUNED) rmSync(join(folder, path), { recursive: true, force: true });
  return { architecture, folder };
}

export function tarOfRoot({ folder }: Pick<RealRoot, 'folder'>): Buffer {
  return execFileSync('tar', ['--sort=name', '-C', folder, '-cf', '-', '.'], { maxBuffer: 2 ** 31 - 1 });
}

/** The path below the root, without a slash in front, that links lead to; absolute ones start at the root. */
export function realPath({ folder }: RealRoot, path: string): string {
  const left = path.split('/');
  let at = '';
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    const next = posix.join(at, name);
    if (!lstatSync(join(folder, next)).isSymbolicLink()) {
      at = next;
      continue;
    }
    const target = readlinkSync(join(folder, next));
    if (target.startsWith('/')) at = '';
    left.unshift(...target.split('/'));
  }
  return at.replace(/^\//, '');
}

export function contentOf({ folder }: RealRoot, path: string): Buffer {
  return readFileSync(join(folder, path));
}

export function modeOf({ folder }: RealRoot, path: string): number {
  return statSync(join(folder, path)).mode & 0o7777;
}

/** Real paths of the libraries that a program names, without the libc itself; and whether it wants a loader. */
export function linkingOf(
  root: RealRoot,
  path: string,
): { loader: string | null; libraries: readonly string[] } {
  const text = execFileSync('readelf', ['-ldW', join(root.folder, path)], { encoding: 'utf8' });
  const loader = /program interpreter: (\S+)\]/.exec(text)?.[1] ?? null;
  const directory = `usr/lib/${root.architecture === 'amd64' ? 'x86_64' : 'aarch64'}-linux-gnu`;
  const libraries = [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)]
    .map((match) => `${directory}/${match[1]}`)
    .filter((library) => !/\/(?:libc\.so|ld-linux)/.test(library) && existsSync(join(root.folder, library)));
  return {
    loader: loader === null ? null : realPath(root, loader),
    libraries: libraries.map((library) => realPath(root, library)),
  };
}
