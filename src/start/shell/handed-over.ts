/**
 * What people see of a program of another machine that glibc's execvp hands to /bin/sh, as it does with every file that
 * the kernel refuses (`maybe_script_execute` of posix/execvpe.c). dash and ash read it as a script, which ends so in 99
 * of 100 cases; bash sees that it is none.
 */
import { abiOf } from '../kernel/abi.ts';
import { fromLatin1, MAX_INTERPRETERS, parseShebang } from '../kernel/shebang.ts';
import { openExec } from '../open-exec.ts';
import type { Execution, Launcher } from '../execution.ts';
import type { FormatRefusal, ScriptRefusal } from '../refusal.ts';
import type { OtherFacts, ScriptFacts } from '../../rootfs/content-facts.ts';
import { toolOf } from '../running-program.ts';
import { dialectOf } from './shell-command.ts';
import { firstComplaint } from './first-complaint.ts';
import { type Dialect, isShell } from './shell-dialect.ts';
import type { ShellPlace } from './shell-place.ts';
import { readableBy } from './shell-syntax.ts';

/** _PATH_BSHELL: glibc's execvp and dash name it so. */
export const SHELL = '/bin/sh';

/** Smaller files may end before anything in them breaks the grammar. */
export const SMALLEST_PROGRAM = 1024;

interface Handed {
  readonly path: string;
  readonly unknownFile: Launcher['unknownFile'];
  readonly reader: Launcher['reader'];
  readonly at?: ShellPlace;
  /** Of the interpreter of a script that is handed over in its stead. */
  readonly instead?: Reading;
}

/** Who reads it, and what that says; null where it is not known. */
export interface Reading {
  readonly reader: 'shell' | 'absent';
  readonly error: string | null;
}

/** The same refusal where nobody reads the file; shells that start a program say so themselves. @throws {LayerNeeded} */
export function asHandedOver<Refused extends FormatRefusal | ScriptRefusal>(
  execution: Execution,
  { path, unknownFile, reader, at, instead }: Handed,
  refusal: Refused,
  size: number,
): Refused {
  if (instead !== undefined) return asRead(refusal, instead);
  const text = unknownFile === 'read-by-shell' ? otherText(refusal) : null;
  if (text !== null) return asRead(refusal, scriptReading(execution, reader, path, text));
  if (unknownFile !== 'read-by-shell' || at !== undefined || !isWithoutFormat(refusal)) return refusal;
  const isWhole = refusal.kind === 'wrong-abi';
  return asRead(
    refusal,
    readBy(execution, SHELL_ITSELF, path, (dialect) => (isWhole ? wordsOf(dialect, path, size) : null)),
  );
}

/** A web page, a Git LFS pointer …: shells see that a file is binary by a NUL byte near its beginning. */
function otherText(refusal: FormatRefusal | ScriptRefusal): OtherFacts | null {
  const content = refusal.kind === 'unknown-format' ? refusal.content : null;
  return content?.kind === 'other' && !content.head.includes('\0') ? content : null;
}

/** What the kernel has no format for, and a shell reads. */
function asRead<Refused extends FormatRefusal | ScriptRefusal>(
  refusal: Refused,
  reading: Reading | null | undefined,
): Refused {
  if (reading === null || reading === undefined || !isWithoutFormat(refusal)) return refusal;
  const { reader, error } = reading;
  return { ...refusal, reader, ...(error !== null && { error }) };
}

const WITHOUT_FORMAT: ReadonlySet<string> = new Set([
  'wrong-abi',
  'unknown-format',
  'no-shebang',
  'malformed-shebang',
]);

function isWithoutFormat(refusal: FormatRefusal | ScriptRefusal): boolean {
  if (refusal.kind === 'wrong-abi' && 'ends' in refusal.abi) return false;
  if (refusal.kind !== 'malformed-elf') return WITHOUT_FORMAT.has(refusal.kind);
  const { outcome } = refusal.fault;
  return outcome.kind === 'errno' && outcome.errno === 'ENOEXEC';
}

const SHELL_ITSELF = { path: SHELL, calledAs: SHELL };

/** Of a script whose interpreter the kernel refuses; null where the shell is refused, too. @throws {LayerNeeded} */
export function scriptReading(
  execution: Execution,
  reader: Launcher['reader'],
  path: string,
  { text, head }: Pick<ScriptFacts, 'text' | 'head'>,
): Reading | null {
  const beginning =
    text === null
      ? { text: head.slice(0, head.lastIndexOf('\n') + 1), isWhole: false }
      : { text, isWhole: true };
  return readBy(execution, reader ?? SHELL_ITSELF, path, (dialect) =>
    firstComplaint(execution, dialect, path, beginning),
  );
}

function readBy(
  execution: Execution,
  { path: shell, calledAs }: Exclude<Launcher['reader'], undefined>,
  path: string,
  says: (dialect: Dialect) => string | null,
): Reading | null {
  const opened = openExec(execution, shell);
  if (opened.kind === 'refused')
    return opened.refusal.kind === 'missing' ? { reader: 'absent', error: null } : null;
  const file = opened.kind === 'opened' ? opened.file : null;
  const elf = file?.located.entry.content;
  if (file === null || elf?.kind !== 'elf') return { reader: 'shell', error: null };
  if (abiOf(elf, execution.platform).kind === 'wrong-machine') return null;
  const argv = [calledAs, path];
  const tool = toolOf(execution.rootfs, {
    step: 0,
    role: 'child',
    path: shell,
    argv,
    tail: 'end',
    file,
    elf,
  });
  const isKnown = tool !== null && isShell(tool.name);
  return { reader: 'shell', error: isKnown ? says(dialectOf(tool)) : null };
}

/** Whether a shell comes to the end of a script that is for another interpreter: those of other languages break its grammar. */
export function isShellText(text: string | null): boolean {
  return text !== null && readableBy('bash', text).stop === null;
}

/**
 * Whether an interpreter is there that the kernel has no format for (ENOEXEC): no ELF file of this machine, and no
 * script that leads to one. @throws {LayerNeeded}
 */
export function hasNoFormat(execution: Execution, path: string, depth = 1): boolean {
  const opened = openExec(execution, path);
  const content = opened.kind === 'opened' ? opened.file.located.entry.content : undefined;
  switch (content?.kind) {
    case 'elf':
      return abiOf(content, execution.platform).kind === 'wrong-machine';
    case 'script': {
      const shebang = parseShebang(content.head);
      if (shebang.kind === 'refused') return true;
      return depth < MAX_INTERPRETERS && hasNoFormat(execution, fromLatin1(shebang.path), depth + 1);
    }
    case 'empty':
    case 'other':
      return true;
    default:
      return false;
  }
}

function wordsOf(dialect: Dialect, path: string, size: number): string | null {
  switch (dialect) {
    case 'dash':
      return size < SMALLEST_PROGRAM ? null : 'Syntax error';
    case 'ash':
      return size < SMALLEST_PROGRAM ? null : 'syntax error';
    case 'bash':
    case 'bash-as-sh':
      return `${path}: ${path}: cannot execute binary file`;
    case 'posix':
      return null;
  }
}
