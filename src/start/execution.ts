/**
 * One execve(2) with all that decides it: what the image is, who does it, where, and with which environment. The
 * trace grows in the recording while programs, interpreters and loaders are followed.
 */
import type { Platform } from '../oci/platform.ts';
import type { Located, RootFs } from '../rootfs/rootfs.ts';
import type { Chain, Reach, StartStep, Unreadable } from './start-trace.ts';

export interface Execution {
  readonly rootfs: RootFs;
  readonly platform: Platform;
  /** Environment variables by name, as the process has them. */
  readonly environment: ReadonlyMap<string, string>;
  /** What relative paths start from; canonical. */
  readonly workingDir: string;
  readonly access: FileAccess;
  /** AT_SECURE: `secure` after set-uid, set-gid or file capabilities changed who the process is. */
  readonly mode: 'normal' | 'secure';
  readonly chain: Chain;
  readonly reach: Reach;
  readonly recording: Recording;
}

/** What the process's user may do with an inode. */
export interface FileAccess {
  mayRead(file: Located): boolean;
  mayExecute(file: Located): boolean;
  maySearch(directory: Located): boolean;
}

export type NewStep = Omit<StartStep, 'index' | 'chain' | 'reach'>;

/** Where a trace is put together. One trace, one recording. */
export class Recording {
  readonly #steps: StartStep[] = [];
  readonly #leftOut: Set<string> = new Set();
  readonly #unreadable: Unreadable[] = [];

  /** The index of the new step. */
  add({ chain, reach }: Pick<Execution, 'chain' | 'reach'>, step: NewStep): number {
    const index = this.#steps.length;
    this.#steps.push({ ...step, index, chain, reach });
    return index;
  }

  /** Notes what cannot be known without running. */
  leaveOut(words: string): void {
    this.#leftOut.add(words);
  }

  /** Notes what the verdict rests on and could not be read. */
  unreadable(path: string, why: string): void {
    this.#unreadable.push({ path, why });
  }

  get steps(): readonly StartStep[] {
    return this.#steps;
  }

  get leftOut(): readonly string[] {
    return [...this.#leftOut];
  }

  get unread(): readonly Unreadable[] {
    return this.#unreadable;
  }
}
