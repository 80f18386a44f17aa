/**
 * The metadata of a directory that a layer has without an entry of its own, as containerd gives it: mode and owner
 * come from the layers below, each by itself, the first that has something at that path. docker's own store and podman
 * make it root's and 0755 ({@link IMPLIED_DIRECTORY}).
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { shortDigest } from '../oci/digest.ts';
import { type Entry, IMPLIED_DIRECTORY } from './entry.ts';
import type { LayerListing } from './layer-listing.ts';
import { componentsOf, joinPath, parentOf } from './path.ts';

export interface ImpliedDirectory {
  readonly entry: Entry;
  /** The layer it was taken from; null when no layer describes it. */
  readonly from: LayerListing | null;
}

/**
 * `below` are the layers under the one that implies it, from the top. Null: none of them has it.
 * @throws {Failure} E_TAR when containerd refuses to unpack it
 */
export function impliedDirectory(path: string, below: readonly LayerListing[]): ImpliedDirectory | null {
  let current = path;
  for (const layer of below) {
    const reached = follow(current, layer);
    if (reached === 'not-a-directory') {
      const where = `layer ${shortDigest(layer.digest)}`;
      const text = `"${path}" has no entry of its own in its layer, and something else than a directory on its way in ${where}: containerd refuses that`;
      throw new Failure('E_TAR', text, 'give the directory an entry in the layer that uses it');
    }
    const entry = layer.entries.get(reached);
    if (reached === '/' || layer.whiteouts.has(reached)) return { entry: IMPLIED_DIRECTORY, from: null };
    if (entry === undefined) continue;
    if (entry.type !== 'directory') return { entry: IMPLIED_DIRECTORY, from: null };
    if (entry.implied !== true) return { entry, from: layer };
    current = reached;
  }
  return null;
}

/** Where a path leads inside one layer alone, symlinks followed as far as there is something. */
function follow(path: string, layer: LayerListing): string {
  const pending = componentsOf(path);
  let current = '/';
  let hops = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = parentOf(current);
      continue;
    }
    const blocked =
      layer.whiteouts.has(current) || (layer.entries.get(current)?.type ?? 'directory') !== 'directory';
    if (blocked) return 'not-a-directory';
    const next = joinPath(current, name);
    const target = layer.entries.get(next)?.target;
    if (target === undefined) {
      current = next;
      continue;
    }
    if (++hops > LIMITS.symlinkHops) return 'not-a-directory';
    pending.push(...componentsOf(target));
    if (target.startsWith('/')) current = '/';
  }
  return current;
}
