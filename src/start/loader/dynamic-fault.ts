/**
 * What surely ends the work of glibc's and musl's loaders on a file with a signal and without a word: PT_PHDR and
 * PT_DYNAMIC of the program (`rtld_setup_main_map` of elf/rtld.c, `__dls3` of ldso/dynlink.c), and tables that they read
 * without a look whether they are there. Seen with glibc 2.31, 2.36 and 2.41 and with musl 1.2.2, 1.2.3 and 1.2.5.
 */
import { ET_DYN, PT_LOAD, PT_PHDR } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { zerosFaultOf } from '../kernel/entry-code.ts';
import type { ElfFault } from '../refusal.ts';

type Libc = 'glibc' | 'musl';

/** Of a program that the kernel starts with its loader. */
export function loadingFaultOf(elf: ElfFacts, libc: Libc): ElfFault | null {
  const { dynamic, problems } = elf;
  if (problems.some(({ part, kind }) => part === 'program-headers' && kind === 'unread')) return null;
  if (dynamic === null) return crash('it has no PT_DYNAMIC, which its loader reads first');
  if (isBiasLost(elf))
    return crash('PT_PHDR does not say where its program headers lie, as its loader wants to know');
  const lost = lostTableOf(elf, libc);
  return lost === null ? zerosFaultOf(elf) : crash(lost);
}

/** In words; null: none. */
export function lostTableOf({ dynamic }: ElfFacts, libc: Libc): string | null {
  if (dynamic === null) return null;
  const lacking = libc === 'glibc' ? dynamic.lacking[0] : undefined;
  if (lacking !== undefined) return `PT_DYNAMIC has no ${lacking}, without which glibc's loader is lost`;
  const [astray] = dynamic.astray;
  return astray === undefined ? null : `PT_DYNAMIC has ${astray} at an address that lies in no segment`;
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
