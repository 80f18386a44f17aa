import type { Errno } from './errno.ts';

/** What a shell could not open, enter or start. */
export interface Attempt {
  /** As the script asks for it. */
  readonly name: string;
  readonly errno: Errno;
  /** The file of that name, where there is one. */
  readonly path: string | null;
  /** The first interpreter of a script that cannot be started for want of it, as shells show it. */
  readonly interpreter: string | null;
  /** Of a bare name: a file that PATH leads to, and that this user may not execute. */
  readonly passedOver: string | null;
  /** There is no PATH, or an empty one. */
  readonly lacksPath: boolean;
  readonly isDirectory: boolean;
  /** It is a text without `#!`, and there is no shell to read it. */
  readonly lacksShell: boolean;
  readonly isEmpty: boolean;
  /** Not the smallest. */
  readonly isProgram: boolean;
}
