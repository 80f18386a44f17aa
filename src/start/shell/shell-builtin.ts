/** A command that a shell runs itself, and what becomes of the script by it. */
import type { Command } from 'unbash';
import type { Tail } from '../execution.ts';
import type { Reading } from './shell-process.ts';
import type { Stakes } from './shell-stakes.ts';

/**
 * `over`: the script has ended or become another program; `given-up`: it has ended itself, with a status that is not 0;
 * `returned`: the function has ended.
 */
export type Flow = 'on' | 'over' | 'given-up' | 'returned';

export interface Builtin {
  readonly name: string;
  readonly args: readonly string[];
  readonly tail: Tail;
  readonly node: Command;
  /** Whether the script fails when the command does. */
  readonly weight: 'must-succeed' | 'may-fail';
  /** Whether `set -e` ends the script where the command fails. */
  readonly errexit: Stakes['errexit'];
  readonly reading: Reading;
}
