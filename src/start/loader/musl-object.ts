/**
 * The look of musl's loader at a file: `map_library` of ldso/dynlink.c. It checks next to nothing and takes the
 * first file of a name, whatever it is; what is no library for it ends the start here or in the relocations.
 */
import { ET_DYN, ET_EXEC } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { hasSymbol } from '../../elf/symbol-hash.ts';
import type { Located } from '../../rootfs/entry.ts';
import { lostTableOf } from './dynamic-fault.ts';
import { unreadPart } from './glibc-object.ts';
import type { FileFault } from './link-map.ts';
import { losesPages } from '../kernel/lost-pages.ts';
import { hasForeignRelocations, isInert } from './musl-relocations.ts';

export type MuslLook =
  | { readonly kind: 'maps'; readonly elf: ElfFacts }
  /** A second libc under another name: musl takes itself instead. */
  | { readonly kind: 'is-libc' }
  | { readonly kind: 'fatal'; readonly fault: FileFault }
  | { readonly kind: 'unread'; readonly why: string };

const NOT_EXECUTABLE = 'Exec format error';

export function lookAsMusl(file: Located, loader: ElfFacts): MuslLook {
  const { type, content } = file.entry;
  if (type === 'directory') return fatal('Is a directory', 'no-library');
  if (type !== 'file' || content === undefined) return { kind: 'unread', why: 'its content was not read' };
  if (content.kind !== 'elf' || isOfOtherShape(content, loader)) return fatal(NOT_EXECUTABLE, 'no-library');
  if (content.type !== ET_DYN && content.type !== ET_EXEC) return fatal(NOT_EXECUTABLE, 'no-library');
  const unread = unreadPart(content);
  if (unread !== null) return { kind: 'unread', why: unread };
  const isCut = content.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
  if (isCut) return fatal(NOT_EXECUTABLE, 'broken');
  if (losesPages(content)) return fatal('Bus error', 'broken', 'nothing');
  if (content.dynamic === null) return fatal(NOT_EXECUTABLE, 'no-library');
  // Whether it is a second libc is looked up in its hash table, which it must have.
  if (!content.dynamic.hasHash) return fatal('Segmentation fault', 'broken', 'nothing');
  if (lostTableOf(content, 'musl') !== null) return fatal('Segmentation fault', 'broken', 'nothing');
  if (isLibc(content)) return { kind: 'is-libc' };
  const isForeign = content.machine !== loader.machine;
  if (isForeign ? !isInert(content) : hasForeignRelocations(content)) {
    return fatal('unsupported relocation type', 'no-library', 'relocation');
  }
  return { kind: 'maps', elf: content };
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
