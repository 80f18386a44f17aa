/** A program that only starts another one, and what it makes of the words before that one's. */
import type { Project } from '../../elf/elf-facts.ts';
import type { Launcher } from '../execution.ts';
import type { Tool } from '../running-program.ts';
import type { OptionSyntax } from './options.ts';
import type { ValueSyntax } from './wrapper-values.ts';

export interface Wrapper {
  readonly names: RegExp;
  /** Default: whatever family the tool is of. */
  readonly family?: Tool['family'];
  /** null: it has no options, its first word is an operand whatever it begins with. */
  readonly syntax: OptionSyntax | null;
  /** Words before the command: the duration of timeout, the user of gosu. */
  readonly operands?: number;
  /** Whose program it is: only of that it is sure what it says of words that it does not take. */
  readonly project?: Project;
  /** No version of it has other options. */
  readonly isWhole?: true;
  /** Values that it takes for options, and for its operand (''). */
  readonly accepts?: Readonly<Record<string, ValueSyntax>>;
  /** Options with which it starts nothing. */
  readonly alone?: readonly string[];
  /** Without one of these options it starts nothing. */
  readonly wants?: {
    readonly options: readonly string[];
    readonly error: (self: string, word: string) => string;
  };
  /** As whom the command runs, and which words say so. */
  readonly user?: UserSource;
  /** What it says, and ends, when there is no command; not given where it then has something else to do. */
  readonly without?: (self: string) => string;
  readonly search?: Launcher['search'];
  /** execve(2) alone: files that are no programs are not handed to a shell. */
  readonly unknownFile?: 'refused';
  /** Words that it reads from its input follow those of the command. */
  readonly tail?: 'more';
}

/**
 * `spec`: `user[:group]` in names or numbers, the user's other groups included. `account`: a name, and its one group;
 * `s6`: a name with its groups, or `uid:gid`; `chpst`: the value of -u; `setpriv`: each part an option of its own.
 */
export type UserSource = 'spec' | 'account' | 's6' | 'chpst' | 'setpriv';
