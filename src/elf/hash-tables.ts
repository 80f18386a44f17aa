/** Whether a file's hash table is one of its symbols, as far as the first that it names tells (`_dl_setup_hash`). */
import { DT_GNU_HASH, DT_HASH } from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import { EM_ALPHA, EM_S390 } from './machines.ts';
import type { Memory } from './memory.ts';

/** `empty`: no symbol can be found with it. */
type Fit = 'own' | 'other' | 'empty' | 'unknown';

/** So many buckets are looked through for the first symbol. */
const BUCKETS = 4096;

/** `nameOf`: the name of a symbol; null: it has none. */
export function fitsHashTable(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  nameOf: (symbol: number) => string | null,
): Fit {
  const gnu = table.value(DT_GNU_HASH);
  if (gnu !== null) return fitsGnuHash(gnu, memory, nameOf);
  const hash = table.value(DT_HASH);
  const hasWideEntries = memory.layout.class === 64 && (machine === EM_S390 || machine === EM_ALPHA);
  if (hash === null || hasWideEntries) return 'unknown';
  return fitsSysvHash(hash, memory, nameOf);
}

function fitsGnuHash(address: bigint, memory: Memory, nameOf: (symbol: number) => string | null): Fit {
  const { fields } = memory.fields(address, Infinity);
  const [buckets, first, words] = [fields.u32(0), fields.u32(4), fields.u32(8)];
  const bucketsAt = 16 + words * fields.wordSize;
  for (let bucket = 0; bucket < Math.min(buckets, BUCKETS); bucket++) {
    const symbol = fields.u32(bucketsAt + 4 * bucket);
    if (symbol === 0) continue;
    const at = bucketsAt + 4 * buckets + 4 * (symbol - first);
    const name = nameOf(symbol);
    if (symbol < first || at + 4 > fields.length || name === null) return 'other';
    const hash = gnuHash(name);
    const isOwn = hash % buckets === bucket && (hash | 1) >>> 0 === (fields.u32(at) | 1) >>> 0;
    return isOwn ? 'own' : 'other';
  }
  return 'empty';
}

function fitsSysvHash(address: bigint, memory: Memory, nameOf: (symbol: number) => string | null): Fit {
  const { fields } = memory.fields(address, Infinity);
  const buckets = fields.u32(0);
  for (let bucket = 0; bucket < Math.min(buckets, BUCKETS); bucket++) {
    const symbol = fields.u32(8 + 4 * bucket);
    if (symbol === 0) continue;
    const name = nameOf(symbol);
    return name !== null && sysvHash(name) % buckets === bucket ? 'own' : 'other';
  }
  return 'empty';
}

/** Of names of one byte a UTF-16 unit. */
function gnuHash(name: string): number {
  let hash = 5381;
  for (let index = 0; index < name.length; index++)
    hash = (Math.imul(hash, 33) + name.charCodeAt(index)) >>> 0;
  return hash;
}

/** The gABI's. */
function sysvHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) {
    hash = (hash * 16 + name.charCodeAt(index)) >>> 0;
    hash = (hash ^ ((hash >>> 24) & 0xf0)) & 0xfffffff;
  }
  return hash;
}
