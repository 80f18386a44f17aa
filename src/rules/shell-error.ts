/**
 * What shells say of commands that they cannot start, scripts that they cannot open and directories that they cannot
 * enter, word for word as dash 0.5.12, bash 5.1 and 5.2 and ash of busybox 1.35 and 1.37 do. ash before 1.35 counts the
 * lines behind `-c` from 1. Of several lines that bash prints it is the first.
 */
import { compareVersions } from '../base/compare-versions.ts';
import { C_ESCAPES, inOctal } from '../start/programs/quotation.ts';
import type { Dialect } from '../start/shell/shell-dialect.ts';
import { fullPathname, placed, type ShellPlace } from '../start/shell/shell-place.ts';
import type { Attempt } from './attempt.ts';
import { type Errno, ERRNO_TEXTS } from './errno.ts';
import { otherShell } from './other-shells.ts';

type Family = 'dash' | 'ash' | 'bash' | 'other';

/** null where it is not known, or where nobody sees it. */
export function startingError(at: ShellPlace, attempt: Attempt): string | null {
  const { name, errno, interpreter } = attempt;
  // Then only how it ends is seen.
  if (at.isMuted === true) return at.within === 'exec' ? `exit status ${isAbsence(errno) ? 127 : 126}` : null;
  // dash starts its own shell for a text, and has then lost the name (`tryexec`).
  if (attempt.lacksShell && at.dialect === 'dash') return 'not found';
  // Shells read themselves what the kernel does not know, such as a script for an interpreter of another machine.
  if (interpreter !== null && errno === 'ENOEXEC') return null;
  if (at.within === 'exec' && /^-./.test(name) && at.dialect !== 'dash') return optionError(at, name);
  // In each directory of PATH that is there dash and ash find the directory itself, and say so of it; else nothing.
  if (name === '' && familyOf(at.dialect) !== 'bash') return placed(at, ': ');
  const other = otherShell(at.shell);
  if (other !== null) return other.start(attempt);
  switch (familyOf(at.dialect)) {
    case 'bash':
      return startingErrorOfBash(at, attempt);
    case 'ash':
      // It reads every file as a script; one that is a program of another machine ends so in 98 of 100 cases.
      if (errno === 'ENOEXEC') return attempt.isProgram ? 'syntax error' : null;
      return placed(at, `${name}: ${isAbsence(errno) ? 'not found' : ERRNO_TEXTS[errno]}`);
    case 'dash':
      return placed(at, `${name}: ${isAbsence(errno) ? 'not found' : ERRNO_TEXTS[errno]}`);
    case 'other':
      // bash says `command not found`.
      return isAbsence(errno) ? 'not found' : `${name}: ${ERRNO_TEXTS[errno]}`;
  }
}

/** `exec "$@"` with a CMD of nothing but options. */
function optionError(at: ShellPlace, name: string): string | null {
  switch (familyOf(at.dialect)) {
    case 'bash':
      // It explains itself.
      if (name === '--help') return null;
      return placed(at, `exec: -${/[^acl]/.exec(name.slice(1))?.[0] ?? ''}: invalid option`);
    case 'ash':
      return placed(at, `illegal option -${name.charAt(1)}`);
    default:
      return null;
  }
}

function startingErrorOfBash(at: ShellPlace, attempt: Attempt): string {
  const { errno, path, interpreter, passedOver } = attempt;
  const isExec = at.within === 'exec';
  // What it found in PATH is named by its whole path.
  const name = attempt.name.includes('/') ? fullPathname(at, attempt.name) : (path ?? attempt.name);
  if (path === null && !attempt.name.includes('/')) {
    if (passedOver !== null) return placed(at, `${passedOver}: ${ERRNO_TEXTS.EACCES}`);
    // It takes the name for a path then.
    if (attempt.lacksPath)
      return placed(at, `${fullPathname(at, isExec ? `./${name}` : name)}: ${ERRNO_TEXTS.ENOENT}`);
    return placed(at, isExec ? `exec: ${name}: not found` : `${shown(name)}: command not found`);
  }
  if (attempt.isDirectory) return placed(at, `${name}: ${ERRNO_TEXTS.EISDIR}`);
  // It has no errno for it.
  if (attempt.isEmpty) return placed(at, `${name}: Success`);
  if (errno === 'ENOEXEC') return placed(at, `${name}: cannot execute binary file: ${ERRNO_TEXTS.ENOEXEC}`);
  if (errno === 'ENOENT' && path !== null && !isOld(at))
    return placed(at, `${name}: cannot execute: required file not found`);
  if (interpreter !== null)
    return `${at.zero}: ${name}: ${interpreter}: bad interpreter: ${ERRNO_TEXTS[errno]}`;
  return placed(at, `${name}: ${ERRNO_TEXTS[errno]}`);
}

/** Before 5.2, which has words of its own for what a script or a program lacks (`shell_execve` of execute_cmd.c). */
function isOld({ version }: ShellPlace): boolean {
  return version !== undefined && compareVersions(version, '5.2') < 0;
}

/** A directory behind `cd`. */
export function enteringError(at: ShellPlace, { name, errno }: Attempt): string {
  const other = otherShell(at.shell);
  if (other !== null) return other.enter(name, errno);
  switch (familyOf(at.dialect)) {
    case 'dash':
      return placed(at, `can't cd to ${name}`);
    case 'ash':
      return placed(at, `can't cd to ${name}: ${ERRNO_TEXTS[errno]}`);
    case 'bash':
      return placed(at, `${at.within ?? 'cd'}: ${shown(name)}: ${ERRNO_TEXTS[errno]}`);
    case 'other':
      return `${name}: ${ERRNO_TEXTS[errno]}`;
  }
}

/** A script that the shell is called with (its line is 0), or a file behind `.`. */
export function openingError(at: ShellPlace, { name, errno }: Attempt): string {
  const other = otherShell(at.shell);
  if (other !== null) return other.open(name, errno, at.line === 0 ? 'script' : 'sourced');
  switch (familyOf(at.dialect)) {
    case 'dash':
      return placed(at, `cannot open ${name}: ${isAbsence(errno) ? 'No such file' : ERRNO_TEXTS[errno]}`);
    case 'ash':
      return placed(at, `can't open '${name}': ${ERRNO_TEXTS[errno]}`);
    case 'bash':
      return placed(at, `${name}: ${ERRNO_TEXTS[errno]}`);
    case 'other':
      return `${name}: ${ERRNO_TEXTS[errno]}`;
  }
}

function familyOf(dialect: Dialect): Family {
  if (dialect === 'posix') return 'other';
  return dialect === 'bash-as-sh' ? 'bash' : dialect;
}

function isAbsence(errno: Errno): boolean {
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}

const ESCAPES: Readonly<Record<string, string>> = { ...C_ESCAPES, '\x1b': 'E', "'": "'" };

/** `printable_filename` of bash in the C locale: `$'nope\r'`. */
function shown(name: string): string {
  if (/^[ -~]*$/.test(name)) return name;
  const escaped = [...new TextEncoder().encode(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    const letter = ESCAPES[character];
    if (letter !== undefined) return `\\${letter}`;
    return byte >= 0x20 && byte <= 0x7e ? character : inOctal(byte);
  });
  return `$'${escaped.join('')}'`;
}
