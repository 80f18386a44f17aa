/** What a dynamic loader holds while it starts a program: the objects it mapped, in order, and what it could not. */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { LibraryFault, LibraryPassedOver } from './library-refusal.ts';
import type { StepFile, Unreadable } from '../start-trace.ts';

export type ObjectRole = 'program' | 'loader' | 'preload' | 'library';

/** One mapped file. */
export interface LinkedObject {
  readonly role: ObjectRole;
  /** As it was asked for first: `libc.so.6`, `/opt/lib/x.so`; for the program argv[0]. */
  readonly name: string;
  /** Who asked first; null for the program and its loader. */
  readonly by: LinkedObject | null;
  readonly file: StepFile;
  readonly elf: ElfFacts;
  /** How it was found: `RUNPATH of /app`, `/etc/ld.so.cache` … */
  readonly via: string;
  readonly searched: readonly string[];
}

/** A library that was asked for and could not be mapped. */
export interface UnlinkedObject {
  readonly role: ObjectRole;
  readonly name: string;
  readonly by: LinkedObject;
  /** The file that stopped the search; null when there was none. */
  readonly file: StepFile | null;
  readonly via: string;
  readonly searched: readonly string[];
  readonly refusal: LibraryFault;
}

export interface Linked {
  /** The program first, in the order of the search for symbols. */
  readonly objects: readonly LinkedObject[];
  /** Objects by every name that they were asked for under. */
  readonly named: ReadonlyMap<string, LinkedObject>;
  readonly missing: readonly UnlinkedObject[];
  /** What could not be read and may decide what is mapped or bound. */
  readonly unread: readonly Unreadable[];
}

/** What a loader finds wrong with a file that it opened. */
export interface FileFault {
  /** In the loader's own words. */
  readonly error: string;
  /** What the words are about: the path that was opened, the name that was asked for, or nothing (a signal). */
  readonly about: 'path' | 'name' | 'relocation' | 'nothing';
  /** A damaged library, or something else. */
  readonly file: 'broken' | 'no-library';
}

/** What a search for one library came to, with where it looked. */
export type SearchResult = {
  readonly searched: readonly string[];
  readonly passedOver: readonly LibraryPassedOver[];
} & (
  | { readonly kind: 'found'; readonly file: StepFile; readonly elf: ElfFacts; readonly via: string }
  /** A file that the loader neither maps nor passes over. */
  | {
      readonly kind: 'fatal';
      readonly file: StepFile;
      readonly via: string;
      readonly fault: FileFault;
    }
  /** `error`: what the loader says then. */
  | { readonly kind: 'nothing'; readonly error: string }
  /** Something that decides is not in the image, or could not be read. */
  | { readonly kind: 'unknown'; readonly unread: Unreadable }
);

/** How people know it: the path of its file. */
export function nameOf({ file }: LinkedObject): string {
  return file.path;
}

/** As glibc's loader names it in its messages: the program by argv[0], which musl's does by its path too. */
export function calledAs({ role, name, file }: LinkedObject): string {
  return role === 'program' ? name : file.path;
}

/** The program at the root of the requests that led to an object. */
export function programOf(object: LinkedObject): LinkedObject {
  return object.by === null ? object : programOf(object.by);
}
