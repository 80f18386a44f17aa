/**
 * A streaming tar walker: bytes in, entries and their data out, nothing kept. It accepts what Go's archive/tar
 * accepts (docker, containerd and podman unpack with it) and refuses, as E_TAR, what readers disagree about. Sparse
 * entries are refused as E_SPARSE. What follows the end-of-archive blocks is not looked at.
 */
import { Failure, type FailureCode } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { decodeBytes } from '../base/plain-text.ts';
import { type PaxChanges, parsePax } from './pax.ts';
import type { AccessList } from '../rootfs/access-list.ts';
import type { FileCapabilities } from '../rootfs/file-capabilities.ts';
import { BadHeader, BLOCK, isZeroBlock, parseTarHeader, type TarHeader } from './tar-header.ts';

export type TarKind =
  | 'file'
  | 'directory'
  | 'symlink'
  | 'hard-link'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  /** A PAX global header: no file, but unpackers see its name. */
  | 'global-header';

/** One entry with its extended headers applied. Names are as written (decodeBytes). */
export interface TarEntry {
  readonly kind: TarKind;
  readonly name: string;
  readonly linkName: string;
  /** 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of data that follow; 0 for everything but a file. */
  readonly size: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly capabilities: FileCapabilities | null;
  readonly accessList: AccessList | null;
}

/** Gets each entry: `begin`, `data` in pieces of any length (valid during the call only), `end`. */
export interface TarSink {
  begin(entry: TarEntry): void;
  data(piece: Buffer): void;
  end(): void;
}

const KINDS: Readonly<Record<string, TarKind>> = {
  '0': 'file',
  '1': 'hard-link',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};

const REBUILD = 'let docker, buildah or another builder of images write the layer again';

type State = 'header' | 'second-zero' | 'data' | 'padding' | 'special' | 'done';

export class TarReader {
  readonly #where: string;
  readonly #sink: TarSink;
  readonly #block: Buffer = Buffer.alloc(BLOCK);
  #filled = 0;
  #state: State = 'header';
  /** Bytes left of the data or padding, and the padding that follows the data. */
  #left = 0;
  #padding = 0;
  #entries = 0;
  #special: { flag: string; header: TarHeader; bytes: Buffer; filled: number } | null = null;
  #pax: PaxChanges | null = null;
  #longName: string | null = null;
  #longLink: string | null = null;
  #last = '';

  /** `where` begins every message: `layer sha256:…`. */
  constructor(where: string, sink: TarSink) {
    this.#where = where;
    this.#sink = sink;
  }

  /** @throws {Failure} E_TAR, E_SPARSE, E_LIMIT */
  write(chunk: Buffer): void {
    try {
      for (let at = 0; at < chunk.length && this.#state !== 'done';) {
        if (this.#state === 'header' || this.#state === 'second-zero') at = this.#readBlock(chunk, at);
        else at = this.#readBody(chunk, at);
      }
    } catch (error) {
      throw error instanceof BadHeader ? this.#failure('E_TAR', error.message) : error;
    }
  }

  /**
   * The bytes are over. As to Go's archive/tar, what fills up the last block of the last entry may be missing, which
   * `umoci insert` does not write. @throws {Failure} E_TAR when that is in the middle of something.
   */
  end(): void {
    const isInHeader = (this.#state === 'header' || this.#state === 'second-zero') && this.#filled > 0;
    if (isInHeader || this.#state === 'data' || this.#state === 'special') {
      throw this.#failure(
        'E_TAR',
        'the tar ends in the middle of an entry',
        'build and push the image again',
      );
    }
    if (this.#pax !== null || this.#longName !== null || this.#longLink !== null) {
      throw this.#failure('E_TAR', 'the tar ends after an extended header');
    }
  }

  #readBlock(chunk: Buffer, at: number): number {
    if (this.#filled === 0 && chunk.length - at >= BLOCK) {
      this.#takeBlock(chunk.subarray(at, at + BLOCK));
      return at + BLOCK;
    }
    const taken = Math.min(BLOCK - this.#filled, chunk.length - at);
    chunk.copy(this.#block, this.#filled, at, at + taken);
    this.#filled += taken;
    if (this.#filled === BLOCK) {
      this.#filled = 0;
      this.#takeBlock(this.#block);
    }
    return at + taken;
  }

  #takeBlock(block: Buffer): void {
    if (isZeroBlock(block)) {
      this.#state = this.#state === 'second-zero' ? 'done' : 'second-zero';
      return;
    }
    if (this.#state === 'second-zero') throw new BadHeader('an entry follows a lone zero block');
    const header = parseTarHeader(block);
    if (header.size < 0) throw new BadHeader('an entry with a negative size');
    if ('xgLK'.includes(header.flag)) this.#beginSpecial(header);
    else this.#beginEntry(header);
  }

  #readBody(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    if (this.#state === 'data')
      this.#sink.data(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
    else if (this.#special !== null && this.#state === 'special') {
      this.#special.filled += chunk.copy(this.#special.bytes, this.#special.filled, at, end);
    }
    this.#left -= end - at;
    if (this.#left === 0) this.#endBody();
    return end;
  }

  #endBody(): void {
    if (this.#state === 'data') this.#sink.end();
    else if (this.#state === 'special') this.#endSpecial();
    this.#left = this.#state === 'padding' ? 0 : this.#padding;
    this.#state = this.#left > 0 ? 'padding' : 'header';
  }

  #expect(state: 'data' | 'special', size: number): void {
    this.#state = state;
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (size === 0) this.#endBody();
  }

  #beginSpecial(header: TarHeader): void {
    if (header.size > LIMITS.paxBytes) {
      throw this.#failure(
        'E_LIMIT',
        `an extended header of ${header.size} bytes (the limit is ${LIMITS.paxBytes})`,
      );
    }
    this.#special = { flag: header.flag, header, bytes: Buffer.alloc(header.size), filled: 0 };
    this.#expect('special', header.size);
  }

  #endSpecial(): void {
    const special = this.#special;
    if (special === null) return;
    this.#special = null;
    if (special.flag === 'x') {
      if (this.#pax !== null) throw new BadHeader('two extended headers before one entry');
      this.#pax = parsePax(special.bytes);
    } else if (special.flag === 'g') this.#global(special.header, special.bytes);
    else {
      const nul = special.bytes.indexOf(0);
      const text = decodeBytes(nul === -1 ? special.bytes : special.bytes.subarray(0, nul));
      const known = special.flag === 'L' ? this.#longName : this.#longLink;
      if (known !== null) throw new BadHeader('two long names before one entry');
      if (special.flag === 'L') this.#longName = text;
      else this.#longLink = text;
    }
  }

  /** Go hands a global header to the unpacker and applies nothing of it; others apply it to all that follows. */
  #global(header: TarHeader, bytes: Buffer): void {
    const changes = parsePax(bytes);
    if (this.#pax !== null || this.#longName !== null || this.#longLink !== null) {
      throw new BadHeader('a global extended header between an extended header and its entry');
    }
    if (Object.keys(changes).length > 0) {
      throw new BadHeader(`a global extended header that sets ${Object.keys(changes).join(', ')}`);
    }
    this.#sink.begin({ ...entryOf(header, 'global-header', null), name: header.name });
    this.#sink.end();
  }

  #beginEntry(header: TarHeader): void {
    const pax = this.#pax;
    const both =
      (pax?.path !== undefined && this.#longName !== null) ||
      (pax?.linkPath !== undefined && this.#longLink !== null);
    if (both) throw new BadHeader('an entry with both a PAX and a GNU long name');
    const name = pax?.path ?? (this.#longName || header.name);
    this.#last = name;
    if (++this.#entries > LIMITS.layerEntries) {
      throw this.#failure('E_LIMIT', `more than ${LIMITS.layerEntries} entries`);
    }
    if (header.flag === 'S' || pax?.isSparse) {
      throw this.#failure(
        'E_SPARSE',
        'a sparse entry, which container engines refuse or read differently',
        'write the layer without sparse entries (tar without -S)',
      );
    }
    if (pax?.overlayAttribute !== undefined) {
      throw new BadHeader(`the extended attribute ${pax.overlayAttribute}, which only some engines set`);
    }
    const kind = header.flag === '\0' ? (name.endsWith('/') ? 'directory' : 'file') : KINDS[header.flag];
    if (kind === undefined) {
      throw new BadHeader(`an entry of type ${JSON.stringify(header.flag)}, which container engines refuse`);
    }
    if (pax?.userAttribute !== undefined && kind !== 'file' && kind !== 'directory') {
      throw new BadHeader(`the extended attribute ${pax.userAttribute} on a ${kind}, which Linux refuses`);
    }
    const linkName = pax?.linkPath ?? (this.#longLink || header.linkName);
    const size = kind === 'file' ? (pax?.size ?? header.size) : 0;
    this.#pax = null;
    this.#longName = null;
    this.#longLink = null;
    this.#sink.begin({ ...entryOf(header, kind, pax), name, linkName, size });
    this.#expect('data', size);
  }

  #failure(code: FailureCode, what: string, hint: string = REBUILD): Failure {
    const after = this.#last === '' ? '' : ` (at or after the entry "${this.#last.slice(0, 200)}")`;
    return new Failure(code, `${this.#where}: ${what}${after}`, hint);
  }
}

function entryOf(header: TarHeader, kind: TarKind, pax: PaxChanges | null): TarEntry {
  return {
    kind,
    name: header.name,
    linkName: header.linkName,
    mode: header.mode & 0o7777,
    uid: ownerOf(pax?.uid ?? header.uid),
    gid: ownerOf(pax?.gid ?? header.gid),
    size: 0,
    deviceMajor: header.deviceMajor,
    deviceMinor: header.deviceMinor,
    capabilities: pax?.capabilities ?? null,
    accessList: pax?.accessList ?? null,
  };
}

/** As chown(2) takes it: 32 bits, of which the highest number means "leave it as it is". */
function ownerOf(id: number): number {
  const owner = id >>> 0;
  if (owner === 0xffffffff) throw new BadHeader('an owner of -1, which stands for no change');
  return owner;
}
