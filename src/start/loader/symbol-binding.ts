/**
 * Symbols that are bound before the program runs: all of them under musl (`do_relocs` of ldso/dynlink.c); under
 * glibc variables and addresses of functions, and what is called where an object was linked with `-z now`
 * (elf/dl-reloc.c). Names that glibc looks up when they are first called are left out, and said where nobody defines one.
 */
import { DF_1_NOW, DF_BIND_NOW } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { START } from '../../elf/symbols.ts';
import { calledAs, type Linked, type LinkedObject, nameOf, programOf } from './link-map.ts';
import type { SymbolRefusal } from './library-refusal.ts';
import { definerOf, isDefinedForMusl, type Reference, referencesOf, wordsOf } from './symbol-lookup.ts';

export interface UnboundSymbols {
  /** Who needs them. */
  readonly of: LinkedObject;
  readonly refusal: SymbolRefusal;
}

/** `all`: musl, or LD_BIND_NOW in the environment. */
export type Eagerness = 'all' | 'only those linked so';

/** Of glibc's loader. */
export function eagernessIn(environment: ReadonlyMap<string, string>): Eagerness {
  return (environment.get('LD_BIND_NOW') ?? '') === '' ? 'only those linked so' : 'all';
}

/** Empty when an object is missing that could define them, or could not be read. One without DT_SYMTAB has none. */
export function unboundSymbols(
  linked: Linked,
  libc: SymbolRefusal['libc'],
  eagerness: Eagerness,
): UnboundSymbols[] {
  return boundAtStart(linked, eagerness).flatMap(({ of, references }) => {
    const absent = references.filter(({ wanted, scope }) =>
      libc === 'musl' ? !isDefinedForMusl(wanted, scope) : definerOf(wanted, scope) === null,
    );
    const [first] = absent;
    if (first === undefined) return [];
    const refusal: SymbolRefusal = {
      kind: 'symbol-not-found',
      error: messageOf(libc, of, first.wanted),
      neededBy: nameOf(of),
      symbols: absent.map(({ wanted: { name, version } }) =>
        version === null || libc === 'musl' ? name : `${name}@${version}`,
      ),
      libc,
      hosts: { on: 'all' },
    };
    return [{ of, refusal }];
  });
}

export interface BoundAtStart {
  readonly of: LinkedObject;
  readonly references: readonly { readonly wanted: Reference; readonly scope: readonly LinkedObject[] }[];
}

/** What each object has looked up before the program runs, and in what; a copied variable never in itself. */
export function boundAtStart(linked: Linked, eagerness: Eagerness): BoundAtStart[] {
  if (!isWhole(linked)) return [];
  const { objects } = linked;
  return objects.flatMap((of) => {
    const { symbols, dynamic } = of.elf;
    if (symbols === null) return [];
    const isEager = eagerness === 'all' || bindsNow(dynamic);
    const called = referencesOf(symbols.called).filter(({ name }) => isEager || isFirstCall(of, name));
    const plain = [...referencesOf(symbols.undefined), ...called];
    const others = objects.filter((object) => object !== of);
    const references = [
      ...plain.map((wanted) => ({ wanted, scope: objects })),
      ...referencesOf(symbols.copied).map((wanted) => ({ wanted, scope: others })),
    ];
    return [{ of, references }];
  });
}

/** What glibc looks up for a call that may never come, and does not find, in words: one of each object. */
export function unboundCalls(linked: Linked, eagerness: Eagerness): string[] {
  if (eagerness === 'all' || !isWhole(linked)) return [];
  return linked.objects.flatMap((of) => {
    const { symbols, dynamic } = of.elf;
    if (symbols === null || bindsNow(dynamic)) return [];
    const absent = referencesOf(symbols.called).find((wanted) => definerOf(wanted, linked.objects) === null);
    if (absent === undefined) return [];
    return [`whether ${nameOf(of)} calls ${wordsOf(absent)}, which nothing that is mapped with it defines`];
  });
}

/** Whether all that could define symbols is there and read. */
function isWhole({ objects, missing, unread }: Linked): boolean {
  const isRead = objects.every(({ elf }) => elf.problems.every(({ part }) => part !== 'symbols'));
  return isRead && unread.length === 0 && missing.every(({ refusal }) => refusal.effect !== 'stops');
}

/**
 * What a program calls before anything else is as good as bound (crt1.o of arm64 calls it lazily), and so is what the
 * initializer of libpthread calls, which glibc had apart before 2.34.
 */
function isFirstCall({ role, elf: { dynamic } }: LinkedObject, name: string): boolean {
  return role === 'program' ? name === START : dynamic?.soname === PTHREAD && name === PTHREAD_START;
}

const PTHREAD = 'libpthread.so.0';
const PTHREAD_START = '__libc_pthread_init';

/** Whether the file asks to have everything bound at once. */
export function bindsNow(dynamic: ElfFacts['dynamic']): boolean {
  if (dynamic === null) return false;
  return dynamic.bindNow || (dynamic.flags & DF_BIND_NOW) !== 0 || (dynamic.flags1 & DF_1_NOW) !== 0;
}

function messageOf(libc: SymbolRefusal['libc'], object: LinkedObject, wanted: Reference): string {
  return libc === 'musl'
    ? `Error relocating ${nameOf(object)}: ${wanted.name}: symbol not found`
    : `${calledAs(programOf(object))}: symbol lookup error: ${calledAs(object)}: undefined symbol: ${wordsOf(wanted)}`;
}
