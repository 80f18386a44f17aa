/** What a dynamic loader holds while it starts a program: the objects it mapped, in order, and what it could not. */
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { Platform } from '../oci/platform.ts';
import type { Located, RootFs } from '../rootfs/rootfs.ts';
import type { LibraryRefusal } from './refusal.ts';
import type { StepFile } from './start-trace.ts';

/** The process that is being started, as far as a loader looks at it. */
export interface ProcessView {
  readonly rootfs: RootFs;
  readonly platform: Platform;
  /** Environment variables by name. */
  readonly environment: ReadonlyMap<string, string>;
  /** What relative paths start from. */
  readonly workingDir: string;
  readonly access: FileAccess;
  /** AT_SECURE: `secure` after set-uid, set-gid or file capabilities changed who the process is. */
  readonly mode: 'normal' | 'secure';
}

/** What the process's user may do with a file. */
export interface FileAccess {
  mayRead(file: Located): boolean;
  maySearch(directory: Located): boolean;
}

export type ObjectRole = 'program' | 'loader' | 'preload' | 'library';

/** One mapped file. */
export interface LinkedObject {
  readonly role: ObjectRole;
  /** As it was asked for first: `libc.so.6`, `/opt/lib/x.so`; '' for the program. */
  readonly name: string;
  /** Who asked first; null for the program and its loader. */
  readonly by: LinkedObject | null;
  readonly file: StepFile;
  readonly elf: ElfFacts;
  /** How it was found: `RUNPATH`, `ld.so.cache` … */
  readonly via: string;
  readonly searched: readonly string[];
}

/** A candidate that the loader did not take, and why. */
export interface PassedOver {
  readonly path: string;
  readonly why: string;
}

/** What a search for one library came to, with where it looked. */
export type SearchResult = {
  readonly searched: readonly string[];
  readonly passedOver: readonly PassedOver[];
} & (
  | { readonly kind: 'found'; readonly file: StepFile; readonly elf: ElfFacts; readonly via: string }
  /** A file that the loader neither maps nor passes over; `error` in its own words. */
  | {
      readonly kind: 'fatal';
      readonly file: StepFile;
      readonly via: string;
      readonly error: string;
      readonly fileIs: 'broken' | 'no-library';
    }
  | { readonly kind: 'nothing' }
  /** Something that decides is not in the image, or could not be read. */
  | { readonly kind: 'unknown'; readonly what: string }
);

/** A library that was asked for and could not be mapped. */
export interface UnlinkedObject {
  readonly role: ObjectRole;
  readonly name: string;
  readonly by: LinkedObject;
  /** The file that stopped the search; null when there was none. */
  readonly file: StepFile | null;
  readonly via: string;
  readonly searched: readonly string[];
  readonly refusal: LibraryRefusal;
}

export interface Linked {
  /** The program first, in the order of the search for symbols. */
  readonly objects: readonly LinkedObject[];
  readonly missing: readonly UnlinkedObject[];
  /** What could not be known, in words. */
  readonly leftOut: readonly string[];
}

/** How people know it: the path of its file. */
export function nameOf({ file }: LinkedObject): string {
  return file.path;
}
