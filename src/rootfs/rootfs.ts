/**
 * The merged view of a platform image's layers, as overlayfs shows it (Documentation/filesystems/overlayfs.rst):
 * an upper entry hides a lower one, two directories merge unless the upper is opaque, a whiteout hides what is
 * below. Nothing is copied: a look-up walks the listings from the top. Left out on purpose: redirect_dir and
 * metacopy, which no image layer uses.
 */
import type { Digest } from '../oci/digest.ts';
import { type Entry, IMPLIED_DIRECTORY } from './entry.ts';
import type { LayerListing } from './layer-listing.ts';
import { parentOf } from './path.ts';

/** An entry with where it is and which layer brought it. */
export interface Located {
  readonly path: string;
  readonly entry: Entry;
  /** The layer that brought it; null for a directory that no layer describes. */
  readonly layer: Digest | null;
}

/**
 * The answer lies in a layer that is not mounted yet. Not an error: the driver catches it, mounts the next
 * layer and asks again, so that everything above stays a plain function of the layers read so far.
 */
export class LayerNeeded extends Error {
  override readonly name = 'LayerNeeded';
}

export class RootFs {
  readonly #layers: readonly LayerListing[];
  readonly #complete: boolean;

  private constructor(layers: readonly LayerListing[], complete: boolean) {
    this.#layers = layers;
    this.#complete = complete;
  }

  /** Every layer of the image, the top one first. */
  static of(layersTopFirst: readonly LayerListing[]): RootFs {
    return new RootFs(layersTopFirst, true);
  }

  /** Only the upper layers: look-ups that reach below them throw {@link LayerNeeded}. */
  static ofUpper(layersTopFirst: readonly LayerListing[]): RootFs {
    return new RootFs(layersTopFirst, false);
  }

  /** The entry at a canonical absolute path, without following symlinks; null when there is none. @throws {LayerNeeded} */
  lookup(path: string): Located | null {
    if (path === '/') return this.#root();
    let directoryExists = false;
    for (const layer of this.#layers) {
      const entry = layer.entries.get(path);
      if (entry !== undefined && entry.implied !== true) {
        const hidden = directoryExists && entry.type !== 'directory';
        return hidden
          ? { path, entry: IMPLIED_DIRECTORY, layer: null }
          : { path, entry, layer: layer.digest };
      }
      if (entry !== undefined) directoryExists = true;
      if (hidesBelow(layer, path)) return directoryExists ? undescribed(path) : null;
    }
    if (!this.#complete) throw new LayerNeeded(path);
    return directoryExists ? undescribed(path) : null;
  }

  /** Every visible entry but the root and undescribed directories, in no particular order. @throws {LayerNeeded} */
  *all(): Generator<Located> {
    if (!this.#complete) throw new LayerNeeded('/');
    const seen = new Set<string>();
    for (const [depth, layer] of this.#layers.entries()) {
      const hidden = this.#hiddenDirectories(depth);
      const lowest = depth === this.#layers.length - 1;
      for (const [path, entry] of layer.entries) {
        if (seen.has(path) || hidden(path)) continue;
        if (!lowest) seen.add(path);
        if (path !== '/')
          yield entry.implied === true ? this.#described(path) : { path, entry, layer: layer.digest };
      }
    }
  }

  #described(path: string): Located {
    return this.lookup(path) ?? undescribed(path);
  }

  #root(): Located {
    const layer = this.#layers.find(
      ({ entries }) => entries.get('/')?.implied === undefined && entries.has('/'),
    );
    if (layer === undefined && !this.#complete) throw new LayerNeeded('/');
    return {
      path: '/',
      entry: layer?.entries.get('/') ?? IMPLIED_DIRECTORY,
      layer: layer?.digest ?? null,
    };
  }

  /** Whether a path of layer `depth` is hidden by a layer above it, with the answer kept per directory. */
  #hiddenDirectories(depth: number): (path: string) => boolean {
    const above = this.#layers.slice(0, depth);
    const kept = new Map<string, boolean>([['/', above.some(({ opaques }) => opaques.has('/'))]]);
    const below = (directory: string): boolean => {
      const known = kept.get(directory);
      if (known !== undefined) return known;
      const hidden =
        below(parentOf(directory)) ||
        above.some((layer) => cutsAt(layer, directory) || layer.opaques.has(directory));
      kept.set(directory, hidden);
      return hidden;
    };
    return (path) =>
      path !== '/' && (below(parentOf(path)) || above.some(({ whiteouts }) => whiteouts.has(path)));
  }
}

function undescribed(path: string): Located {
  return { path, entry: IMPLIED_DIRECTORY, layer: null };
}

/** Whether the layer hides everything at `path` in the layers below it. */
function hidesBelow(layer: LayerListing, path: string): boolean {
  if (layer.whiteouts.has(path)) return true;
  for (let parent = parentOf(path); ; parent = parentOf(parent)) {
    if (layer.opaques.has(parent) || (parent !== '/' && cutsAt(layer, parent))) return true;
    if (parent === '/') return false;
  }
}

/** Whether lower content of this directory cannot show through: removed, or not a directory here. */
function cutsAt(layer: LayerListing, directory: string): boolean {
  if (layer.whiteouts.has(directory)) return true;
  const entry = layer.entries.get(directory);
  return entry !== undefined && entry.type !== 'directory';
}
