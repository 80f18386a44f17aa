/**
 * One layer as the engines' unpackers build it in its own directory for overlayfs (containerd's and docker's
 * overlay drivers, containers-storage): parents are created, symlinks of this same layer are followed on the way
 * and end at the layer's root, a later entry replaces an earlier one, whiteouts become nodes. Where the engines
 * disagree or all refuse, the layer is refused as E_TAR. Nothing touches a disk.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { DuplicatePaths } from './duplicate-paths.ts';
import { type Entry, IMPLIED_DIRECTORY } from './entry.ts';
import { InodeNames } from './inode-names.ts';
import {
  baseOf,
  byteLengthOf,
  canonicalPath,
  componentsOf,
  isSymlinkTarget,
  joinPath,
  liesBelow,
  parentOf,
} from './path.ts';

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const NAME_MAX = 255;
/** Following symlinks, and looking for what opaque markers come too late for, may take so many steps in all (seconds). */
const STEPS = 20_000_000;
const REBUILD = 'let docker, buildah or another builder of images write the layer again';

export class LayerTree {
  /** Every ancestor of a path in here is a directory in here; no path is also in `whiteouts`. */
  readonly entries: Map<string, Entry> = new Map();
  readonly whiteouts: Set<string> = new Set();
  readonly opaques: Set<string> = new Set();
  readonly #where: string;
  /** Directories that no entry has described so far. */
  readonly #implied: Set<string> = new Set();
  /** Those of `whiteouts` that are entries of their own name. */
  readonly #whiteoutDevices: Set<string> = new Set();
  readonly #globalHeaders: Set<string> = new Set();
  readonly #names = new InodeNames();
  readonly #duplicates = new DuplicatePaths();
  #steps = 0;
  #pathUnits = 0;

  /** `where` begins every message. */
  constructor(where: string) {
    this.#where = where;
  }

  /** Puts an entry where its name leads, over whatever is there. @throws {Failure} E_TAR, E_LIMIT */
  place(name: string, entry: Entry): void {
    const path = this.#pathOf(name);
    if (path === '/') {
      // No engine applies the metadata of the root's own entry.
      if (entry.type !== 'directory') throw this.#refusal(`the entry "${name}" would replace the root`);
      return;
    }
    if (entry.type === 'symlink' && !isSymlinkTarget(entry.target ?? '')) {
      throw this.#refusal(`the symlink "${name}" has a target that Linux does not take`);
    }
    const parent = this.#parentFor(path);
    const base = baseOf(path);
    if (base.startsWith(WHITEOUT)) this.#whiteOut(path, parent, base);
    else this.#put(this.#placeOf(path, parent, base), entry);
  }

  /**
   * A hard link: another name of an inode of this same layer, which gets the mode and the owner that the link has, as
   * in createTarFile of containerd, docker and containers-storage. @throws {Failure} E_TAR, E_LIMIT
   */
  link(name: string, targetName: string, owned: Pick<Entry, 'mode' | 'uid' | 'gid'>): void {
    const path = this.#pathOf(name);
    const base = baseOf(path);
    if (path === '/' || base.startsWith(WHITEOUT)) {
      throw this.#refusal(`the hard link "${name}" stands for something else than a file`);
    }
    const at = this.#placeOf(path, this.#parentFor(path), base);
    this.#noteDuplicate(at);
    this.#remove(at);
    const target = this.#linkTarget(targetName);
    if (target === undefined || target.inode.type === 'directory') {
      const why = target === undefined ? 'which this layer does not have' : 'which is a directory';
      throw this.#refusal(`the hard link "${name}" leads to "${targetName}", ${why}`);
    }
    const { inode } = target;
    this.#set(at, inode);
    const names = this.#names.add(inode, target.path, at);
    const { mode, uid, gid } = owned;
    if (inode.type === 'symlink' || (mode === inode.mode && uid === inode.uid && gid === inode.gid)) return;
    // chown(2) takes capabilities away, chmod(2) changes access lists, and engines put back what the link has of them.
    if (inode.capabilities !== undefined || inode.accessList !== undefined)
      throw this.#refusal(`the hard link "${name}" has another mode or owner than "${targetName}"`);
    this.#spend(names);
    this.#names.replace(inode, { ...inode, mode, uid, gid }, this.entries);
  }

  /** A node that overlayfs takes for a whiteout: a character device 0:0. */
  placeWhiteoutDevice(name: string): void {
    const path = this.#pathOf(name);
    if (path === '/') throw this.#refusal(`the entry "${name}" would replace the root`);
    const base = baseOf(path);
    const parent = this.#parentFor(path);
    if (base.startsWith(WHITEOUT)) return this.#whiteOut(path, parent, base);
    const at = this.#placeOf(path, parent, base);
    this.#noteDuplicate(at);
    this.#remove(at);
    this.whiteouts.add(at);
    this.#whiteoutDevices.add(at);
  }

  /** A global header makes no file, but containerd removes what has its name and creates its parents. */
  globalHeader(name: string): void {
    const path = this.#pathOf(name);
    const parent = parentOf(path);
    const harmless = parent === '/' || this.entries.get(parent)?.type === 'directory';
    if (!harmless || this.entries.has(path) || this.whiteouts.has(path)) {
      throw this.#refusal(`a global extended header has the name of a file, "${name}"`);
    }
    if (this.#globalHeaders.has(path)) this.#duplicates.add(path);
    this.#globalHeaders.add(path);
  }

  /** What some engines refuse, in words. */
  notes(): string[] {
    const note = this.#duplicates.note(this.#where);
    return note === null ? [] : [note];
  }

  #pathOf(name: string): string {
    const path = canonicalPath(name);
    if (path.length * 3 >= LIMITS.pathBytes) {
      const depth = path.split('/').length - 1;
      if (byteLengthOf(path) >= LIMITS.pathBytes || depth > LIMITS.pathDepth) {
        const text = `${this.#where}: the path "${path.slice(0, 80)}…" is longer or deeper than Linux takes`;
        throw new Failure('E_LIMIT', text, 'shorten the path');
      }
    }
    return path;
  }

  #put(at: string, entry: Entry): void {
    this.#noteDuplicate(at);
    const merges = entry.type === 'directory' && this.entries.get(at)?.type === 'directory';
    if (!merges) {
      if (entry.type === 'directory' && this.whiteouts.has(at)) {
        throw this.#refusal(`"${at}" is removed and made as a directory: engines disagree about its content`);
      }
      this.#remove(at);
    }
    this.#implied.delete(at);
    this.#set(at, entry);
  }

  #noteDuplicate(at: string): void {
    const existing = this.entries.get(at);
    const isDuplicate = existing === undefined ? this.#whiteoutDevices.has(at) : existing.implied !== true;
    if (isDuplicate) this.#duplicates.add(at);
  }

  #set(at: string, entry: Entry): void {
    this.entries.set(at, entry);
    this.#pathUnits += at.length;
    if (this.entries.size > LIMITS.layerEntries || this.#pathUnits > LIMITS.layerPathUnits) {
      const text = `${this.#where}: more files, or longer paths, than fit in memory`;
      throw new Failure('E_LIMIT', text, 'split the layer');
    }
  }

  #whiteOut(path: string, parent: string, base: string): void {
    if (base === OPAQUE) {
      this.#markOpaque(path, parent);
      return;
    }
    const hidden = base.slice(WHITEOUT.length);
    if (hidden === '' || hidden === '.' || hidden === '..' || hidden.startsWith(WHITEOUT)) {
      throw this.#refusal(`"${path}" is not the name of a whiteout`);
    }
    const at = this.#childPath(parent, hidden);
    if (this.entries.has(at) || this.whiteouts.has(at)) {
      throw this.#refusal(`"${path}" removes what this same layer has: engines disagree or refuse`);
    }
    this.whiteouts.add(at);
  }

  #markOpaque(path: string, parent: string): void {
    if (parent !== parentOf(path)) throw this.#refusal(`"${path}" lies behind a symlink: engines disagree`);
    // In the lowest layer containerd takes the marker at its word and removes what no entry has described so far.
    this.#spend(this.#implied.size);
    for (const directory of this.#implied) {
      if (liesBelow(directory, parent)) {
        throw this.#refusal(`"${path}" comes after what lies in "${directory}": engines disagree about that`);
      }
    }
    if (this.opaques.has(parent)) this.#duplicates.add(path);
    this.opaques.add(parent);
  }

  /** Where `path` goes once its parent is known; most often it is `path`, the flat string, that is kept as key. */
  #placeOf(path: string, parent: string, base: string): string {
    const at = this.#childPath(parent, base);
    return at === path ? path : at;
  }

  #childPath(parent: string, base: string): string {
    if (base.length * 3 > NAME_MAX && byteLengthOf(base) > NAME_MAX) {
      throw this.#refusal(`a name is longer than ${NAME_MAX} bytes: "${base.slice(0, 80)}…"`);
    }
    return joinPath(parent, base);
  }

  /** The directory in which the last component goes; made, with those above it, when it is not there. */
  #parentFor(path: string): string {
    const parent = parentOf(path);
    if (parent === '/' || this.entries.get(parent)?.type === 'directory') return parent;
    return this.#walk(parent, 'create') ?? parent;
  }

  #linkTarget(name: string): { readonly path: string; readonly inode: Entry } | undefined {
    const odd = name === '' || name.endsWith('/') || name.split('/').includes('..');
    if (odd) throw this.#refusal(`a hard link leads to "${name}": engines disagree about that`);
    const path = canonicalPath(name);
    const parent = this.#walk(parentOf(path), 'look');
    if (parent === null) return undefined;
    const at = joinPath(parent, baseOf(path));
    const inode = this.entries.get(at);
    return inode === undefined ? undefined : { path: at, inode };
  }

  /** Follows a directory path through symlinks; null when it leads nowhere and is not to be created. */
  #walk(path: string, missing: 'create' | 'look'): string | null {
    const pending = componentsOf(path);
    /** Components of `path` itself still in `pending`; those above them come from a symlink. */
    let own = pending.length;
    let hops = 0;
    let current = '/';
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      this.#spend(1);
      const fromLink = pending.length + 1 > own;
      if (!fromLink) own--;
      if (name === '..') current = parentOf(current);
      if (name === '..' || name === '.' || name === '') continue;
      const next = this.#childPath(current, name);
      const entry = this.entries.get(next);
      if (entry?.type === 'symlink') {
        if (++hops > LIMITS.symlinkHops) throw this.#refusal(`"${path}" goes through too many symlinks`);
        const target = entry.target ?? '';
        pending.push(...componentsOf(target));
        if (target.startsWith('/')) current = '/';
        continue;
      }
      if (entry === undefined && missing === 'look') return null;
      if (entry === undefined) this.#imply(next, path, fromLink);
      else if (entry.type !== 'directory') {
        throw this.#refusal(`"${path}" goes through "${next}", which is not a directory`);
      }
      current = next;
    }
    return current;
  }

  #imply(directory: string, path: string, fromLink: boolean): void {
    if (fromLink) {
      throw this.#refusal(
        `"${path}" goes through a symlink to "${directory}", which this layer does not have`,
      );
    }
    if (this.whiteouts.has(directory)) {
      throw this.#refusal(`"${path}" lies in "${directory}", which is removed`);
    }
    if (baseOf(directory).startsWith(WHITEOUT)) {
      throw this.#refusal(`"${path}" has the name of a whiteout on its way`);
    }
    this.#set(directory, IMPLIED_DIRECTORY);
    this.#implied.add(directory);
  }

  /** Makes room at a path. Not for a directory: engines fail later, when they set the times of what is gone. */
  #remove(at: string): void {
    this.whiteouts.delete(at);
    if (this.entries.get(at)?.type === 'directory') {
      throw this.#refusal(`the directory "${at}" is replaced by another entry of the same layer`);
    }
    this.entries.delete(at);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= STEPS) return;
    throw new Failure(
      'E_LIMIT',
      `${this.#where}: too many symlinks and opaque directories on the way`,
      REBUILD,
    );
  }

  #refusal(what: string): Failure {
    return new Failure('E_TAR', `${this.#where}: ${what}`, REBUILD);
  }
}
