/**
 * The tables that are about no architecture, with arm64 programs in place of amd64 ones: every program of theirs has a
 * counterpart. A case with a program that has none is about amd64 and is left out.
 */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebian } from '../../support/debian-packages.ts';
import type { TarItem } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { originOf, PROGRAMS } from '../programs.ts';
import { findingCases } from './finding.ts';
import { healthcheckCases } from './healthchecks.ts';
import { permissionCases } from './permissions.ts';
import { scriptCases } from './scripts.ts';
import { shellCases } from './shells.ts';
import { wrapperCases } from './wrappers.ts';

const TABLES = [findingCases, permissionCases, scriptCases, wrapperCases, shellCases, healthcheckCases];

const PACKAGES =
  'bash busybox-static catatonit coreutils dash dumb-init gosu libacl1 libattr1 libc6 libcap-ng0 libgmp10 ' +
  'libpcre2-8-0 libselinux1 libssl3 libtinfo6 time tini util-linux zlib1g';

const COMPILED: ReadonlyMap<Buffer, Buffer> = new Map([
  [PROGRAMS.amd64, PROGRAMS.arm64],
  [PROGRAMS.arm64, PROGRAMS.amd64],
]);

/** Downloads Debian's arm64 programs where they are not there yet. */
export function neutralArm64Cases(): readonly KernelCase[] {
  const folder = join(tmpdir(), 'debian-packages', 'programs-arm64');
  unpackDebian({ architecture: 'arm64', packages: PACKAGES.split(' ') }, folder);
  const read = new Map<string, Buffer>();
  const asked = TABLES.flat().filter(({ decidedBy }) => decidedBy !== 'runtime');
  return asked.flatMap((question) => {
    const layers = question.layers.map((items) =>
      items.map((item) => counterpartOf(item, (path) => readOnce(folder, path, read))),
    );
    if (question.platform !== undefined || layers.flat().includes(null)) return [];
    const platform = { os: 'linux', architecture: 'arm64' };
    return [{ ...question, layers: layers.map((items) => items.filter((item) => item !== null)), platform }];
  });
}

/** null when only amd64 has the like. */
function counterpartOf(item: TarItem, read: (path: string) => Buffer | null): TarItem | null {
  if (!Buffer.isBuffer(item.data)) return item;
  const compiled = COMPILED.get(item.data);
  if (compiled !== undefined) return { ...item, data: compiled };
  const origin = originOf(item.data);
  const data = origin === undefined ? null : read(onArm64(origin));
  return data === null ? null : { ...item, name: onArm64(item.name.toString()), data };
}

function onArm64(path: string): string {
  return path
    .replace('lib64/ld-linux-x86-64.so.2', 'lib/ld-linux-aarch64.so.1')
    .replace('x86_64-linux-gnu', 'aarch64-linux-gnu');
}

/** In `/lib` or in `/usr/lib`: before both were one, each package had its own opinion. */
function readOnce(folder: string, path: string, read: Map<string, Buffer>): Buffer | null {
  const known = read.get(path);
  if (known !== undefined) return known;
  const found = [path, `/usr${path}`, path.replace('/usr/', '/')]
    .map((each) => join(folder, each))
    .find((file) => existsSync(file));
  if (found === undefined) return null;
  const data = readFileSync(found);
  read.set(path, data);
  return data;
}
