/**
 * What surely ends the work of glibc's and musl's loaders on a file: PT_PHDR and PT_DYNAMIC of the program
 * (`rtld_setup_main_map` of elf/rtld.c, `__dls3` of ldso/dynlink.c), tables that they read without a look whether they
 * can be right, relocations that they do not know. Seen with glibc 2.36 and musl 1.2.3.
 */
import { ET_DYN, PT_LOAD, PT_PHDR } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { GlibcLoader, MuslLoader } from '../../elf/loader-facts.ts';
import { contradictionFaultOf } from '../kernel/elf-faults.ts';
import { zerosFaultOf } from '../kernel/entry-code.ts';
import { losesPages } from '../kernel/lost-pages.ts';
import type { ElfFault } from '../refusal.ts';
import { headersFaultOf, programHeadersFaultOf } from './header-faults.ts';
import { initializersFaultOf } from './initializers.ts';
import { type LoadingFault, SIGNAL_WORDS } from './loading-fault.ts';
import { glibcRefuses, muslRefuses } from './relocation-types.ts';
import { bindsNow, type Eagerness } from './symbol-binding.ts';

/** Of a program that the kernel starts with its loader, or that the loader is told to start, by this name. */
export function loadingFaultOf(
  elf: ElfFacts,
  loader: GlibcLoader | MuslLoader,
  eagerness: Eagerness,
  name: string,
  mappedBy: 'loader' | 'kernel' = 'kernel',
): ElfFault | null {
  const { dynamic, problems } = elf;
  if (problems.some(({ part, kind }) => part === 'program-headers' && kind === 'unread')) return null;
  if (dynamic === null) return crash('it has no PT_DYNAMIC, which its loader reads first');
  if (mappedBy === 'kernel' && isBiasLost(elf))
    return crash('PT_PHDR does not say where its program headers lie, as its loader wants to know');
  const fault =
    programHeadersFaultOf(elf, loader.libc, mappedBy) ?? tableFaultOf(elf, loader, eagerness, mappedBy);
  if (fault !== null) return inTheProgram(fault, loader, name);
  if (elf.symbols?.unboundStart === true)
    return crash('no relocation refers to __libc_start_main, which its first instructions call');
  const initializers = initializersFaultOf(elf, elf, loader.libc);
  return initializers === null ? (zerosFaultOf(elf) ?? contradictionFaultOf(elf)) : crash(initializers);
}

/** Of the loader itself, which the kernel has mapped; `name`: what it goes by. */
export function loaderFaultOf(
  elf: ElfFacts,
  loader: GlibcLoader | MuslLoader,
  name: string,
): ElfFault | null {
  const fault = tableFaultOf(elf, loader, 'all');
  return fault === null ? contradictionFaultOf(elf) : inTheProgram(fault, loader, name);
}

/** Of any file that is mapped; the kernel maps the program. */
export function tableFaultOf(
  elf: ElfFacts,
  loader: GlibcLoader | MuslLoader,
  eagerness: Eagerness,
  mappedBy: 'loader' | 'kernel' = 'loader',
): LoadingFault | null {
  const { dynamic } = elf;
  if (dynamic === null) return null;
  const isEager = eagerness === 'all' || bindsNow(dynamic);
  const fault = dynamic.faults.find(
    ({ of, when }) =>
      isFor(of, loader) &&
      (when === 'loaded' ||
        (when === 'bound-lazily' && !isEager) ||
        (when === 'mapped-by-kernel' && mappedBy === 'kernel')),
  );
  if (fault !== undefined) {
    const { text, ends } = fault;
    // Of a library that is cut off, what lies astray lies behind its end.
    const isLost = ends === 'SIGSEGV' && mappedBy === 'loader' && losesPages(elf);
    const error = isLost ? SIGNAL_WORDS.SIGBUS : typeof ends === 'string' ? SIGNAL_WORDS[ends] : ends.says;
    return { text, about: 'nothing', error, certainty: 'certain' };
  }
  const types = loader.libc === 'musl' ? muslRefuses(elf) : glibcRefuses(elf, isEager);
  return types ?? headersFaultOf(elf, loader.libc);
}

function isFor(of: string, { libc, ...loader }: GlibcLoader | MuslLoader): boolean {
  if (of === 'glibc with DT_RELR')
    return 'packedRelocations' in loader && loader.packedRelocations === 'done';
  return of === 'every loader' || of === libc;
}

/** Neither loader says the program's name behind its own words where glibc does not. */
function inTheProgram(
  { text, about, error, certainty }: LoadingFault,
  { libc }: GlibcLoader | MuslLoader,
  name: string,
): ElfFault {
  if (error === SIGNAL_WORDS.SIGSEGV) return { ...crash(text), certainty };
  if (error === SIGNAL_WORDS.SIGBUS)
    return { text, outcome: { kind: 'signal', signal: 'SIGBUS' }, certainty };
  const words =
    about === 'nothing'
      ? error
      : libc === 'musl'
        ? `Error relocating ${name}: ${error}`
        : `${name}: error while loading shared libraries: ${error}`;
  return { text, outcome: { kind: 'words', error: words }, certainty };
}

/**
 * Where the program lies is what the kernel's AT_PHDR is above PT_PHDR. Without PT_PHDR loaders take it for 0, which
 * it is for fixed addresses alone.
 */
function isBiasLost({ type, programHeaders, programHeaderOffset: at }: ElfFacts): boolean {
  const own = programHeaders.findLast((header) => header.type === PT_PHDR);
  if (own === undefined) return type === ET_DYN;
  const load = programHeaders.find(
    (header) => header.type === PT_LOAD && header.offset <= at && at < header.offset + header.fileSize,
  );
  return load !== undefined && own.virtualAddress !== at - load.offset + load.virtualAddress;
}

function crash(text: string): ElfFault {
  return { text, outcome: { kind: 'signal', signal: 'SIGSEGV' }, certainty: 'certain' };
}
