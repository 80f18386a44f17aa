/** What there is to know about one setting, whichever way it is set. */
import type { Parse } from './parsers.ts';

export interface Setting<T> {
  /** The input's name; the option's after `--`; the config key. */
  readonly name: string;
  /** One sentence for action.yml and `--help`. */
  readonly summary: string;
  /** A list may be given several times, or as a list in the config file. */
  readonly shape: 'list' | 'boolean' | 'value';
  /** How a value is written. */
  readonly values: string;
  /** What holds when nobody sets it, in words. */
  readonly initially: string;
  /** Which faces know it; every one of them can also be set in the environment. */
  readonly faces: readonly Face[];
  /** Why it is there, and what is good to know; for docs/inputs.md. */
  readonly remark: string;
  readonly fallback: T;
  readonly parse: Parse<T>;
}

export type When = 'always' | 'on-failure' | 'never';
export type Face = 'action' | 'command' | 'config';

export const EVERYWHERE: readonly Face[] = ['action', 'command', 'config'];
/** What is checked is said where the image is made, not in a policy for many workflows. */
export const PER_RUN: readonly Face[] = ['action', 'command'];
export const PUBLISHING: readonly Face[] = ['action', 'config'];
export const ACTION_ONLY: readonly Face[] = ['action'];

export const LIST = 'list: one a line, or separated by commas';

/** Only keeps the type of the value. */
export function setting<T>(definition: Setting<T>): Setting<T> {
  return definition;
}
