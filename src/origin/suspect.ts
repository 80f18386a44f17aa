import type { Digest } from '../oci/digest.ts';
import type { Entry, Located } from '../rootfs/entry.ts';

/** What origins need to know of a finding. */
export interface Suspect {
  readonly rule: string;
  /** The file after symlinks, its entry, and the layer that brought it; null where no file is to blame. */
  readonly path: string | null;
  readonly layer: Digest | null;
  readonly entry: Entry | null;
  /** The file and those that it hides, the visible one first. */
  readonly versions: readonly Located[];
}
