/** How a refused start reads for people: docker's words around runc's, or those of the wrapper that failed. */
import type {
  MayNotSwitch,
  Outcome,
  PassedOver,
  Refusal,
  ShebangFault,
  UnknownName,
} from '../start/refusal.ts';
import type { Attempt } from './attempt.ts';
import { callerErrorOf, programOf } from './caller-words.ts';
import { type Errno, ERRNO_TEXTS } from './errno.ts';
import { loadingErrorOf } from './loading-error.ts';
import { enteringError, openingError, startingError } from './shell-error.ts';
import { systemOf } from '../start/system.ts';
import { SIGNAL_WORDS } from '../start/loader/loading-fault.ts';
import { SMALLEST_PROGRAM } from '../start/shell/handed-over.ts';
import type { ShellPlace } from '../start/shell/shell-place.ts';
import type { StartStep, StartTrace } from '../start/start-trace.ts';
import { ANY_EXECUTE } from '../start/users/file-access.ts';

/** `%q` of Go's fmt, as far as it matters before the report makes all text printable. */
function quotedByGo(name: string): string {
  return `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Callers that ask exec.LookPath of Go before they execute, and what they say in front of its error. */
const LOOKERS: Readonly<Record<string, string>> = { runc: '', gosu: 'error: ' };

/** Not the kernel refuses these words, but the interpreter, each in words of its own. */
const OF_INTERPRETERS: ReadonlySet<ShebangFault> = new Set([
  'env-without-split',
  'options-in-one-word',
  'split-string',
  'unknown-option',
]);

const WITHOUT_FORMAT: ReadonlySet<Refusal['kind']> = new Set([
  'wrong-abi',
  'unknown-format',
  'no-shebang',
  'malformed-shebang',
]);

/** What people see when this step is refused so; null where that is not known. */
export function runtimeErrorOf(trace: StartTrace, step: StartStep, refusal: Refusal): string | null {
  const error = errorOf(trace, step, refusal);
  const isOfMips = trace.platform.architecture.startsWith('mips');
  return isOfMips && error !== null ? error.replace(SIGNAL_WORDS.SIGBUS, SIGBUS_OF_MIPS) : error;
}

function signalWords({ signal, once }: Extract<Outcome, { kind: 'signal' }>): string {
  const before = once === undefined ? '' : ` or, before Linux 6.7, ${SIGNAL_WORDS[once]}`;
  return `${SIGNAL_WORDS[signal]}${before}`;
}

/** Linux numbers signals in another way there. */
const SIGBUS_OF_MIPS = 'Bus error (exit status 138)';

function errorOf(trace: StartTrace, step: StartStep, refusal: Refusal): string | null {
  if ('error' in refusal && refusal.error !== undefined) return refusal.error;
  if (systemOf(trace.platform) === 'windows') return windowsErrorOf(trace, refusal);
  if (refusal.kind === 'user-out-of-range') return 'uids and gids must be in range 0-2147483647';
  if (
    refusal.kind === 'unknown-user' ||
    refusal.kind === 'unknown-group' ||
    refusal.kind === 'may-not-switch-user'
  )
    return switchError(step, refusal);
  const asked = askedFor(trace, step);
  if (refusal.kind === 'malformed-script') return null;
  // A shell that reads on prints whatever its commands print.
  if (refusal.kind === 'crlf' && refusal.where !== 'interpreter' && step.file !== null) return null;
  if (refusal.kind === 'malformed-shebang' && OF_INTERPRETERS.has(refusal.fault)) return null;
  // A shell reads the script of such an interpreter, and says what it says.
  if (WITHOUT_FORMAT.has(refusal.kind) && step.via === '#!' && step.reach === 'possible') return null;
  if ('reader' in refusal && refusal.reader === 'shell') return null;
  // A program stands in for glibc's loader, and tells it in its own way.
  if (step.via === 'gcompat') return null;
  const outcome = outcomeOf(refusal);
  if (outcome === null) return null;
  const loader = outcome.kind === 'signal' ? lostLoader(trace, step) : undefined;
  if (loader?.refusals[0] !== undefined) return errorOf(trace, loader, loader.refusals[0]);
  if (outcome.kind === 'signal') return signalWords(outcome);
  if (outcome.kind === 'words') return outcome.error;
  const caller = asked.caller ?? 'runc';
  const before = LOOKERS[programOf(caller)];
  if (before !== undefined && asked === step) {
    const words = lookPathError(step, refusal, outcome.errno, goVersionOf(trace, step));
    if (words !== null) return `${before}exec: ${quotedByGo(step.name)}: ${words}`;
  }
  const starter = step.role === 'child' && step.by !== null ? trace.steps[step.by] : undefined;
  const loading = starter === undefined ? null : loadingErrorOf(starter, step, refusal);
  if (loading !== null) return loading;
  if (refusal.kind === 'no-read-permission') {
    // Interpreters of other languages say it each in its own way.
    if (refusal.reader === undefined) return null;
    const attempt = attemptOf(trace, step, refusal, outcome.errno);
    // The kernel tells it the path of a script, wherever in PATH that was found.
    const isScript = refusal.reader.line === 0 && attempt.path !== null;
    return openingError(refusal.reader, isScript ? { ...attempt, name: attempt.path } : attempt);
  }
  if (asked.at !== undefined)
    return shellErrorOf(asked, asked.at, attemptOf(trace, step, refusal, outcome.errno));
  // runc executes what it has found, all others name what they were asked for.
  const name = caller === 'runc' ? (asked.file?.path ?? asked.name) : asked.name;
  const errno = asked.isDenied === true ? 'EACCES' : outcome.errno;
  const error = ERRNO_TEXTS[errno];
  return callerErrorOf({
    name,
    errno,
    error,
    called: caller,
    quotes: asked.quotes ?? 'straight',
  });
}

/** What the kernel has no loader for does not come to die as it is mapped. */
function lostLoader({ steps }: StartTrace, { index }: StartStep): StartStep | undefined {
  return steps.find(
    ({ by, role, refusals: [refusal] }) =>
      by === index && role === 'loader' && refusal !== undefined && outcomeOf(refusal)?.kind === 'errno',
  );
}

function shellErrorOf({ via, caller }: StartStep, at: ShellPlace, attempt: Attempt): string | null {
  if (via === 'cd' || via === 'pushd') return enteringError(at, attempt);
  return at.within === '.' || at.within === 'source' || via === caller
    ? openingError(at, attempt)
    : startingError(at, attempt);
}

function attemptOf(trace: StartTrace, step: StartStep, refusal: Refusal, errno: Errno): Attempt {
  const asked = askedFor(trace, step);
  const content = asked.file?.located.entry.content;
  const isPassed = refusal.kind === 'not-in-path' && step === asked;
  const passed = isPassed
    ? refusal.passedOver.find(({ refusal: { kind } }) => kind === 'no-execute-permission')
    : undefined;
  return {
    name: asked.name,
    errno,
    path: asked.file?.path ?? null,
    interpreter: interpreterOf(trace, asked, step, refusal)?.replace(/\r$/, '^M') ?? null,
    passedOver: passed?.path ?? null,
    lacksPath: refusal.kind === 'not-in-path' && (refusal.path ?? '') === '',
    isEmpty: content?.kind === 'empty',
    isProgram: content?.kind === 'elf' && content.fileSize >= SMALLEST_PROGRAM,
    lacksShell: step.via === 'no #! line' || ('reader' in refusal && refusal.reader === 'absent'),
    isDirectory: refusal.kind === 'not-a-file' && refusal.type === 'directory' && step === asked,
  };
}

/** The interpreter of the script that is asked for, on the way to the step. */
function interpreterOf(
  { steps }: StartTrace,
  asked: StartStep,
  step: StartStep,
  refusal: Refusal,
): string | null {
  if (step === asked && refusal.kind === 'crlf' && refusal.where === 'interpreter') return refusal.word;
  let at: StartStep | undefined = step;
  while (at !== undefined && at !== asked && at.by !== asked.index)
    at = at.by === null ? undefined : steps[at.by];
  return at?.role === 'interpreter' && at !== asked ? at.name : null;
}

/** What tools say of the user that they are to become, whose own words are not known. */
function switchError(step: StartStep, refusal: UnknownName | MayNotSwitch): string {
  const tool = /[^/]*$/.exec(step.file?.located.path ?? step.name)?.[0] ?? step.name;
  if (refusal.kind !== 'may-not-switch-user')
    return `${tool}: unknown ${refusal.kind === 'unknown-group' ? 'group' : 'user'} ${refusal.name}`;
  const { EPERM } = ERRNO_TEXTS;
  if (tool === 'gosu') return `error: failed switching to "${refusal.wanted}": ${EPERM.toLowerCase()}`;
  return `${tool}: ${EPERM}`;
}

/** hcsshim's words around those of CreateProcess. */
function windowsErrorOf({ argv: [name = ''] }: StartTrace, { kind }: Refusal): string {
  const isAbsent = kind === 'missing' || kind === 'not-in-path';
  const words = isAbsent
    ? 'The system cannot find the file specified. (0x2)'
    : kind === 'wrong-abi'
      ? "This version of %1 is not compatible with the version of Windows you're running. (0xd8)"
      : '%1 is not a valid Win32 application. (0xc1)';
  return `hcs::System::CreateProcess ${name}: failure in a Windows system call: ${words}`;
}

/** The minor version of the Go that a caller in the image is built with; runc's is taken for a new one. */
function goVersionOf({ steps }: StartTrace, { by }: StartStep): number {
  const content = by === null ? undefined : steps[by]?.file?.located.entry.content;
  const version = content?.kind === 'elf' ? content.go?.version : undefined;
  return Number(/^go1\.(\d+)/.exec(version ?? '')?.[1] ?? Infinity);
}

/** The first whose LookPath asks whether this user may execute the file, not for some x bit, and tells directories apart. */
const ASKS_FOR_USER = 20;

/** runc and gosu look before they leap: exec.LookPath of Go. */
function lookPathError(step: StartStep, refusal: Refusal, errno: Errno, go: number): string | null {
  switch (refusal.kind) {
    case 'not-in-path':
      return 'executable file not found in $PATH';
    case 'in-relative-path':
      return 'cannot run executable found relative to current directory';
    case 'not-a-file':
      if (refusal.type === 'directory') return go < ASKS_FOR_USER ? 'permission denied' : 'is a directory';
      // What runtimes mount has no x bit, and neither has it in most images.
      return ((step.file?.located.entry.mode ?? 0) & ANY_EXECUTE) === 0 ? 'permission denied' : null;
    case 'crlf':
      if (refusal.where !== 'command') return null;
      return step.name.includes('/')
        ? `stat ${step.name}: ${ERRNO_TEXTS[errno].toLowerCase()}`
        : 'executable file not found in $PATH';
    case 'missing':
    case 'not-a-directory':
    case 'symlink-loop':
    case 'name-too-long':
    case 'not-searchable':
      return `stat ${step.name}: ${ERRNO_TEXTS[errno].toLowerCase()}`;
    case 'no-execute-permission':
      return go < ASKS_FOR_USER && (refusal.owner.mode & ANY_EXECUTE) !== 0 ? null : 'permission denied';
    default:
      return null;
  }
}

/** How the kernel, or a shell in its place, comes to the interpreter of a script. */
const OF_SCRIPTS: ReadonlySet<string> = new Set(['#!', 'no #! line']);

/** An interpreter's failure is told in the name of the script, a loader's in the name of the program. */
function askedFor(trace: StartTrace, step: StartStep): StartStep {
  const asker = step.by === null ? undefined : trace.steps[step.by];
  const isPart = step.role === 'loader' || OF_SCRIPTS.has(step.via);
  return isPart && asker !== undefined ? askedFor(trace, asker) : step;
}

/** execvp(3) ends with the EACCES or ELOOP that it met on the way; bash and LookPath say that there is nothing. */
function isDenied({ refusal: { kind } }: PassedOver): boolean {
  return kind === 'not-searchable' || kind === 'not-a-file';
}

function metInPath(passedOver: readonly PassedOver[]): Errno {
  if (passedOver.some(isDenied)) return 'EACCES';
  return passedOver.some(({ refusal: { kind } }) => kind === 'symlink-loop') ? 'ELOOP' : 'ENOENT';
}

/** Null where it is not known. */
function outcomeOf(
  refusal: Refusal,
): { kind: 'errno'; errno: Errno } | Extract<Outcome, { kind: 'signal' | 'words' }> | null {
  if (refusal.kind === 'wrong-abi' && 'ends' in refusal.abi) return refusal.abi.ends;
  switch (refusal.kind) {
    case 'missing':
    case 'in-relative-path':
    case 'crlf':
      return { kind: 'errno', errno: 'ENOENT' };
    case 'not-in-path':
      return { kind: 'errno', errno: metInPath(refusal.passedOver) };
    case 'not-a-directory':
      return { kind: 'errno', errno: 'ENOTDIR' };
    case 'symlink-loop':
    case 'interpreter-loop':
      return { kind: 'errno', errno: 'ELOOP' };
    case 'name-too-long':
      return { kind: 'errno', errno: 'ENAMETOOLONG' };
    case 'not-searchable':
    case 'not-a-file':
    case 'no-execute-permission':
    case 'no-read-permission':
      return { kind: 'errno', errno: 'EACCES' };
    case 'capabilities-not-granted':
      return { kind: 'errno', errno: 'EPERM' };
    case 'malformed-elf':
      return refusal.fault.outcome;
    case 'loader-mismatch':
      return refusal.outcome;
    case 'loader-not-found':
      return outcomeOf(refusal.because);
    default:
      return {
        kind: 'errno',
        errno: 'reader' in refusal && refusal.reader === 'absent' ? 'ENOENT' : 'ENOEXEC',
      };
  }
}
