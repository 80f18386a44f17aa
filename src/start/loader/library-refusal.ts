/** Why a dynamic loader could not do its work, as facts. */

/** What the loader says of a library. `error` and `errors` are in its own words, as people see them. */
export type LibraryRefusal = LibraryFault | SymbolVersionRefusal | SymbolRefusal | PackedRelocationsRefusal;

export type LibraryFault = {
  readonly [Kind in LibraryFaultKind]: { readonly kind: Kind } & LibraryFaultFacts;
}[LibraryFaultKind];

export type LibraryFaultKind =
  /** Nowhere, or only where the user may not read it. */
  | 'library-not-found'
  /** Only files of that name that this loader does not take: for another machine, or no libraries at all. */
  | 'library-mismatch'
  /** A library, but a damaged one. */
  | 'library-broken';

export interface LibraryFaultFacts {
  readonly error: string;
  readonly passedOver: readonly LibraryPassedOver[];
  readonly hosts: Hosts;
  /** `ignored`: the loader complains and goes on (preloads); `perhaps`: nobody may ever look at what is broken. */
  readonly effect: 'stops' | 'ignored' | 'perhaps';
  /** In words, why the loader cannot use what it maps. */
  readonly reason?: string;
}

/** A candidate that the loader did not take, and why: "it is for AArch64". */
export interface LibraryPassedOver {
  readonly path: string;
  readonly because: 'foreign' | 'unreadable';
  readonly why: string;
}

/** A library lacks versions that others need of it, or is not loaded although they do. */
export interface SymbolVersionRefusal {
  readonly kind: 'symbol-version-not-found';
  readonly error: string;
  /** The library's name, as those who need it wrote it down. */
  readonly library: string;
  /** Sorted, the newest last. */
  readonly versions: readonly string[];
  /** Paths of the program and the libraries that need them. */
  readonly neededBy: readonly string[];
  /** The versions that the library does define; null: nobody asked for it to be loaded. */
  readonly defined: readonly string[] | null;
  /** `2.36`: of the glibc that the loader, or the library by the name of its file, is of; null when neither tells. */
  readonly glibc: string | null;
  readonly hosts: Hosts;
}

/** No object defines a symbol that is bound before the program runs. */
export interface SymbolRefusal {
  readonly kind: 'symbol-not-found';
  readonly error: string;
  /** The path of who needs them. */
  readonly neededBy: string;
  readonly symbols: readonly string[];
  readonly libc: 'glibc' | 'musl';
  readonly hosts: Hosts;
}

/** An object has DT_RELR and does not say that it needs a loader that knows it. */
export interface PackedRelocationsRefusal {
  readonly kind: 'packed-relocations';
  readonly error: string;
  /** Of the object. */
  readonly path: string;
  readonly hosts: Hosts;
}

/** Everywhere, or only on hosts with some processors. */
export type Hosts = { readonly on: 'all' } | { readonly on: 'some'; readonly processors: string };
