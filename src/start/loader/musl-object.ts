/**
 * The look of musl's loader at a file: `map_library` of ldso/dynlink.c. It checks next to nothing and takes the
 * first file of a name, whatever it is; what is no library for it ends the start here or in the relocations.
 */
import { ET_DYN, ET_EXEC, PT_LOAD } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { MuslLoader } from '../../elf/loader-facts.ts';
import { machineName } from '../../elf/machines.ts';
import { hasSymbol } from '../../elf/symbol-hash.ts';
import type { Located } from '../../rootfs/entry.ts';
import { tableFaultOf } from './dynamic-fault.ts';
import { areDisordered, DISORDERED, isTooLarge } from './header-faults.ts';
import { type LoadingFault, SIGNAL_WORDS } from './loading-fault.ts';
import { losesPages } from '../kernel/lost-pages.ts';
import { unreadPart } from './glibc-object.ts';
import type { FileFault } from './link-map.ts';
import { isInert } from './musl-relocations.ts';
import { muslRefuses } from './relocation-types.ts';

export type MuslLook =
  | { readonly kind: 'maps'; readonly elf: ElfFacts }
  /** A second libc under another name: musl takes itself instead. */
  | { readonly kind: 'is-libc' }
  | { readonly kind: 'fatal'; readonly fault: FileFault }
  | { readonly kind: 'unread'; readonly why: string };

const NOT_EXECUTABLE = 'Exec format error';

export function lookAsMusl(file: Located, loader: ElfFacts, builtIn: MuslLoader): MuslLook {
  const { type, content } = file.entry;
  if (type === 'directory') return fatal('Is a directory', 'no-library');
  if (type !== 'file' || content === undefined) return { kind: 'unread', why: 'its content was not read' };
  if (content.kind === 'other' && content.lacksMagic === true)
    return {
      kind: 'unread',
      why: 'its magic number is not that of ELF, which musl’s loader does not look at',
    };
  if (content.kind !== 'elf' || isOfOtherShape(content, loader)) return fatal(NOT_EXECUTABLE, 'no-library');
  if (content.type !== ET_DYN && content.type !== ET_EXEC) return fatal(NOT_EXECUTABLE, 'no-library');
  const unread = unreadPart(content);
  if (unread !== null) return { kind: 'unread', why: unread };
  const isCut = content.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
  if (isCut) return fatal(NOT_EXECUTABLE, 'broken');
  if (content.dynamic === null) return fatal(NOT_EXECUTABLE, 'no-library');
  const loads = content.programHeaders.filter(({ type: each }) => each === PT_LOAD);
  if (isTooLarge(loads)) return fatal('Out of memory', 'broken');
  if (areDisordered(loads)) return { kind: 'unread', why: DISORDERED };
  // Whether it is a second libc is looked up in its hash table, which it must have.
  if (!content.dynamic.hasHash)
    return fatal(SIGNAL_WORDS[losesPages(content) ? 'SIGBUS' : 'SIGSEGV'], 'broken', 'nothing');
  if (isLibc(content)) return { kind: 'is-libc' };
  const { machine } = loader;
  const fault =
    content.machine === machine ? tableFaultOf(content, builtIn, 'all') : foreignFaultOf(content, machine);
  if (fault?.certainty === 'possible') return { kind: 'unread', why: fault.text };
  if (fault !== null) return fatal(fault.error, fault.file ?? 'broken', fault.about);
  if (content.machine !== machine && !isInert(content)) {
    const why = `it is for ${machineName(content.machine)}, which musl's loader does not look at`;
    return { kind: 'unread', why: `${why}, and whether any of its code is run is not known` };
  }
  return { kind: 'maps', elf: content };
}

/** The loader takes the relocations of another machine for those of its own. */
function foreignFaultOf(elf: ElfFacts, machine: number): LoadingFault | null {
  return isInert(elf) ? null : muslRefuses(elf, machine);
}

function fatal(error: string, file: FileFault['file'], about: FileFault['about'] = 'name'): MuslLook {
  return { kind: 'fatal', fault: { error, about, file } };
}

/** Read with the header of its own word size and byte order, the file makes no sense. */
function isOfOtherShape({ readAs }: ElfFacts, loader: ElfFacts): boolean {
  return readAs.class !== loader.readAs.class || readAs.byteOrder !== loader.readAs.byteOrder;
}

function isLibc({ symbols }: ElfFacts): boolean {
  return symbols !== null && ['__libc_start_main', 'stdin'].every((name) => hasSymbol(symbols.defined, name));
}
