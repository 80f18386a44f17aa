import type { ElfFacts } from '../elf/elf-facts.ts';
import type { PortableExecutable } from './portable-executable.ts';

/** What is known of a regular file's bytes once they are gone. */
export type ContentFacts = ElfFacts | ScriptFacts | EmptyFacts | PackagesFacts | OtherFacts;

/** A file that begins with `#!`. */
export interface ScriptFacts {
  readonly kind: 'script';
  /** The first 256 bytes (BINPRM_BUF_SIZE), one byte a UTF-16 unit (latin1), shorter at the end of the file. */
  readonly head: string;
  /**
   * The whole text (decodeBytes) of a shell script that is small enough to be kept (limits.ts), and of any other that is
   * no longer than its head and ASCII; else null.
   */
  readonly text: string | null;
  /** How many lines end in CR LF. */
  readonly crlfLines: number;
}

export interface EmptyFacts {
  readonly kind: 'empty';
}

/** What dpkg, apk or rpm has installed. */
export interface PackagesFacts {
  readonly kind: 'packages';
  readonly database: 'dpkg' | 'apk' | 'rpm';
  readonly packages: readonly InstalledPackage[];
}

export interface InstalledPackage {
  readonly name: string;
  /** In the database's own words: `amd64`, `arm64`, `all`; `x86_64`, `aarch64`, `noarch`. */
  readonly architecture: string;
}

/** Neither ELF nor `#!`. */
export interface OtherFacts {
  readonly kind: 'other';
  readonly format: OtherFormat;
  /** Extra words about the format: the machine of a Mach-O or PE file, the type of a gzip … */
  readonly detail: string | null;
  /** Only of a PE file whose headers lie in its first KiB. */
  readonly pe?: PortableExecutable;
  /** The header of an ELF file but for its magic number, which musl's loader does not look at. */
  readonly lacksMagic?: true;
  /** Only of a zip archive that was opened. */
  readonly archived?: ArchivedNatives;
  /** The first 256 bytes, latin1, as in {@link ScriptFacts}, of a file with an x bit or named `*.sh`; else empty. */
  readonly head: string;
  /**
   * Of well-known files (passwd, group, ld.so.cache … see `keepsText`; latin1 for binary ones), and of texts with
   * an x bit or named `*.sh`, which a shell may run; null for all others and for those over the limits.
   */
  readonly text: string | null;
}

export type OtherFormat =
  | 'text' // readable text without #!
  | 'script-after-bom' // a byte order mark (UTF-8 or UTF-16) and then #!
  | 'script-after-blank' // blank lines or spaces and then #!
  | 'html'
  | 'json'
  | 'git-lfs-pointer'
  | 'mach-o'
  | 'pe'
  | 'wasm'
  | 'gzip'
  | 'xz'
  | 'bzip2'
  | 'zstd'
  | 'zip'
  | 'tar'
  | 'ar'
  | 'java-class'
  | 'python-bytecode'
  | 'llvm-bitcode'
  | 'zeros' // begins with NUL bytes only: a sparse or failed write
  | 'data';

/** The native code in a zip archive, and in archives inside it. */
export interface ArchivedNatives {
  readonly natives: readonly ArchivedNative[];
  /** Why some of it was not read, in words; null when all was. */
  readonly unread: string | null;
}

export interface ArchivedNative {
  /** In the archive; `!/` leads into an archive in it. */
  readonly path: string;
  /** The facts of its header alone; null for Mach-O and PE. */
  readonly elf: ElfFacts | null;
}

/** The whole text, where it was kept. */
export function textOf(content: ContentFacts | undefined): string | null {
  return content?.kind === 'script' || content?.kind === 'other' ? content.text : null;
}
