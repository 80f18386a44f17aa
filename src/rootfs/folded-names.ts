/** Paths as Windows compares them: without regard to case, in layers whose files lie below `Files/`. */
import type { LayerListing } from './layer-listing.ts';
import { parentOf } from './path.ts';
import type { Located } from './entry.ts';

interface FoldedListing {
  /** Path in lower case -> path as written. */
  readonly entries: ReadonlyMap<string, string>;
  readonly whiteouts: ReadonlySet<string>;
  readonly opaques: ReadonlySet<string>;
}

const FOLDED: WeakMap<LayerListing, FoldedListing> = new WeakMap();

function foldedOf(listing: LayerListing): FoldedListing {
  const known = FOLDED.get(listing);
  if (known !== undefined) return known;
  const folded = {
    entries: new Map([...listing.entries.keys()].map((path) => [path.toLowerCase(), path])),
    whiteouts: new Set([...listing.whiteouts].map((path) => path.toLowerCase())),
    opaques: new Set([...listing.opaques].map((path) => path.toLowerCase())),
  };
  FOLDED.set(listing, folded);
  return folded;
}

/** What the layers, the top one first, have there; `deeper` when only a layer below them can tell. */
export function findFolded(layers: readonly LayerListing[], path: string): Located | 'absent' | 'deeper' {
  const wanted = path.toLowerCase();
  for (const listing of layers) {
    const { entries, whiteouts, opaques } = foldedOf(listing);
    const written = entries.get(wanted);
    const entry = written === undefined ? undefined : listing.entries.get(written);
    if (written !== undefined && entry !== undefined) return { path: written, entry, layer: listing.digest };
    if (whiteouts.has(wanted)) return 'absent';
    for (let above = parentOf(wanted); above !== '/'; above = parentOf(above)) {
      if (whiteouts.has(above) || opaques.has(above)) return 'absent';
      const directory = listing.entries.get(entries.get(above) ?? '');
      if (directory !== undefined && directory.type !== 'directory') return 'absent';
    }
  }
  return 'deeper';
}
