/**
 * Cuts a zstd stream at its frame boundaries (RFC 8878, section 3.1) and drops skippable frames, because Node's
 * decoder stops without an error after the first frame of a chunk. Nothing is decompressed here: block sizes stand
 * in the block headers.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

type Step =
  'magic' | 'skippable-size' | 'skippable' | 'descriptor' | 'header' | 'block-header' | 'block' | 'checksum';

/** Steps whose bytes are looked at, not only counted. */
const READ: ReadonlySet<Step> = new Set(['magic', 'skippable-size', 'descriptor', 'header', 'block-header']);

export class ZstdFrames {
  readonly #where: string;
  readonly #scratch: Buffer = Buffer.alloc(16);
  #step: Step = 'magic';
  #needed = 4;
  #have = 0;
  #descriptor = 0;
  #lastBlock = false;
  #frames = 0;

  constructor(where: string) {
    this.#where = where;
  }

  /** The bytes of the chunk that belong to frames; no piece goes over the end of a frame. @throws {Failure} */
  *split(chunk: Buffer): Generator<Buffer> {
    let start = 0;
    for (let at = 0; at < chunk.length;) {
      const taken = Math.min(this.#needed - this.#have, chunk.length - at);
      if (READ.has(this.#step)) chunk.copy(this.#scratch, this.#have, at, at + taken);
      this.#have += taken;
      at += taken;
      if (this.#have < this.#needed) break;
      const before = this.#step;
      this.#advance();
      if (before === 'magic' && this.#step === 'descriptor') {
        start = at - taken;
        if (taken < 4) yield Buffer.from(this.#scratch.subarray(0, 4 - taken));
      } else if (this.#step === 'magic' && before !== 'skippable' && before !== 'skippable-size') {
        yield chunk.subarray(start, at);
        start = at;
      }
    }
    if (start < chunk.length && this.#isInFrame()) yield chunk.subarray(start);
  }

  /** The bytes are over. @throws {Failure} E_COMPRESSION in the middle of a frame. */
  end(): void {
    if (this.#step === 'magic' && this.#have === 0) return;
    if (this.#step === 'magic' && this.#frames > 0) throw this.#trailing();
    throw this.#broken('the data ends in the middle of a frame');
  }

  #isInFrame(): boolean {
    return this.#step !== 'magic' && this.#step !== 'skippable' && this.#step !== 'skippable-size';
  }

  #expect(step: Step, bytes: number): void {
    this.#step = step;
    this.#needed = bytes;
    this.#have = 0;
  }

  #advance(): void {
    switch (this.#step) {
      case 'magic':
        return this.#readMagic(this.#scratch.readUInt32LE(0));
      case 'skippable-size':
        return this.#expectSome('skippable', this.#scratch.readUInt32LE(0));
      case 'descriptor':
        return this.#readDescriptor(this.#scratch[0] ?? 0);
      case 'header':
        this.#checkWindow();
        return this.#expect('block-header', 3);
      case 'block-header':
        return this.#readBlockHeader(this.#scratch.readUIntLE(0, 3));
      case 'block':
        return this.#endBlock();
      case 'skippable':
      case 'checksum':
        this.#frames++;
        return this.#expect('magic', 4);
    }
  }

  #readMagic(magic: number): void {
    if (magic === MAGIC) this.#expect('descriptor', 1);
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) this.#expect('skippable-size', 4);
    else if (this.#frames > 0) throw this.#trailing();
    else throw this.#broken('the data is not a zstd frame');
  }

  #readDescriptor(descriptor: number): void {
    this.#descriptor = descriptor;
    const singleSegment = (descriptor & 0x20) !== 0;
    const dictionary = DICTIONARY_ID_BYTES[descriptor & 3] ?? 0;
    const contentSize = CONTENT_SIZE_BYTES[descriptor >> 6] ?? 0;
    this.#expect('header', dictionary + (singleSegment ? Math.max(contentSize, 1) : 1 + contentSize));
  }

  /** A window over the limit would make the decoder hold that much memory. */
  #checkWindow(): void {
    const singleSegment = (this.#descriptor & 0x20) !== 0;
    const window = singleSegment ? this.#contentSize() : windowSize(this.#scratch[0] ?? 0);
    if (window > 2 ** LIMITS.zstdWindowLog) {
      const text = `${this.#where}: a zstd frame wants a window of ${window} bytes (the limit is ${2 ** LIMITS.zstdWindowLog})`;
      throw new Failure('E_LIMIT', text, 'compress the layer without --long over 27 and without --ultra');
    }
  }

  /** Frame_Content_Size of a single segment frame, whose window it is. */
  #contentSize(): number {
    const at = DICTIONARY_ID_BYTES[this.#descriptor & 3] ?? 0;
    const flag = this.#descriptor >> 6;
    if (flag === 0) return this.#scratch[at] ?? 0;
    if (flag === 1) return this.#scratch.readUInt16LE(at) + 256;
    return flag === 2 ? this.#scratch.readUInt32LE(at) : Number(this.#scratch.readBigUInt64LE(at));
  }

  #readBlockHeader(header: number): void {
    this.#lastBlock = (header & 1) === 1;
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) throw this.#broken('a block has a reserved type');
    const size = type === RLE_BLOCK ? 1 : header >> 3;
    if (size === 0) this.#endBlock();
    else this.#expect('block', size);
  }

  #endBlock(): void {
    if (!this.#lastBlock) return this.#expect('block-header', 3);
    this.#expectSome('checksum', (this.#descriptor & 4) === 0 ? 0 : 4);
  }

  /** As `#expect`, but nothing at all may be all. */
  #expectSome(step: Step, bytes: number): void {
    this.#expect(step, bytes);
    if (bytes === 0) this.#advance();
  }

  #broken(what: string): Failure {
    return new Failure('E_COMPRESSION', `${this.#where}: broken zstd data: ${what}`, 'push the image again');
  }

  #trailing(): Failure {
    const text = `${this.#where}: the bytes after a zstd frame are not another frame`;
    return new Failure(
      'E_TRAILING_DATA',
      text,
      'compress the layer again, with nothing after the last frame',
    );
  }
}

/** Window_Descriptor: 5 bits exponent, 3 bits mantissa. */
function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
