/**
 * Which relocations the loaders can do: `elf_machine_rela` and `elf_machine_lazy_rel` of glibc's
 * sysdeps/<name>/dl-machine.h, `do_relocs` of musl's ldso/dynlink.c with arch/<name>/reloc.h.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { EM_386, EM_AARCH64, EM_ARM, EM_X86_64 } from '../../elf/machines.ts';
import type { LoadingFault } from './loading-fault.ts';

type Types = ReadonlyMap<number, ReadonlySet<number>>;

/** Of the machines whose files come from elsewhere most often; R_*_IRELATIVE of glibc's libraries is in none. */
const MUSL: Types = new Map([
  [EM_386, new Set([1, 2, 5, 6, 7, 8, 14, 35, 36, 37, 41])],
  [EM_AARCH64, new Set([257, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031])],
  [EM_ARM, new Set([2, 13, 17, 18, 19, 20, 21, 22, 23])],
  [EM_X86_64, new Set([1, 2, 5, 6, 7, 8, 16, 17, 18, 36])],
]);

const GLIBC: Types = new Map([
  [EM_AARCH64, new Set([0, 256, 257, 258, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1032])],
  [EM_X86_64, new Set([0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 32, 33, 36, 37, 38])],
]);

/** In DT_JMPREL, where calls are bound when they are made: R_*_JUMP_SLOT, R_*_TLSDESC, R_*_IRELATIVE. */
const GLIBC_CALLS: Types = new Map([
  [EM_AARCH64, new Set([1026, 1031, 1032])],
  [EM_X86_64, new Set([7, 36, 37])],
]);

/** `machine`: that of the loader, which takes the numbers for its own. */
export function muslRefuses({ symbols, machine: own }: ElfFacts, machine = own): LoadingFault | null {
  const types = [...(symbols?.relocations ?? []), ...(symbols?.callRelocations ?? [])];
  const type = unknownIn(
    types.filter((each) => each !== 0),
    MUSL.get(machine),
  );
  return type === null
    ? null
    : {
        text: `it has relocations of type ${type}, which musl's loader cannot do`,
        certainty: 'certain',
        about: 'relocation',
        file: 'no-library',
        error: 'unsupported relocation type',
      };
}

export function glibcRefuses({ symbols, dynamic, machine }: ElfFacts, isEager: boolean): LoadingFault | null {
  const calls = dynamic?.asksForCalls === true ? symbols?.callRelocations : [];
  const call = isEager ? null : unknownIn(calls, GLIBC_CALLS.get(machine));
  const type =
    unknownIn(symbols?.relocations, GLIBC.get(machine)) ??
    (isEager ? unknownIn(calls, GLIBC.get(machine)) : null);
  if (call === null && type === null) return null;
  return {
    text: `it has relocations of type ${call ?? type}, which glibc's loader cannot do`,
    certainty: 'certain',
    about: 'path',
    error: call === null ? 'unexpected reloc type' : 'unexpected PLT reloc type',
  };
}

function unknownIn(types: readonly number[] = [], known?: ReadonlySet<number>): number | null {
  return known === undefined ? null : (types.find((type) => !known.has(type)) ?? null);
}
