/** Files that the examples' images are made of: the smallest that show what their rule is about. */
import { buildElf } from '../../../__tests__/support/elf-builder.ts';
import type { ElfSpec } from '../../../__tests__/support/elf-spec.ts';
import type { Tree } from '../../../__tests__/support/image-builder.ts';
import { symlink, type TarItem } from '../../../__tests__/support/layer-builder.ts';
import { GLIBC, glibcLoader, library, MUSL, muslLoader } from '../../../__tests__/support/loading.ts';

export type File = Tree[string];

/** A program or library; without anything, a static one for amd64. */
export function elf(spec: ElfSpec = {}): File {
  return { data: Buffer.from(buildElf(spec)), mode: 0o755 };
}

export const AMD64 = elf();
export const ARM64 = elf({ machine: 'arm64' });

/** As large as the one of coreutils, and with its name in it. */
export const TIMEOUT: File = {
  data: Buffer.concat([buildElf({ padding: 20_000 }), Buffer.from('GNU coreutils\0')]),
  mode: 0o755,
};

export function script(text: string): File {
  return { data: text, mode: 0o755 };
}

export function treeOf(...items: readonly TarItem[]): Tree {
  return Object.fromEntries(items.map(({ name, ...item }) => [String(name), item]));
}

/** What of Debian 11 a loader wants. */
export const DEBIAN: Tree = {
  'bin/sh': AMD64,
  ...treeOf(
    glibcLoader(),
    library('/lib/x86_64-linux-gnu/libc-2.31.so', {
      soname: 'libc.so.6',
      versionsDefined: ['GLIBC_2.17', 'GLIBC_2.30'],
    }),
    symlink('lib/x86_64-linux-gnu/libc.so.6', 'libc-2.31.so'),
  ),
};

/** What of Alpine a loader wants. */
export const ALPINE: Tree = { 'bin/sh': AMD64, ...treeOf(muslLoader(MUSL, { defined: ['malloc'] })) };

export const forGlibc = (spec: ElfSpec = {}): File =>
  elf({ interpreter: GLIBC, needed: ['libc.so.6'], ...spec });
export const forMusl = (spec: ElfSpec = {}): File => elf({ interpreter: MUSL, needed: ['libc.so'], ...spec });
