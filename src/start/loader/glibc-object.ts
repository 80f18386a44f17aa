/**
 * The look of glibc's loader at a file before it maps it: `open_verify` and `_dl_map_object_from_fd` of
 * elf/dl-load.c. Files for another machine are passed over, broken ones end the start.
 */
import {
  DF_1_PIE,
  EF_ARM_ABI_FLOAT_HARD,
  EF_ARM_ABI_FLOAT_SOFT,
  EF_MIPS_ABI2,
  EF_PPC64_ABI,
  EF_RISCV_FLOAT_ABI,
  ET_DYN,
  ET_EXEC,
  PT_DYNAMIC,
  PT_LOAD,
} from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { EM_ARM, EM_MIPS, EM_PPC64, EM_RISCV, machineName } from '../../elf/machines.ts';
import type { Located } from '../../rootfs/entry.ts';
import { tableFaultOf } from './dynamic-fault.ts';
import { areDisordered, DISORDERED, isTooLarge } from './header-faults.ts';
import type { FileFault } from './link-map.ts';
import { PAGE } from '../../elf/pages.ts';
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import type { Eagerness } from './symbol-binding.ts';

export type Look =
  | { readonly kind: 'maps'; readonly elf: ElfFacts }
  /** The search goes on in the next directory. */
  | { readonly kind: 'passed-over'; readonly why: string }
  /** The loader gives up. */
  | { readonly kind: 'fatal'; readonly fault: FileFault }
  /** We could not read what decides. */
  | { readonly kind: 'unread'; readonly why: string };

/** The one reason that ld.so remembers, and says in the end: `wrong ELF class: ELFCLASS32`. */
export const OTHER_CLASS = 'it is for the other word size';

/** Since 2.35 the loader asks for so much more room. */
const LARGEST_ALIGNMENT = 1n << 46n;
const ELFOSABI_SYSV = 0;
const ELFOSABI_GNU = 3;
const ELFOSABI_ARM_AEABI = 64;
/** LIBC_ABI_MAX: no linker writes more. */
const ABI_VERSIONS = 4;
const EF_MIPS_FP64 = 0x200;
const EF_MIPS_NAN2008 = 0x400;

/** `loader` is the loader's own file: it maps what is like itself. */
export function lookAsGlibc(
  file: Located,
  loader: ElfFacts,
  builtIn: GlibcLoader,
  eagerness: Eagerness,
): Look {
  const { type, content, size } = file.entry;
  if (type === 'directory') return noLibrary('cannot read file data: Error 21');
  if (type !== 'file' || content === undefined) return { kind: 'unread', why: 'its content was not read' };
  if (size < (loader.readAs.class === 64 ? 64 : 52)) return noLibrary('file too short');
  if (content.kind !== 'elf') return noLibrary('invalid ELF header');
  return (
    foreignness(content, loader) ??
    headerFault(content) ??
    segmentFault(content) ??
    tableFault(content, builtIn, eagerness) ??
    maps(content)
  );
}

function noLibrary(error: string, about: FileFault['about'] = 'path'): Look {
  return { kind: 'fatal', fault: { error, about, file: 'no-library' } };
}

function broken(error: string, about: FileFault['about'] = 'path'): Look {
  return { kind: 'fatal', fault: { error, about, file: 'broken' } };
}

function passedOver(why: string): Look {
  return { kind: 'passed-over', why };
}

/** What is unread of symbols or notes decides nothing here. */
export function unreadPart({ problems }: ElfFacts): string | null {
  const parts = ['header', 'program-headers', 'dynamic'];
  return problems.find(({ part, kind }) => kind === 'unread' && parts.includes(part))?.text ?? null;
}

function maps(elf: ElfFacts): Look {
  const unread = unreadPart(elf);
  return unread === null ? { kind: 'maps', elf } : { kind: 'unread', why: unread };
}

/** Null when it is a file for this loader, which was built for its class and byte order, whatever its header claims. */
function foreignness(elf: ElfFacts, loader: ElfFacts): Look | null {
  const { class: own, byteOrder } = loader.readAs;
  if (elf.class !== own) return passedOver(OTHER_CLASS);
  const sameMachine = elf.readAs.byteOrder === byteOrder && elf.machine === loader.machine;
  if (elf.byteOrder !== byteOrder && (sameMachine || !passesOverByteOrder(loader))) {
    return noLibrary(`ELF file data encoding not ${byteOrder}-endian`);
  }
  if (!sameMachine) return passedOver(`it is for ${machineName(elf.machine)}`);
  return hasFlagsOf(elf, loader) ? null : passedOver('it is for another ABI of the same machine');
}

/** Debian's loaders look at the machine before they look at the byte order (its patch of open_verify). */
function passesOverByteOrder({ loader }: ElfFacts): boolean {
  return loader?.libc === 'glibc' && (loader.systemDirectories[0]?.includes('-linux-') ?? false);
}

/** `elf_machine_matches_host` and `VALID_FLOAT_ABI`: the flags that tell ABIs of one machine apart. */
function hasFlagsOf(elf: ElfFacts, loader: ElfFacts): boolean {
  const [flags, own] = [elf.flags, loader.flags];
  switch (elf.machine) {
    case EM_ARM: {
      const refused = (own & EF_ARM_ABI_FLOAT_HARD) === 0 ? EF_ARM_ABI_FLOAT_HARD : EF_ARM_ABI_FLOAT_SOFT;
      return flags >>> 24 !== 5 || (flags & refused) === 0;
    }
    case EM_PPC64:
      return (flags & EF_PPC64_ABI) === 0 || (flags & EF_PPC64_ABI) === (own & EF_PPC64_ABI);
    case EM_RISCV:
      return (flags & EF_RISCV_FLOAT_ABI) === (own & EF_RISCV_FLOAT_ABI);
    case EM_MIPS: {
      const told = EF_MIPS_NAN2008 | (elf.class === 32 ? EF_MIPS_ABI2 : 0);
      return (flags & told) === (own & told) && (flags & EF_MIPS_FP64) === 0;
    }
    default:
      return true;
  }
}

function headerFault(elf: ElfFacts): Look | null {
  if (elf.identVersion !== 1) return broken('ELF file version ident does not match current one');
  if (!isKnownOsAbi(elf)) return noLibrary('ELF file OS ABI invalid');
  if (!isKnownAbiVersion(elf)) return noLibrary('ELF file ABI version invalid');
  if (elf.hasPadding) return broken('nonzero padding in e_ident');
  if (elf.version !== 1) return broken('ELF file version does not match current one');
  if (elf.type !== ET_DYN && elf.type !== ET_EXEC) return noLibrary('only ET_DYN and ET_EXEC can be loaded');
  if (elf.programHeaderEntrySize !== (elf.class === 64 ? 56 : 32)) {
    return broken("ELF file's phentsize not the expected size");
  }
  const lost = elf.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
  return lost ? broken('cannot read file data') : null;
}

function isKnownOsAbi({ osAbi, machine }: ElfFacts): boolean {
  const isArm = machine === EM_ARM && osAbi === ELFOSABI_ARM_AEABI;
  return osAbi === ELFOSABI_SYSV || osAbi === ELFOSABI_GNU || isArm;
}

function isKnownAbiVersion({ osAbi, abiVersion, machine }: ElfFacts): boolean {
  if (abiVersion === 0 || (osAbi === ELFOSABI_GNU && abiVersion < ABI_VERSIONS)) return true;
  return machine === EM_MIPS && osAbi === ELFOSABI_SYSV && abiVersion < 6;
}

function segmentFault(elf: ElfFacts): Look | null {
  const loads = elf.programHeaders.filter(({ type }) => type === PT_LOAD);
  if (loads.some(({ virtualAddress, offset }) => (virtualAddress - offset) % PAGE !== 0n)) {
    return broken('ELF load command address/offset not page-aligned', 'name');
  }
  if (loads.length === 0) return broken('object file has no loadable segments', 'name');
  if (elf.type !== ET_DYN) return noLibrary('cannot dynamically load executable', 'name');
  // The room that is asked for ends with the last of them.
  if (isTooLarge(loads.slice(-1))) return broken('failed to map segment from shared object', 'name');
  if (loads.some(({ align }) => align > LARGEST_ALIGNMENT))
    return { kind: 'unread', why: 'a segment is to lie at multiples of what no address is' };
  if (areDisordered(loads)) return { kind: 'unread', why: DISORDERED };
  if (elf.dynamic === null || isOfDebugInformation(elf))
    return noLibrary('object file has no dynamic section', 'name');
  if ((elf.dynamic.flags1 & DF_1_PIE) !== 0) {
    return noLibrary('cannot dynamically load position-independent executable', 'name');
  }
  return null;
}

function tableFault(elf: ElfFacts, builtIn: GlibcLoader, eagerness: Eagerness): Look | null {
  const fault = tableFaultOf(elf, builtIn, eagerness);
  if (fault === null) return null;
  return fault.certainty === 'certain'
    ? broken(fault.error, fault.about)
    : { kind: 'unread', why: fault.text };
}

/** `objcopy --only-keep-debug` leaves PT_DYNAMIC as it is, without the bytes. */
function isOfDebugInformation({ programHeaders }: ElfFacts): boolean {
  return programHeaders.findLast(({ type }) => type === PT_DYNAMIC)?.fileSize === 0n;
}
