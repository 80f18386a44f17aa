/** A command that a shell runs itself, and what becomes of the script by it. */
import type { Command } from 'unbash';
import type { Tail } from '../execution.ts';
import type { Words } from './shell-fields.ts';
import type { Reading, Stakes } from './shell-stakes.ts';

export interface Builtin {
  readonly name: string;
  readonly args: readonly string[];
  readonly tail: Tail;
  /** With its name. */
  readonly all: Words;
  readonly node: Command;
  /** Whether the script fails when the command does. */
  readonly weight: 'must-succeed' | 'may-fail';
  /** Whether `set -e` ends the script where the command fails. */
  readonly errexit: Stakes['errexit'];
  readonly reading: Reading;
  /** Whether the script ends with this shell. */
  readonly counts: boolean;
}
