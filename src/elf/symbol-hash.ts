/**
 * A 64-bit hash of a symbol's name, for looking names up without keeping them: FNV-1a in the upper half and
 * Bernstein's times-33 in the lower. Two different names of one image agree by chance once in 2^64 pairs.
 * @param name one byte a UTF-16 unit, as {@link SymbolFacts.undefined} has them.
 */
export function symbolHash(name: string): bigint {
  let high = FNV_OFFSET;
  let low = BERNSTEIN_SEED;
  for (let index = 0; index < name.length; index++) {
    const byte = name.charCodeAt(index) & 0xff;
    high = Math.imul(high ^ byte, FNV_PRIME);
    low = (Math.imul(low, 33) ^ byte) | 0;
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

const NOTHING = new Uint8Array(0);
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const BERNSTEIN_SEED = 5381;
const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Gathers hashes of names in a table of bytes, without a BigInt for each. */
export class SymbolHashes {
  #halves: Uint32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#halves = new Uint32Array(2 * capacity);
  }

  /** The name is `table[start..end)`, with more behind it. */
  add(table: Uint8Array, start: number, end: number, more: Uint8Array = NOTHING): void {
    let high = FNV_OFFSET;
    let low = BERNSTEIN_SEED;
    for (let index = start; index < end + more.length; index++) {
      const byte = (index < end ? table[index] : more[index - end]) ?? 0;
      high = Math.imul(high ^ byte, FNV_PRIME);
      low = (Math.imul(low, 33) ^ byte) | 0;
    }
    const at = 2 * this.#count++;
    this.#halves[at] = LITTLE_ENDIAN_HOST ? low : high;
    this.#halves[at + 1] = LITTLE_ENDIAN_HOST ? high : low;
  }

  sorted(): BigUint64Array {
    return new BigUint64Array(this.#halves.slice(0, 2 * this.#count).buffer).sort();
  }
}

/** Whether a sorted table of hashes holds this one. */
export function hasSymbol(defined: BigUint64Array, name: string): boolean {
  return hasHash(defined, symbolHash(name));
}

export function hasHash(defined: BigUint64Array, wanted: bigint): boolean {
  let [low, high] = [0, defined.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = defined[middle] ?? 0n;
    if (found === wanted) return true;
    if (found < wanted) low = middle + 1;
    else high = middle;
  }
  return false;
}
