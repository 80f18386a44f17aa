/**
 * The file in PT_INTERP as the kernel takes it: `open_exec` and the checks of the interpreter in `load_elf_binary`
 * (fs/binfmt_elf.c). Left out: what only shows once the loader's own code runs.
 */
import { ET_DYN, ET_EXEC, PT_LOAD } from '../elf/constants.ts';
import type { ElfFacts } from '../elf/elf-facts.ts';
import { machineName } from '../elf/machines.ts';
import { type Resolution, resolve } from '../rootfs/resolve.ts';
import type { Located } from '../rootfs/rootfs.ts';
import { abiOf } from './abi.ts';
import type { Execution } from './execution.ts';
import { losesPages } from './lost-pages.ts';
import type { LookupRefusal, Outcome, Refusal } from './refusal.ts';
import type { StepFile } from './start-trace.ts';

export interface LoaderFile {
  /** Null when nothing was found. */
  readonly file: StepFile | null;
  readonly result:
    | { readonly kind: 'loads'; readonly elf: ElfFacts }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
    /** What decides is not the image's, or could not be read. */
    | { readonly kind: 'unknown'; readonly what: string };
}

/** @throws {LayerNeeded} */
export function openLoader(execution: Execution, program: ElfFacts, path: string): LoaderFile {
  const walk = resolve(execution.rootfs, path, { from: execution.workingDir });
  const closed = walk.directories.find((directory) => !execution.access.maySearch(directory));
  if (closed !== undefined)
    return refused(null, { kind: 'not-searchable', at: closed.path, owner: closed.entry });
  if (walk.kind === 'runtime-mount') {
    return { file: null, result: { kind: 'unknown', what: `what the host puts at ${walk.at}` } };
  }
  if (walk.kind !== 'found') return refused(null, { kind: 'loader-not-found', because: lookupRefusal(walk) });
  const { located } = walk;
  const file: StepFile = { path, located, hops: walk.hops };
  const because = accessRefusal(execution, located) ?? contentRefusal(execution, program, located);
  if (because !== null) return refused(file, because);
  const { content } = located.entry;
  if (content?.kind === 'elf') return { file, result: { kind: 'loads', elf: content } };
  return { file, result: { kind: 'unknown', what: `what ${located.path} holds` } };
}

function refused(file: StepFile | null, refusal: Refusal): LoaderFile {
  return { file, result: { kind: 'refused', refusal } };
}

function lookupRefusal(walk: Exclude<Resolution, { kind: 'found' | 'runtime-mount' }>): LookupRefusal {
  switch (walk.kind) {
    case 'missing':
      return { kind: 'missing', at: walk.at, link: walk.hops.at(-1) ?? null };
    case 'not-a-directory':
      return { kind: 'not-a-directory', at: walk.at };
    case 'loop':
      return { kind: 'symlink-loop', at: walk.at };
    case 'too-long':
      return { kind: 'name-too-long', at: walk.at };
  }
}

/** `do_open_execat`: a regular file with an x bit for the user. */
function accessRefusal({ access }: Execution, located: Located): Refusal | null {
  const { type } = located.entry;
  if (type !== 'file' && type !== 'symlink') return { kind: 'not-a-file', type };
  return access.mayExecute(located) ? null : { kind: 'no-execute-permission', owner: located.entry };
}

/** The program's own machine is asked for, so that a 32-bit program wants a 32-bit loader. */
function contentRefusal({ platform }: Execution, program: ElfFacts, located: Located): Refusal | null {
  const { content, size } = located.entry;
  if (size < (program.readAs.class === 64 ? 64 : 52)) return mismatch('is shorter than an ELF header', EIO);
  if (content === undefined) return null;
  if (content.kind !== 'elf') return mismatch('is not an ELF file', ELIBBAD);
  if (content.machine !== program.machine || content.readAs.class !== program.readAs.class) {
    return mismatch(`is for ${machineName(content.machine)}, ${content.readAs.class} bit`, ELIBBAD);
  }
  const abi = abiOf(content, platform);
  if (abi.kind === 'wrong-machine') return mismatch(`is for ${machineName(content.machine)}`, ELIBBAD);
  if (abi.kind === 'wrong-abi') return mismatch(`is for ${abi.abi}`, ELIBBAD);
  return headerFault(content) ?? segmentFault(content);
}

const ELIBBAD: Outcome = { kind: 'errno', errno: 'ELIBBAD' };
const EIO: Outcome = { kind: 'errno', errno: 'EIO' };
const SIGSEGV: Outcome = { kind: 'signal', signal: 'SIGSEGV' };

function mismatch(text: string, outcome: Outcome): Refusal {
  return { kind: 'loader-mismatch', text, outcome };
}

/** `load_elf_phdrs`: the table must be there, and not larger than a page. */
function headerFault(elf: ElfFacts): Refusal | null {
  const size = elf.readAs.class === 64 ? 56 : 32;
  const bytes = size * elf.programHeaderCount;
  const isCut = elf.problems.some(({ part, kind }) => part === 'program-headers' && kind === 'cut');
  const isWhole = elf.programHeaderEntrySize === size && bytes > 0 && bytes <= 4096 && !isCut;
  return isWhole ? null : mismatch('has no program headers that the kernel can read', ELIBBAD);
}

/** `load_elf_interp` runs after the point of no return: what it refuses ends in a signal. */
function segmentFault(elf: ElfFacts): Refusal | null {
  if (elf.type !== ET_EXEC && elf.type !== ET_DYN)
    return mismatch('is neither a program nor a library', SIGSEGV);
  if (!elf.programHeaders.some(({ type, memorySize }) => type === PT_LOAD && memorySize > 0n)) {
    return mismatch('has no segment to load', SIGSEGV);
  }
  if (!losesPages(elf)) return null;
  const fault = {
    text: 'the file is cut short',
    outcome: { kind: 'signal', signal: 'SIGBUS' },
    certainty: 'certain',
  } as const;
  return { kind: 'malformed-elf', fault };
}
