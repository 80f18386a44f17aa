/** What a loader says of the program that it is started with (`ld.so PROGRAM`), word for word. */
import type { Refusal } from '../start/refusal.ts';
import type { StartStep } from '../start/start-trace.ts';

/** null: it is no loader that starts the step, or its words are not known here. */
export function loadingErrorOf(
  loader: StartStep,
  { name, file }: StartStep,
  refusal: Refusal,
): string | null {
  const content = loader.file?.located.entry.content;
  const elf = content?.kind === 'elf' ? content : null;
  const libc = elf?.loader?.libc;
  const size = file?.located.entry.size ?? 0;
  if (libc === 'glibc') {
    if (refusal.kind === 'no-execute-permission')
      return `${elf?.dynamic?.soname}: cannot execute ${name}: EACCES`;
    const error = glibcErrorOf(refusal, size);
    return error === null ? null : `${name}: error while loading shared libraries: ${name}: ${error}`;
  }
  if (libc !== 'musl') return null;
  if (refusal.kind === 'missing')
    return `${loader.file?.path}: cannot load ${name}: No such file or directory`;
  return isNoElf(refusal) ? `${loader.file?.path}: ${name}: Not a valid dynamic program` : null;
}

/** `open_verify` of glibc's elf/dl-load.c passes over files for other machines as if they were not there. */
function glibcErrorOf(refusal: Refusal, size: number): string | null {
  if (refusal.kind === 'missing' || refusal.kind === 'wrong-abi')
    return 'cannot open shared object file: No such file or directory';
  if (refusal.kind === 'no-read-permission') return 'cannot open shared object file: Permission denied';
  if (!isNoElf(refusal)) return null;
  if (refusal.kind === 'not-a-file') return 'cannot read file data: Error 21';
  return size < EHDR_BYTES ? 'file too short' : 'invalid ELF header';
}

/** sizeof(Elf64_Ehdr). */
const EHDR_BYTES = 64;

function isNoElf({ kind }: Refusal): boolean {
  return kind === 'unknown-format' || kind === 'malformed-elf' || kind === 'not-a-file';
}
