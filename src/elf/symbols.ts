import { BOUND_AT_START, BOUND_WHEN_CALLED, COPIED_AT_START, readBindings, UNBOUND } from './bindings.ts';
import {
  DT_GNU_HASH,
  DT_HASH,
  DT_MIPS_GOTSYM,
  DT_MIPS_SYMTABNO,
  DT_SYMTAB,
  SHN_UNDEF,
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_WEAK,
  STT_FUNC,
  STT_GNU_IFUNC,
} from './constants.ts';
import type { DynamicTable } from './dynamic-table.ts';
import type { SymbolFacts } from './elf-facts.ts';
import { type Fields, toNumber } from './fields.ts';
import { fitsHashTable } from './hash-tables.ts';
import { EM_ALPHA, EM_MIPS, EM_S390 } from './machines.ts';
import type { Memory } from './memory.ts';
import type { Problems } from './problems.ts';
import { relocationTables, walkRelocations } from './relocations.ts';
import { SymbolHashes } from './symbol-hash.ts';
import { SymbolVersions } from './symbol-versions.ts';
import type { SymbolVersion, Versions } from './versions.ts';

/** Bytes of names that are walked over in one file; the largest real tables have about half of it. */
const NAME_BYTES = 96 * 1024 * 1024;
/** Text of wanted names and versions that is kept of one file. */
const WANTED_BYTES = 4 * 1024 * 1024;

const NEVER = 1n << 64n;

/** What the first instructions of every C program call. */
export const START = '__libc_start_main';

/** The symbols of DT_SYMTAB; null when there is no table or it cannot be read whole. */
export function readSymbols(
  table: DynamicTable,
  memory: Memory,
  machine: number,
  versions: Versions,
  problems: Problems,
): SymbolFacts | null {
  const address = table.value(DT_SYMTAB);
  if (address === null) return null;
  const wide = memory.layout.class === 64;
  const size = wide ? 24 : 16;
  const count = symbolCount(table, memory, machine);
  const { fields, missing } = memory.fields(address, count * size);
  if (missing !== 'nothing') {
    const kind = missing === 'unread' ? 'unread' : 'broken';
    problems.add('symbols', kind, 'the symbol table ends outside its segment');
    return null;
  }
  const { strings } = table;
  const relocations = readBindings(table, memory, machine, count);
  const bindings = relocations?.bindings;
  if (relocations === null)
    problems.add('symbols', 'unread', 'the relocations were not kept, or end outside their segment');
  const versionOf = new SymbolVersions(table, memory, versions, count, problems);
  const defined = new SymbolHashes(count);
  // MIPS: of the undefined symbols of the GOT, functions with a stub are bound when they are called, others at once.
  const firstInGot = machine === EM_MIPS ? toNumber(table.value(DT_MIPS_GOTSYM) ?? NEVER) : Infinity;
  const chosen = new SymbolHashes(count);
  const versioned = new SymbolHashes(versionOf.areThere ? 2 * count : 0);
  const undefinedNames: string[] = [];
  const calledNames: string[] = [];
  const copiedNames: string[] = [];
  const lists = new Map([
    [BOUND_AT_START, undefinedNames],
    [BOUND_WHEN_CALLED, calledNames],
    [COPIED_AT_START, copiedNames],
  ]);
  let [nameBytes, wantedBytes, definedCount, hasUnboundStart] = [0, 0, 0, false];
  for (let at = size; at < fields.length; at += size) {
    const info = fields.u8(at + (wide ? 4 : 12));
    const binding = info >> 4;
    if (binding !== STB_GLOBAL && binding !== STB_WEAK && binding !== STB_GNU_UNIQUE) continue;
    const isUndefined = fields.u16(at + (wide ? 6 : 14)) === SHN_UNDEF;
    if (isUndefined && binding === STB_WEAK) continue;
    const start = fields.u32(at);
    const end = strings.indexOf(0, start);
    if (start >= strings.length || end < 0) {
      problems.add('symbols', 'broken', 'the name of a symbol is not in the string table');
      return null;
    }
    const symbol = at / size;
    nameBytes += end - start;
    if (!isUndefined) {
      definedCount++;
      const { isDefault, suffixes } = versionOf.defined(symbol);
      if (isDefault) defined.add(strings, start, end);
      if (isDefault && (info & 0xf) === STT_GNU_IFUNC) chosen.add(strings, start, end);
      for (const suffix of suffixes) versioned.add(strings, start, end, suffix);
      nameBytes += suffixes.reduce((sum, suffix) => sum + end - start + suffix.length, 0);
    }
    const isStub = (info & 0xf) === STT_FUNC && fields.word(at + (wide ? 8 : 4)) !== 0n;
    const isInGot = isUndefined && symbol >= firstInGot && !isStub;
    const bound = isInGot ? BOUND_AT_START : (bindings?.[symbol] ?? UNBOUND);
    hasUnboundStart ||=
      isUndefined && bound === UNBOUND && relocations !== null && latin1(strings, start, end) === START;
    const isCopied = bound === COPIED_AT_START && binding !== STB_WEAK;
    const list = isCopied || isUndefined ? lists.get(bound) : undefined;
    if (list !== undefined && start === end)
      problems.add('symbols', 'broken', 'a symbol that a relocation refers to has no name');
    const version = list === undefined ? '' : textOf(versionOf.wanted(symbol));
    if (list !== undefined || isUndefined) wantedBytes += end - start + version.length;
    if (nameBytes > NAME_BYTES || wantedBytes > WANTED_BYTES) {
      problems.add('symbols', 'unread', 'the names of the symbols are too long');
      return null;
    }
    list?.push(latin1(strings, start, end) + version);
  }
  const fit = fitsHashTable(table, memory, machine, (symbol) => nameAt(fields, strings, symbol * size));
  if (fit === 'other' || (fit === 'empty' && definedCount > 0))
    problems.add('symbols', 'broken', 'the hash table is not that of the symbols');
  return {
    unboundStart: hasUnboundStart,
    undefined: undefinedNames.join('\n'),
    called: calledNames.join('\n'),
    copied: copiedNames.join('\n'),
    defined: defined.sorted(),
    chosen: chosen.sorted(),
    versioned: versionOf.areThere ? versioned.sorted() : null,
    relocations: relocations?.types ?? [],
    callRelocations: relocations?.callTypes ?? [],
  };
}

/** Without what ends outside of the string table. */
function nameAt(symbols: Fields, strings: Uint8Array, at: number): string | null {
  const start = symbols.u32(at);
  const end = strings.indexOf(0, start);
  return at >= symbols.length || start >= strings.length || end < 0 ? null : latin1(strings, start, end);
}

function textOf(version: SymbolVersion | null): string {
  return version === null ? '' : `\0${version.name}\0${version.file}`;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

/**
 * Infinity when the tables that say it are broken or were not kept. No tag says how many symbols there are. A
 * DT_GNU_HASH table, which loaders prefer, covers all symbols up to the end of its last chain, and DT_HASH has their
 * count (nchain); where neither tells, the relocations name the symbols that a loader looks up.
 */
function symbolCount(table: DynamicTable, memory: Memory, machine: number): number {
  const gnuHash = table.value(DT_GNU_HASH);
  const hashed = gnuHash === null ? 0 : countOfGnuHash(memory, gnuHash);
  if (hashed > 0) return hashed;
  const hash = table.value(DT_HASH);
  if (hash !== null) {
    const wideEntries = memory.layout.class === 64 && (machine === EM_S390 || machine === EM_ALPHA);
    const { fields } = memory.fields(hash, 16);
    return wideEntries ? toNumber(fields.u64(8)) : fields.u32(4);
  }
  const mips = table.value(DT_MIPS_SYMTABNO);
  return machine === EM_MIPS && mips !== null ? toNumber(mips) : countOfRelocations(table, memory, machine);
}

function countOfGnuHash(memory: Memory, address: bigint): number {
  const { fields } = memory.fields(address, Infinity);
  const [buckets, first, bloomWords] = [fields.u32(0), fields.u32(4), fields.u32(8)];
  const bucketsAt = 16 + bloomWords * fields.wordSize;
  const chainsAt = bucketsAt + 4 * buckets;
  let highest = 0;
  for (let at = bucketsAt; at < Math.min(chainsAt, fields.length); at += 4) {
    highest = Math.max(highest, fields.u32(at));
  }
  if (highest < first || highest === 0) return 0;
  for (let symbol = highest; ; symbol++) {
    const at = chainsAt + 4 * (symbol - first);
    if (at + 4 > fields.length) return Infinity;
    if ((fields.u32(at) & 1) === 1) return symbol + 1;
  }
}

function countOfRelocations(table: DynamicTable, memory: Memory, machine: number): number {
  let highest = 0;
  for (const each of relocationTables(table)) {
    const read = walkRelocations(each, memory, machine, ({ symbol }) => {
      if (symbol > highest) highest = symbol;
    });
    if (read === null) return Infinity;
  }
  return highest === 0 ? 0 : highest + 1;
}
