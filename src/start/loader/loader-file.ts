/**
 * The file in PT_INTERP as the kernel takes it: `open_exec` and the checks of the interpreter in `load_elf_binary`
 * (fs/binfmt_elf.c). Left out: what only shows once the loader's own code runs.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { machineName } from '../../elf/machines.ts';
import type { ContentFacts } from '../../rootfs/content-facts.ts';
import { abiOf } from '../kernel/abi.ts';
import { loaderHeaderFaultOf, propertyFaultOf } from '../kernel/elf-image.ts';
import { mappingFaultOf } from '../kernel/elf-mapping.ts';
import type { Execution } from '../execution.ts';
import { openExec } from '../open-exec.ts';
import type { AccessRefusal, LookupRefusal, Outcome, Refusal } from '../refusal.ts';
import { outsideOf } from '../open-file.ts';
import type { StepFile, Unreadable } from '../start-trace.ts';

export interface LoaderFile {
  /** Null when nothing was found. */
  readonly file: StepFile | null;
  /** What the loader is, when it starts at all. */
  readonly elf: ElfFacts | null;
  readonly refusals: readonly Refusal[];
  /** What decides and is not the image's, or could not be read. */
  readonly unread: Unreadable | null;
}

const ELIBBAD: Outcome = { kind: 'errno', errno: 'ELIBBAD' };
const EIO: Outcome = { kind: 'errno', errno: 'EIO' };

/** @throws {LayerNeeded} */
export function openLoader(execution: Execution, program: ElfFacts, path: string): LoaderFile {
  const opened = openExec(execution, path);
  const nothing = { file: null, elf: null, refusals: [], unread: null };
  if (opened.kind === 'outside') return { ...nothing, unread: outsideOf(opened.at) };
  if (opened.kind === 'refused') {
    return { ...nothing, file: opened.file, refusals: [lookupRefusalOf(opened.refusal)] };
  }
  const { file } = opened;
  const { content, size } = file.located.entry;
  if (content === undefined) {
    return { ...nothing, file, unread: { path: file.located.path, why: 'its content was not read' } };
  }
  const mismatch = mismatchOf(execution, program, content, size);
  if (mismatch !== null || content.kind !== 'elf') {
    return { ...nothing, file, refusals: mismatch === null ? [] : [mismatch] };
  }
  // Segments are mapped past the point of no return: what is wrong with them ends in a signal.
  const fault = mappingFaultOf(content, 'loader');
  if (fault === null) return { ...nothing, file, elf: content };
  const elf = fault.certainty === 'certain' ? null : content;
  return { ...nothing, file, elf, refusals: [{ kind: 'malformed-elf', fault }] };
}

function lookupRefusalOf(refusal: LookupRefusal | AccessRefusal): Refusal {
  switch (refusal.kind) {
    case 'missing':
    case 'not-a-directory':
    case 'symlink-loop':
    case 'name-too-long':
      return { kind: 'loader-not-found', because: refusal };
    default:
      return refusal;
  }
}

/** The program's own machine is asked for, so that a 32-bit program wants a 32-bit loader. */
function mismatchOf(
  { platform }: Execution,
  program: ElfFacts,
  content: ContentFacts,
  size: number,
): Refusal | null {
  if (size < (program.readAs.class === 64 ? 64 : 52)) return mismatch('is shorter than an ELF header', EIO);
  if (content.kind !== 'elf') return mismatch('is not an ELF file', ELIBBAD);
  if (content.machine !== program.machine || content.readAs.class !== program.readAs.class) {
    return mismatch(`is for ${machineName(content.machine)}, ${content.readAs.class} bit`, ELIBBAD);
  }
  const abi = abiOf(content, platform);
  if (abi.kind === 'wrong-machine') return mismatch(`is for ${machineName(content.machine)}`, ELIBBAD);
  if (abi.kind === 'wrong-abi') return mismatch(`is for ${abi.abi}`, ELIBBAD);
  const fault = loaderHeaderFaultOf(content);
  if (fault !== null && fault.certainty === 'certain')
    return mismatch(`cannot be loaded: ${fault.text}`, ELIBBAD);
  const properties = propertyFaultOf(content);
  return properties === null ? null : mismatch(`cannot be loaded: ${properties.text}`, properties.outcome);
}

function mismatch(text: string, outcome: Outcome): Refusal {
  return { kind: 'loader-mismatch', text, outcome };
}
