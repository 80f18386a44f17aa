/**
 * Symbols that are bound before the program runs: all of them under musl (`do_relocs` of ldso/dynlink.c); under
 * glibc variables and addresses of functions, and what is called where an object was linked with `-z now`
 * (elf/dl-reloc.c). Left out: versions of symbols, and names that glibc looks up when they are first called.
 */
import { DF_1_NOW, DF_BIND_NOW } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import { hasSymbol } from '../elf/symbol-hash.ts';
import { type Linked, type LinkedObject, nameOf, programOf } from './link-map.ts';
import type { SymbolRefusal } from './loader-refusal.ts';

export interface UnboundSymbols {
  /** Who needs them. */
  readonly of: LinkedObject;
  readonly refusal: SymbolRefusal;
}

/** `all`: musl, or LD_BIND_NOW in the environment. */
export type Eagerness = 'all' | 'only those linked so';

/** Empty when an object is missing that could define them, or could not be read. One without DT_SYMTAB has none. */
export function unboundSymbols(
  { objects, missing, unread }: Linked,
  libc: SymbolRefusal['libc'],
  eagerness: Eagerness,
): UnboundSymbols[] {
  const tables = objects.flatMap(({ elf }) => elf.symbols?.defined ?? []);
  const isRead = objects.every(({ elf }) => elf.problems.every(({ part }) => part !== 'symbols'));
  const isWhole = isRead && unread.length === 0;
  if (!isWhole || missing.some(({ refusal }) => refusal.effect === 'stops')) return [];
  return objects.flatMap((object) => {
    const { symbols: own, dynamic } = object.elf;
    if (own === null) return [];
    const isEager = eagerness === 'all' || bindsNow(dynamic);
    const names = isEager ? `${own.undefined}\n${own.called}` : own.undefined;
    const others = tables.filter((table) => table !== own.defined);
    const symbols = [...absentFrom(tables, names), ...absentFrom(others, own.copied)];
    const [first] = symbols;
    if (first === undefined) return [];
    const refusal: SymbolRefusal = {
      kind: 'symbol-not-found',
      error: messageOf(libc, object, first),
      neededBy: nameOf(object),
      symbols,
      libc,
      hosts: { on: 'all' },
    };
    return [{ of: object, refusal }];
  });
}

/** Those of the names, one a line, that none of the tables defines. */
function absentFrom(tables: readonly BigUint64Array[], names: string): string[] {
  return names.split('\n').filter((name) => name !== '' && !tables.some((table) => hasSymbol(table, name)));
}

function bindsNow(dynamic: ElfFacts['dynamic']): boolean {
  if (dynamic === null) return false;
  return dynamic.bindNow || (dynamic.flags & DF_BIND_NOW) !== 0 || (dynamic.flags1 & DF_1_NOW) !== 0;
}

function messageOf(libc: SymbolRefusal['libc'], object: LinkedObject, symbol: string): string {
  return libc === 'musl'
    ? `Error relocating ${nameOf(object)}: ${symbol}: symbol not found`
    : `${nameOf(programOf(object))}: symbol lookup error: ${nameOf(object)}: undefined symbol: ${symbol}`;
}
