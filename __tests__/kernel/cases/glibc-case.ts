/** Cases of `/app` with glibc's loader and libc of this machine, which are in every root file system here. */
import type { ElfSpec } from '../../support/elf-spec.ts';
import type { TarItem } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { fails, GLIBC, glibcApp, library, starts } from '../loading.ts';

type Items = readonly TarItem[];
type More = Partial<KernelCase>;

export const DEFAULT = '/usr/lib/x86_64-linux-gnu';

export function begins(name: string, items: Items, more: More = {}): KernelCase {
  return starts(name, [...GLIBC, ...items], more);
}

export function missing(name: string, items: Items, more: More = {}): KernelCase {
  return fails('library-not-found', name, [...GLIBC, ...items], { kernel: 'exit 127', ...more });
}

export function mismatch(name: string, items: Items, more: More = {}): KernelCase {
  return fails('library-mismatch', name, [...GLIBC, ...items], { kernel: 'exit 127', ...more });
}

export function damaged(name: string, items: Items, more: More = {}): KernelCase {
  return fails('malformed-elf', name, [...GLIBC, ...items], more);
}

/** `/app` needs liba.so.1 and the libc. */
export function app(spec: ElfSpec = {}, options: Partial<TarItem> = {}): TarItem {
  return glibcApp({ needed: ['liba.so.1', 'libc.so.6'], ...spec }, options);
}

export function liba(directory: string, spec: ElfSpec = {}, options: Partial<TarItem> = {}): TarItem {
  return library(`${directory}/liba.so.1`, spec, options);
}

/** `/app` is started in /srv, with these environment variables. */
export function inSrv(...env: readonly string[]): Pick<KernelCase, 'config'> {
  return { config: { entrypoint: ['/app'], workingDir: '/srv', env } };
}
