/** Why a dynamic loader could not be started, or could not do its work, as facts. */
import type { AccessRefusal, ElfFault, FormatRefusal, LookupRefusal } from './refusal.ts';

/** What the kernel says of the file in PT_INTERP. */
export interface LoaderRefusal {
  readonly kind: 'loader-refused';
  readonly because:
    LookupRefusal | AccessRefusal | FormatRefusal | { readonly kind: 'bad-loader'; readonly fault: ElfFault };
}

/** What the loader says of a library. */
export type LibraryRefusal =
  | { readonly kind: 'library-not-found' }
  /** Something lies there that the loader does not take, in its own words. */
  | { readonly kind: 'library-mismatch'; readonly error: string }
  | {
      readonly kind: 'symbol-version-not-found';
      readonly version: string;
      /** The versions that the file found does define. */
      readonly defined: readonly string[];
    };
