import type { ElfFacts } from '../elf/elf-facts.ts';

/** What is known of a regular file's bytes once they are gone. */
export type ContentFacts = ElfFacts | ScriptFacts | EmptyFacts | OtherFacts;

/** A file that begins with `#!`. */
export interface ScriptFacts {
  readonly kind: 'script';
  /** The first 256 bytes (BINPRM_BUF_SIZE), one byte a UTF-16 unit (latin1), shorter at the end of the file. */
  readonly head: string;
  /** The whole text (decodeBytes), when the file is small enough to be kept (limits.ts); else null. */
  readonly text: string | null;
  /** How many lines end in CR LF. */
  readonly crlfLines: number;
}

export interface EmptyFacts {
  readonly kind: 'empty';
}

/** Neither ELF nor `#!`. */
export interface OtherFacts {
  readonly kind: 'other';
  readonly format: OtherFormat;
  /** Extra words about the format: the machine of a Mach-O or PE file, the type of a gzip … */
  readonly detail: string | null;
  /** The first 256 bytes, latin1, as in {@link ScriptFacts}. */
  readonly head: string;
  /** Only of well-known files (passwd, group, ld.so.cache … see `keepsText`), latin1 for binary ones. */
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
