/**
 * What `load_elf_binary` of fs/binfmt_elf.c (Linux 6.x) demands of a file whose machine is right: header, program
 * headers, PT_INTERP, and then, past the point of no return, segments that can be mapped (elf-mapping.ts). It looks
 * at neither EI_CLASS, EI_DATA, EI_VERSION, EI_OSABI, e_version, e_ehsize, e_flags nor at any section.
 */
import { ET_CORE, ET_DYN, ET_EXEC, ET_REL, PT_INTERP } from '../../elf/constants.ts';
import type { ElfFacts, ElfPart } from '../../elf/elf-facts.ts';
import { HEADER_BYTES, PROGRAM_HEADER_BYTES } from '../../elf/header.ts';
import { EM_ARM, isKnownMachine } from '../../elf/machines.ts';
import { START } from '../../elf/symbols.ts';
import { hasSymbol } from '../../elf/symbol-hash.ts';
import type { ElfFault, Outcome } from '../refusal.ts';
import { referencesOf } from '../loader/symbol-lookup.ts';
import { hexOf } from '../../elf/pages.ts';

/** A table of program headers larger than a page of 4 KiB is refused by load_elf_phdrs up to Linux 6.12. */
const MAX_TABLE = 4096;
/** What every kernel refuses: one of 6.18 took a table of more than a page when it was asked. */
const MAX_TABLE_OF_ANY = 65_536;
const PATH_MAX = 4096;
/** Of loff_t. */
const LAST_OFFSET = 2n ** 63n - 1n;

const TYPES: ReadonlyMap<number, string> = new Map([
  [ET_REL, 'it is an object file (ET_REL) that was never linked'],
  [ET_CORE, 'it is a core dump (ET_CORE)'],
]);

/**
 * What is wrong even before the machine matters: a file that ends within its header, or a header of nothing but
 * noise. Null when the machine is worth a look.
 */
export function noiseOf(elf: ElfFacts): ElfFault | null {
  const size = HEADER_BYTES[elf.readAs.class];
  if (elf.fileSize < size) {
    return noexec(`the file ends after ${elf.fileSize} of the ${size} bytes of an ELF header`);
  }
  return isKnownMachine(elf.machine) ? null : typeFaultOf(elf);
}

/** What makes execve(2) itself fail, in the kernel's order: of what only some refuse, all read on. */
export function headerFaultOf(elf: ElfFacts): ElfFault | null {
  const own = loaderHeaderFaultOf(elf);
  return own?.certainty === 'certain' ? own : (interpreterFaultOf(elf) ?? own);
}

/** As {@link headerFaultOf}, of a file that is started as a loader: the kernel does not look for its own. */
export function loaderHeaderFaultOf(elf: ElfFacts): ElfFault | null {
  return typeFaultOf(elf) ?? entryFaultOfArm(elf) ?? tableFaultOf(elf);
}

/** elf_check_arch of arch/arm/kernel/elf.c: an odd entry point is one of Thumb code, and ARM's own are multiples of 4. */
function entryFaultOfArm({ machine, entry }: ElfFacts): ElfFault | null {
  if (machine !== EM_ARM || entry % 4n !== 2n) return null;
  return noexec(`the entry point ${hexOf(entry)} is neither one of ARM code nor one of Thumb code`);
}

/** Whether it is for others to load. Loaders and static PIEs need nothing; loaders have a name (DT_SONAME) all the same. */
export function isSharedLibrary({ type, interpreter, dynamic }: ElfFacts): boolean {
  if (type !== ET_DYN || interpreter !== null || dynamic === null) return false;
  return dynamic.needed.length > 0 || dynamic.soname !== null;
}

/** Whether its first instructions call into what only a loader would have put there. */
export function needsLoader({ dynamic, symbols }: ElfFacts): boolean {
  if (dynamic === null || dynamic.needed.length === 0 || symbols === null) return false;
  const wanted = [symbols.undefined, symbols.called].flatMap(referencesOf);
  return wanted.some(({ name }) => name === START) || hasSymbol(symbols.defined, START);
}

/**
 * A program or a library that names no loader, so that nobody maps what it needs. Past the point of no return; linkers
 * give libraries no entry point, and what one that was given one does is not known.
 */
export function libraryFaultOf(elf: ElfFacts): ElfFault | null {
  const { interpreter, dynamic, entry } = elf;
  const needed = dynamic?.needed ?? [];
  if (interpreter !== null || needed.length === 0) return null;
  const what = entry === 0n ? 'it is a shared library and no program: it' : 'it';
  const text = `${what} needs ${needed[0]}, and names no loader (PT_INTERP) that would map it`;
  const isCertain = entry === 0n || needsLoader(elf);
  return fault(text, { kind: 'signal', signal: 'SIGSEGV' }, isCertain ? 'certain' : 'possible');
}

/** An arm64 kernel's look at the properties, which are those of the loader where there is one. */
export function propertyFaultOf({ propertyError }: ElfFacts): ElfFault | null {
  return propertyError === null
    ? null
    : fault(`PT_GNU_PROPERTY ${propertyError.text}`, { kind: 'errno', errno: propertyError.errno });
}

function typeFaultOf({ type }: ElfFacts): ElfFault | null {
  if (type === ET_EXEC || type === ET_DYN) return null;
  return noexec(TYPES.get(type) ?? `e_type is ${type} and must be ET_EXEC or ET_DYN`);
}

function tableFaultOf(elf: ElfFacts): ElfFault | null {
  const size = PROGRAM_HEADER_BYTES[elf.readAs.class];
  const { programHeaderCount: count, programHeaderEntrySize: entrySize } = elf;
  if (entrySize !== size) return noexec(`e_phentsize is ${entrySize} and must be ${size}`);
  if (count === 0) return noexec('it has no program headers');
  const bytes = count * size;
  if (hasProblem(elf, 'program-headers', 'cut')) {
    return noexec('the program header table lies behind the end of the file');
  }
  if (bytes <= MAX_TABLE) return null;
  const text = `its ${count} program headers take ${bytes} bytes; most kernels take at most ${MAX_TABLE}`;
  return noexec(text, bytes > MAX_TABLE_OF_ANY ? 'certain' : 'possible');
}

/** A size and a last byte of zero is all that is asked for; what the path says is seen when it is opened. */
function interpreterFaultOf({ interpreter, programHeaders, fileSize }: ElfFacts): ElfFault | null {
  const header = programHeaders.find(({ type }) => type === PT_INTERP);
  if (interpreter === null || header === undefined) return null;
  const { size } = interpreter;
  if (size < 2) return noexec(`PT_INTERP has ${size} bytes, which is no path`);
  if (size > PATH_MAX) return noexec(`PT_INTERP has ${size} bytes, more than a path may have (${PATH_MAX})`);
  if (header.offset > LAST_OFFSET) {
    return fault('PT_INTERP has an offset below zero', { kind: 'errno', errno: 'EINVAL' });
  }
  if (header.offset + header.fileSize > BigInt(fileSize)) {
    return fault('PT_INTERP lies behind the end of the file', { kind: 'errno', errno: 'EIO' });
  }
  return interpreter.terminated
    ? null
    : noexec("the loader's path in PT_INTERP does not end with a NUL byte");
}

function hasProblem(elf: ElfFacts, part: ElfPart, kind: 'cut' | 'broken'): boolean {
  return elf.problems.some((problem) => problem.part === part && problem.kind === kind);
}

function noexec(text: string, certainty: ElfFault['certainty'] = 'certain'): ElfFault {
  return fault(text, { kind: 'errno', errno: 'ENOEXEC' }, certainty);
}

function fault(text: string, outcome: Outcome, certainty: ElfFault['certainty'] = 'certain'): ElfFault {
  return { text, outcome, certainty };
}
