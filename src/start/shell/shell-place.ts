/** Where a shell stands when it starts a command or fails to, as far as its messages tell. */
import { type Dialect, isBash } from './shell-dialect.ts';

export interface ShellPlace {
  readonly dialect: Dialect;
  /** `$0`; of bash the file that the command stands in. */
  readonly zero: string;
  /** As the shell counts lines; null where that is not known. */
  readonly line: number | null;
  /** What dash and ash name besides: the command that is built in (`exec`, `cd`, `eval`), or the file behind `.`. */
  readonly within: string | null;
  /** null where it is not known. */
  readonly workingDir: string | null;
  /** Which one it is, where the dialect does not tell. */
  readonly shell?: string;
  /** `5.1`: of bash, where it is known. */
  readonly version?: string;
  /** Nobody sees what is said there: `2>/dev/null`. */
  readonly isMuted?: true;
}

/** A text that a shell reads commands from. */
export interface ScriptText {
  readonly text: string;
  /** Where its lines end, in order. */
  readonly newlines: readonly number[];
  /** null for what stands behind `-c`. */
  readonly file: string | null;
  /** What its first line counts as; null where that is not known. */
  readonly firstLine: number | null;
}

/** A message with the place in front of it; without any place where the line is not known. */
export function placed({ dialect, zero, line, within }: ShellPlace, message: string): string {
  if (line === null) return message;
  switch (dialect) {
    case 'dash':
      return `${zero}: ${line}: ${within === null ? '' : `${within}: `}${message}`;
    case 'ash':
      if (within === null) return `${zero}: ${message}`;
      return `${zero}: ${within === zero ? '' : `${within}: `}line ${line}: ${message}`;
    case 'bash':
    case 'bash-as-sh':
      return line === 0 ? `${zero}: ${message}` : `${zero}: line ${line}: ${message}`;
    case 'posix':
      return message;
  }
}

/** The path that is executed: behind `exec`, bash makes every path a whole one (`full_pathname`). */
export function fullPathname({ dialect, within, workingDir }: ShellPlace, name: string): string {
  const isWhole = within === 'exec' && isBash(dialect);
  if (!isWhole || !/^[^/].*\//s.test(name) || workingDir === null) return name;
  return `${workingDir === '/' ? '' : workingDir}/${name.replace(/^(?:\.\/+)+/, '')}`;
}
