/** What cases about loaders are made of: this machine's real loaders and libcs, and small programs and libraries. */
import { readFileSync } from 'node:fs';
import { buildElf } from '../support/elf-builder.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { file, type TarItem } from '../support/layer-builder.ts';
import { type KernelCase, program } from './kernel-case.ts';

export const GLIBC_PATH = '/lib64/ld-linux-x86-64.so.2';
export const MUSL_PATH = '/lib/ld-musl-x86_64.so.1';

export const REAL = {
  glibcLoader: readFileSync(GLIBC_PATH),
  glibc: readFileSync('/lib/x86_64-linux-gnu/libc.so.6'),
  musl: readFileSync('/usr/lib/x86_64-linux-musl/libc.so'),
} as const;

/** Debian's own loader and libc, where they belong. */
export const GLIBC: readonly TarItem[] = [
  program(GLIBC_PATH.slice(1), REAL.glibcLoader),
  file('lib/x86_64-linux-gnu/libc.so.6', REAL.glibc),
];

export const MUSL: readonly TarItem[] = [program(MUSL_PATH.slice(1), REAL.musl)];

export function elf(path: string, spec: ElfSpec, options: Partial<TarItem> = {}): TarItem {
  return program(path.slice(1), Buffer.from(buildElf(spec)), options);
}

/** `/app`, which wants glibc. */
export function glibcApp(spec: ElfSpec = {}, options: Partial<TarItem> = {}): TarItem {
  return elf('/app', { interpreter: GLIBC_PATH, needed: ['libc.so.6'], ...spec }, options);
}

/** `/app`, which wants musl. */
export function muslApp(spec: ElfSpec = {}): TarItem {
  return elf('/app', { interpreter: MUSL_PATH, needed: ['libc.so'], ...spec });
}

/** A library that only has its name. */
export function library(path: string, spec: ElfSpec = {}, options: Partial<TarItem> = {}): TarItem {
  return elf(path, { soname: path.slice(path.lastIndexOf('/') + 1), ...spec }, { mode: 0o644, ...options });
}

/** A case with one layer that starts `/app`. */
export function starts(name: string, items: readonly TarItem[], more: Partial<KernelCase> = {}): KernelCase {
  return { name, layers: [items], config: { entrypoint: ['/app'] }, expect: 'starts', ...more };
}

/** As {@link starts}, but only this rule speaks, and the program does not start. */
export function fails(
  rule: string,
  name: string,
  items: readonly TarItem[],
  more: Partial<KernelCase> = {},
): KernelCase {
  return starts(name, items, { expect: { error: rule }, ...more });
}

/** The configuration of `/app` with these environment variables. */
export function withEnv(...env: readonly string[]): Pick<KernelCase, 'config'> {
  return { config: { entrypoint: ['/app'], env } };
}

/** `/app` is started by a user of no importance. */
export const AS_USER: Pick<KernelCase, 'config' | 'as'> = {
  config: { entrypoint: ['/app'], user: '1000:1000' },
  as: { uid: 1000, gid: 1000, groups: [] },
};
