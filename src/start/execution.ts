/**
 * One execve(2) with all that decides it: what the image is, who does it, where, and with which environment. The
 * trace grows in the recording while programs, interpreters and loaders are followed.
 */
import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { FileAccess } from './users/file-access.ts';
import type { Quotes } from './programs/quotation.ts';
import type { Recording } from './recording.ts';
import type { ShellPlace } from './shell/shell-place.ts';
import type { Chain, Reach } from './start-trace.ts';
import type { Credentials } from './users/users.ts';

export interface Execution {
  readonly rootfs: RootFs;
  readonly platform: Platform;
  /** Environment variables by name, as the process has them. */
  readonly environment: ReadonlyMap<string, string>;
  /** Of a shell that starts something: where it looks for names, whether it hands that on or not; null: nowhere. */
  readonly searchPath?: string | null | undefined;
  /** Variables of which only running tells whether they are set, and to what; default none. */
  readonly unknownVariables?: ReadonlySet<string>;
  /** What relative paths start from; canonical. */
  readonly workingDir: string;
  readonly credentials: Credentials;
  readonly access: FileAccess;
  /** AT_SECURE: `secure` after set-uid, set-gid or file capabilities changed who the process is. */
  readonly mode: 'normal' | 'secure';
  readonly chain: Chain;
  readonly reach: Reach;
  /** What was done before; default nothing. */
  readonly effects?: Effects;
  /** Files and directories that were changed before; default none. See made-files.ts. */
  readonly made?: ReadonlyMap<string, Change>;
  readonly recording: Recording;
  /** Whether a child that is tried, and not recorded, ends before it does anything; default not known. */
  readonly dies?: (child: Child) => boolean;
  /** It is such a try: no long script is read. */
  readonly isTrial?: true;
  /** Only running tells which user it is: `credentials` and `access` are those of root, who may do the most. */
  readonly isAnyUser?: true;
}

/** Of what ran before: `changes`: files are others now; `anything`: and perhaps it runs for ever. */
export type Effects = 'nothing' | 'changes' | 'anything';

/**
 * `rights`: who may use a file, and nothing else; `closed`: some who might may not any more. `removed`: it is gone, until
 * something brings another.
 */
export type Change = 'content' | 'rights' | 'closed' | 'owner' | 'removed';

export type Tail = 'end' | 'more';

/** In a word, what only running tells of it, and all of it where nothing is known: no word has a NUL. */
export const UNKNOWN = '\0';

/** The words up to the first of which something is not known. */
export function knownWords(
  words: readonly string[],
  tail: Tail,
): { readonly words: readonly string[]; readonly tail: Tail } {
  const unknown = words.findIndex((word) => word.includes(UNKNOWN));
  return unknown === -1 ? { words, tail } : { words: words.slice(0, unknown), tail: 'more' };
}

/** What somebody wants to have started. */
export interface Command {
  /** The first word is looked up; others may have UNKNOWN in them. */
  readonly argv: readonly string[];
  /** What is looked up where it is not the first word as it stands. */
  readonly path?: string;
  /** `more`: further words follow that only running tells. */
  readonly tail: Tail;
  readonly role: 'program' | 'child' | 'interpreter';
  /** Index of the step that wants it; null: the config. */
  readonly by: number | null;
  /** How it is asked for, in words: `ENTRYPOINT`, `exec "$@"`. */
  readonly via: string;
  readonly launcher: Launcher;
  /** Where the shell stands that wants it. */
  readonly at?: ShellPlace;
}

export interface Launcher {
  /** `runc`, `tini`, `sh` …: how errors read. */
  readonly name: string;
  /** Which marks it puts around names. */
  readonly quotes?: Quotes;
  /**
   * exec.LookPath of Go's os/exec, which runc uses too; execvp(3), which goes on to the next directory where a file
   * lacks its interpreter or loader, and ends at a loop of symlinks; `shellexec` of dash and ash goes on behind that
   * too, `tryexec` of dash behind files for other machines; `first-file`: bash takes the first with an x bit.
   */
  readonly search: 'LookPath' | 'execvp' | 'shellexec' | 'tryexec' | 'first-file';
  /** What becomes of a file that execve(2) refuses with ENOEXEC: shells and glibc's execvp hand it to a shell. */
  readonly unknownFile: 'refused' | 'read-by-shell' | 'perhaps-read-by-shell';
  /** bash under `set -e` says of an empty file behind exec that it cannot be started (`shell_execve`), and ends. */
  readonly emptyFile?: 'refused';
  /** The shell that then reads it, as it is called; default /bin/sh. */
  readonly reader?: { readonly path: string; readonly calledAs: string };
  /** Names that it runs itself where no file has them. */
  readonly builtIn?: ReadonlySet<string>;
}

/** What a program that is known here does next: the commands that it starts, each in its own circumstances. */
export interface Child {
  readonly execution: Execution;
  readonly command: Command;
}
