import type { Entry, FileType } from '../rootfs/entry.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import { LayerTree } from '../rootfs/layer-tree.ts';
import { type Archives, FileContentReader } from './file-content.ts';
import type { TarEntry, TarSink } from './untar.ts';

/** Puts each entry of a layer's tar into the layer's tree, a file once its content is known. */
export class EntryPlacer implements TarSink {
  readonly #tree: LayerTree;
  readonly #content: FileContentReader;
  readonly #onEntry: (entry: Entry) => void;
  #entry: TarEntry | null = null;

  /** `onEntry` is told of every entry with its facts, and may throw. */
  constructor(where: string, archives: Archives, onEntry: (entry: Entry) => void) {
    this.#onEntry = onEntry;
    this.#content = new FileContentReader(archives);
    this.#tree = new LayerTree(where);
  }

  begin(entry: TarEntry): void {
    this.#entry = entry;
    if (entry.kind === 'file') this.#content.begin(entry.name, entry.mode, entry.size);
  }

  data(piece: Buffer): void {
    this.#content.write(piece);
  }

  end(): void {
    const entry = this.#entry;
    if (entry === null) return;
    const { kind, name } = entry;
    if (kind === 'hard-link') this.#tree.link(name, entry.linkName, entry);
    else if (kind === 'global-header') this.#tree.globalHeader(name);
    else if (kind === 'character-device' && entry.deviceMajor === 0 && entry.deviceMinor === 0) {
      this.#tree.placeWhiteoutDevice(name);
    } else {
      const inode = this.#inode(entry, kind);
      this.#onEntry(inode);
      this.#tree.place(name, inode);
    }
  }

  placed(): Pick<LayerListing, 'entries' | 'whiteouts' | 'opaques' | 'notes'> {
    const { entries, whiteouts, opaques } = this.#tree;
    const notes = this.#tree.notes();
    return notes.length === 0 ? { entries, whiteouts, opaques } : { entries, whiteouts, opaques, notes };
  }

  #inode(entry: TarEntry, type: FileType): Entry {
    const { mode, uid, gid, size, capabilities, accessList } = entry;
    if (type === 'symlink') return { type, mode: 0o777, uid, gid, size, target: entry.linkName };
    if (type !== 'file') {
      return accessList === null
        ? { type, mode, uid, gid, size }
        : { type, mode, uid, gid, size, accessList };
    }
    const content = this.#content.end();
    if (capabilities === null && accessList === null) return { type, mode, uid, gid, size, content };
    const attributes = { ...(capabilities && { capabilities }), ...(accessList && { accessList }) };
    return { type, mode, uid, gid, size, content, ...attributes };
  }
}
