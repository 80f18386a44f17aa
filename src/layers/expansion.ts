import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';

/** How many uncompressed bytes may still be read, and how many entries and facts be held, over all layers of one image. */
export class ReadBudget {
  #left: number;
  #entriesLeft: number;
  #factBytesLeft: number;

  constructor(
    bytes: number = LIMITS.imageBytes,
    entries: number = LIMITS.imageEntries,
    factBytes: number = LIMITS.imageFactBytes,
  ) {
    this.#left = bytes;
    this.#entriesLeft = entries;
    this.#factBytesLeft = factBytes;
  }

  /** Facts of one entry, at once: one layer alone could have more than fits in memory. @throws {Failure} E_LIMIT */
  keep(factBytes: number, where: string): void {
    this.#factBytesLeft -= factBytes;
    if (this.#factBytesLeft < 0)
      throw tooLarge(`${where}: what is to be known of the files does not fit in memory`);
  }

  /** @throws {Failure} E_LIMIT */
  hold(entries: number, where: string): void {
    this.#entriesLeft -= entries;
    if (this.#entriesLeft < 0)
      throw tooLarge(`${where}: the layers together have more entries than fit in memory`);
  }

  /** @throws {Failure} E_LIMIT */
  spend(bytes: number, where: string): void {
    this.#left -= bytes;
    if (this.#left < 0) throw tooLarge(`${where}: the layers together expand over the limit of an image`);
  }
}

/** Stops a layer that expands beyond reason: a few MB of gzip or zstd can stand for terabytes. @throws {Failure} E_LIMIT */
export function checkExpansion(uncompressed: number, compressed: number, where: string): void {
  if (uncompressed > LIMITS.layerBytes) {
    throw tooLarge(`${where}: the layer expands to more than ${LIMITS.layerBytes} bytes`);
  }
  if (uncompressed > LIMITS.ratioFloorBytes && uncompressed > compressed * LIMITS.compressionRatio) {
    throw tooLarge(`${where}: the layer expands more than ${LIMITS.compressionRatio} times`);
  }
}

function tooLarge(text: string): Failure {
  return new Failure('E_LIMIT', text, 'check what the layer holds; a real one is far below this limit');
}
