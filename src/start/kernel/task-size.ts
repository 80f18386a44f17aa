/**
 * The address space that kernels give to a program, for each machine: TASK_SIZE, ELF_ET_DYN_BASE, ARCH_MMAP_RND_BITS_MAX
 * and what mmap(2) chooses from (arch/<name>/include/asm/{processor,elf}.h and Kconfig, Linux 6.x). Many differ between
 * processors and between configurations of one kernel, so each is a pair: what the smallest hosts have, and the largest.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import {
  EM_386,
  EM_486,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_S390_OLD,
  EM_X86_64,
} from '../../elf/machines.ts';
import { PAGE } from '../../elf/pages.ts';

export interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

export interface TaskSize {
  /** TASK_SIZE: no segment lies at or behind it. */
  readonly end: Range;
  /** From where mmap(2) chooses downwards; the stack lies above. */
  readonly window: Range;
  /** What mmap(2) chooses from for something that is larger than the window. */
  readonly room: Range;
  /** ELF_ET_DYN_BASE; for most at two thirds of the window. */
  readonly base: Range;
  /** Between the base and the end of the window. */
  readonly above: Range;
  /** How far from the base chance may place a program: where nobody set vm.mmap_rnd_bits, and where it is the largest. */
  readonly random: Range;
}

const bits = (count: number): bigint => 1n << BigInt(count);
const same = (value: bigint): Range => ({ least: value, most: value });
const part = ({ least, most }: Range, thirds: bigint): Range => ({
  least: (least / 3n) * thirds,
  most: (most / 3n) * thirds,
});

/** Programs with a loader begin at two thirds. */
function high(window: Range, random: Range, end = window): TaskSize {
  return { end, window, room: window, base: part(window, 2n), above: part(window, 1n), random };
}

/** Programs with a loader begin at `base`. */
function low(window: Range, base: bigint, random: Range, end = window): TaskSize {
  const above = { least: window.least - base, most: window.most - base };
  return { end, window, room: window, base: same(base), above, random };
}

/** With page tables of four levels. Those of five reach further (pgtable_64_types.h), where few processors have them. */
const X86_64 = high(same(bits(47) - PAGE), { least: bits(41), most: bits(44) });
/** PAGE_OFFSET of a 32-bit kernel; IA32_PAGE_OFFSET (page_64_types.h) and a base of its own of a 64-bit one. */
const I386 = {
  ...low({ least: 0xc0000000n, most: 0xffffe000n }, 0x400000n, same(bits(28))),
  base: { least: 0x400000n, most: 0x56555000n },
  above: { least: 0xa9aa9000n, most: 0xbfc00000n },
};
/** CONFIG_ARM64_VA_BITS=48, as distributions have it. */
const ARM64 = high(same(bits(48)), { least: bits(41), most: bits(45) });
/** PAGE_OFFSET less 16 MiB for modules (memory.h); all but the last page, and the base at two thirds, of an arm64 kernel. */
const ARM = {
  ...low({ least: 0xbf000000n, most: bits(32) - PAGE }, 0x400000n, same(bits(28))),
  base: { least: 0x400000n, most: 0xaaaaa000n },
  above: { least: 0x55555000n, most: 0xbec00000n },
};
/** TASK_SIZE_4PB and DEFAULT_MAP_WINDOW with pages of 64K (task_size_64.h). */
const PPC64_END = same(bits(52));
const PPC64 = {
  ...low(same(bits(47)), bits(29), { least: bits(34), most: bits(45) }, PPC64_END),
  room: PPC64_END,
};
/** Sv39, Sv48 and Sv57, of which the last places nobody behind the half of Sv48 unasked (pgtable.h). */
const RISCV64_END = { least: bits(38), most: bits(56) };
const RISCV64 = high({ least: bits(38), most: bits(47) }, { least: bits(30), most: bits(36) }, RISCV64_END);
/** Page tables grow with what is mapped (processor.h); programs are placed as if they had three levels. */
const S390X_END = same(bits(64) - PAGE);
const S390X = { ...high(same(bits(42)), same(bits(30)), S390X_END), room: S390X_END };
const S390 = high(same(bits(31)), same(bits(23)));
/** TASK_SIZE64: 2^40, or 2^48 with CONFIG_MIPS_VA_BITS_48. */
const MIPS64 = high({ least: bits(40), most: bits(48) }, same(bits(30)));
/** TASK_SIZE32. */
const MIPS32 = high({ least: 0x7fff8000n, most: bits(31) }, same(bits(28)));
/** The processor's virtual addresses, 40 bits at least, or as many as its page tables reach. */
const LOONG64 = high({ least: bits(40), most: bits(48) }, same(bits(32)));
/** Machines of which we know no more than the size of a word: nothing is said of where they place a program. */
const OF_64_BITS = { ...high(same(bits(64)), same(0n)), above: same(bits(64)) };
const OF_32_BITS = { ...high(same(bits(32)), same(0n)), above: same(bits(32)) };

const BY_MACHINE: ReadonlyMap<number, Partial<Record<32 | 64, TaskSize>>> = new Map([
  [EM_386, { 32: I386 }],
  [EM_486, { 32: I386 }],
  [EM_X86_64, { 64: X86_64 }],
  [EM_ARM, { 32: ARM }],
  [EM_AARCH64, { 64: ARM64 }],
  [EM_PPC64, { 64: PPC64 }],
  [EM_RISCV, { 64: RISCV64 }],
  [EM_S390, { 32: S390, 64: S390X }],
  [EM_S390_OLD, { 32: S390, 64: S390X }],
  [EM_MIPS, { 32: MIPS32, 64: MIPS64 }],
  [EM_LOONGARCH, { 64: LOONG64 }],
]);

export function taskSizeOf({ machine, readAs }: Pick<ElfFacts, 'machine' | 'readAs'>): TaskSize {
  return BY_MACHINE.get(machine)?.[readAs.class] ?? (readAs.class === 64 ? OF_64_BITS : OF_32_BITS);
}

/** What hosts with this range say of something that must not be above it. */
export function excess(value: bigint, { least, most }: Range): 'certain' | 'possible' | null {
  return value > most ? 'certain' : value > least ? 'possible' : null;
}
