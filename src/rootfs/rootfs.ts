/**
 * The merged view of a platform image's layers, as overlayfs shows it (Documentation/filesystems/overlayfs.rst):
 * an upper entry hides a lower one, two directories merge unless the upper is opaque, a whiteout hides what is
 * below. Nothing is copied: a look-up walks the listings from the top. Left out on purpose: redirect_dir and
 * metacopy, which no image layer uses.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { shortDigest } from '../oci/digest.ts';
import { type Entry, IMPLIED_DIRECTORY, type Located } from './entry.ts';
import { findFolded } from './folded-names.ts';
import { impliedDirectory } from './implied-directory.ts';
import type { LayerListing } from './layer-listing.ts';
import { parentOf } from './path.ts';

/**
 * The answer lies in a layer that is not mounted yet. Not an error: the driver catches it, mounts the next
 * layer and asks again, so that everything above stays a plain function of the layers read so far.
 */
export class LayerNeeded extends Error {
  override readonly name = 'LayerNeeded';
}

/** How the layers are looked at. */
interface View {
  /** Directories that the runtime makes before anything starts. */
  readonly made: ReadonlySet<string>;
  /** What a directory has that its layer only implies: see {@link impliedDirectory}. */
  readonly parents: 'as-below' | 'plain';
  /** Those that have something else than {@link IMPLIED_DIRECTORY}, as they are looked up. */
  readonly borrowed: Set<string>;
}

const firstView = (): View => ({ made: new Set(), parents: 'as-below', borrowed: new Set() });

export class RootFs {
  /** The top layer first. */
  readonly #layers: readonly LayerListing[];
  readonly #complete: boolean;
  #lookups = 0;
  /** What {@link RootFs.#depthOf} found so far. */
  readonly #depths: Map<string, number> = new Map();

  /** The uppermost layer whose root is opaque; -1 when there is none. */
  readonly #opaqueRoot: number;

  readonly #view: View;

  private constructor(layers: readonly LayerListing[], complete: boolean, view: View = firstView()) {
    this.#layers = layers;
    this.#view = view;
    this.#opaqueRoot = layers.findIndex(({ opaques }) => opaques.has('/'));
    this.#complete = complete;
    this.#depths.set('/', Infinity);
  }

  /** Every layer of the image, the top one first. */
  static of(layersTopFirst: readonly LayerListing[]): RootFs {
    return new RootFs(layersTopFirst, true);
  }

  /** Only the upper layers: look-ups that reach below them throw {@link LayerNeeded}. */
  static ofUpper(layersTopFirst: readonly LayerListing[]): RootFs {
    return new RootFs(layersTopFirst, false);
  }

  /** Whether all layers are mounted and none has an entry. */
  isEmpty(): boolean {
    return this.#complete && this.#layers.every(({ entries }) => entries.size === 0);
  }

  /** The same with a directory, and those above it, where the image has nothing. */
  withDirectory(path: string): RootFs {
    const made = new Set(this.#view.made);
    for (let directory = path; directory !== '/'; directory = parentOf(directory)) made.add(directory);
    return new RootFs(this.#layers, this.#complete, { ...this.#view, made });
  }

  /** The same as docker's own store and podman unpack it: root's, 0755, is every directory that its layer implies. */
  withPlainParents(): RootFs {
    return new RootFs(this.#layers, this.#complete, { ...this.#view, parents: 'plain' });
  }

  /** Directories that were looked up so far and are not the same {@link withPlainParents}. */
  get borrowed(): readonly string[] {
    return [...this.#view.borrowed];
  }

  /**
   * The entry at a canonical absolute path, without following symlinks; null when there is none.
   * @throws {LayerNeeded}
   * @throws {Failure} E_TAR when engines disagree about it, see {@link refuseBelowOpaqueRoot}; E_LIMIT
   */
  lookup(path: string): Located | null {
    if (++this.#lookups > LIMITS.lookups) throw tooWinding();
    // Engines make the root themselves, 0755, and pass over the root's own entry in a layer.
    if (path === '/') return { path, entry: IMPLIED_DIRECTORY, layer: null };
    const found = this.#find(path);
    return found === null && this.#view.made.has(path)
      ? { path, entry: IMPLIED_DIRECTORY, layer: null }
      : found;
  }

  /** Names of what the directory at a canonical path has, sorted. Looks through all layers. @throws {LayerNeeded} */
  namesIn(directory: string): readonly string[] {
    if (!this.#complete) throw new LayerNeeded(directory);
    const prefix = directory === '/' ? '/' : `${directory}/`;
    const names = new Set<string>();
    for (const { entries } of this.#layers)
      for (const path of entries.keys())
        if (path.startsWith(prefix) && !path.includes('/', prefix.length))
          names.add(path.slice(prefix.length));
    return [...names].filter((name) => name !== '' && this.lookup(prefix + name) !== null).toSorted();
  }

  /** As {@link lookup} in the eyes of Windows, where case does not matter. @throws {LayerNeeded} */
  lookupIgnoringCase(path: string): Located | null {
    const found = findFolded(this.#layers, path);
    if (found === 'deeper' && !this.#complete) throw new LayerNeeded(path);
    return typeof found === 'string' ? null : found;
  }

  #find(path: string): Located | null {
    const depth = this.#depthOf(parentOf(path));
    for (const [index, layer] of this.#layers.entries()) {
      if (index >= depth) return null;
      if (layer.whiteouts.has(path)) return null;
      const entry = layer.entries.get(path);
      if (entry === undefined) continue;
      this.#refuseBelowOpaqueRoot(index, path);
      return entry.implied === true ? this.#implied(index, path) : { path, entry, layer: layer.digest };
    }
    if (depth === Infinity && !this.#complete) throw new LayerNeeded(path);
    return null;
  }

  /** The entry at a canonical path and those that it hides, the visible one first, as far as layers were read. */
  versions(path: string): readonly Located[] {
    const depth = this.#depthOf(parentOf(path));
    const found: Located[] = [];
    for (const [index, layer] of this.#layers.entries()) {
      if (index >= depth || layer.whiteouts.has(path)) break;
      const entry = layer.entries.get(path);
      if (entry !== undefined && entry.implied !== true) found.push({ path, entry, layer: layer.digest });
    }
    return found;
  }

  /**
   * Every visible entry but the root, the layers' order from the top.
   * @throws {LayerNeeded}
   * @throws {Failure} as {@link lookup}
   */
  *all(): Generator<Located> {
    if (!this.#complete) throw new LayerNeeded('/');
    const hidden = new Set<string>();
    for (const [index, layer] of this.#layers.entries()) {
      const isLowest = index === this.#layers.length - 1;
      for (const [path, entry] of layer.entries) {
        if (hidden.has(path) || index >= this.#depthOf(parentOf(path))) continue;
        this.#refuseBelowOpaqueRoot(index, path);
        if (!isLowest) hidden.add(path);
        if (entry.implied !== true) yield { path, entry, layer: layer.digest };
        else yield this.#implied(index, path);
      }
      for (const path of layer.whiteouts) hidden.add(path);
    }
  }

  /** A directory for which layer `index` has no entry. */
  #implied(index: number, path: string): Located {
    const plain = { path, entry: IMPLIED_DIRECTORY, layer: null };
    if (this.#view.parents === 'plain') return plain;
    const found = impliedDirectory(path, this.#layers.slice(index + 1));
    if (found === null && !this.#complete) throw new LayerNeeded(path);
    if (found === null || found.from === null) return plain;
    if (!isPlain(found.entry)) this.#view.borrowed.add(path);
    return { path, entry: found.entry, layer: found.from.digest };
  }

  /**
   * From how many layers, counted from the top, the content of a directory comes; Infinity when nothing cuts it
   * off. What lies below a whiteout, below something that is no directory or below an opaque directory is cut off.
   */
  #depthOf(directory: string): number {
    const known = this.#depths.get(directory);
    if (known !== undefined) return known;
    const depth = this.#cutOf(directory, this.#depthOf(parentOf(directory)));
    this.#depths.set(directory, depth);
    return depth;
  }

  #cutOf(directory: string, depth: number): number {
    for (const [index, layer] of this.#layers.entries()) {
      if (index >= depth) return depth;
      if (layer.whiteouts.has(directory)) return index;
      const entry = layer.entries.get(directory);
      if (entry !== undefined && entry.type !== 'directory') return index;
      if (layer.opaques.has(directory)) return index + 1;
    }
    return depth;
  }

  /**
   * image-spec hides everything below an opaque root, overlayfs shows it all the same: where that makes a
   * difference, nothing can be said.
   */
  #refuseBelowOpaqueRoot(index: number, path: string): void {
    const opaque = this.#opaqueRoot;
    if (opaque === -1 || index <= opaque) return;
    const where = `layer ${shortDigest(this.#layers[opaque]?.digest ?? '')}`;
    const text = `${where}: its root is opaque, and engines disagree whether that hides "${path}" of a lower layer`;
    throw new Failure('E_TAR', text, 'remove the entry .wh..wh..opq at the root of the layer');
  }
}

function isPlain({ mode, uid, gid, accessList }: Entry): boolean {
  const { mode: plainMode, uid: plainUid, gid: plainGid } = IMPLIED_DIRECTORY;
  return mode === plainMode && uid === plainUid && gid === plainGid && accessList === undefined;
}

function tooWinding(): Failure {
  return new Failure(
    'E_LIMIT',
    'following the paths of the image takes too long: its symlinks lead through one another again and again',
    'check what made these symlinks; let them lead straight to their targets',
  );
}
