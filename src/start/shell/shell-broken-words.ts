/** What shells say, and end, of a word that a Windows line end has left a CR in. As dash 0.5.12, busybox 1.35 and 1.37 and bash 5.2. */
import type { Command } from 'unbash';
import { type Dialect, isBash } from './shell-dialect.ts';
import { placed } from './shell-place.ts';
import type { ShellState } from './shell-state.ts';
import { placeOf } from './shell-texts.ts';

/** Options of `#!/bin/sh -e\r`; null where another option is at fault before. */
export function optionAtStart(dialect: Dialect, zero: string, word: string): string | null {
  if (word.startsWith('--')) return isBash(dialect) ? `${zero}: ${word}: invalid option` : null;
  return /^-[aefmnuvx]*\r$/.test(word) ? unknownOption(dialect, zero, '\r') : null;
}

/** A letter that no shell has for an option. */
export function unknownOption(dialect: Dialect, zero: string, letter: string): string | null {
  switch (dialect) {
    case 'dash':
      return `${zero}: 0: Illegal option -${letter}`;
    case 'ash':
      return `${zero}: illegal option -${letter}`;
    case 'bash':
    case 'bash-as-sh':
      return `${zero}: -${letter}: invalid option`;
    case 'posix':
      return null;
  }
}

/** `set -e\r`, `set -o pipefail\r`. */
export function optionOfSet(state: ShellState, node: Command, word: string): string | null {
  const name = /^[-+]/.test(word) ? null : word;
  if (name === null && !/^-[aefmnuvx]*\r$/.test(word)) return null;
  const place = placeOf(state, node, 'set');
  switch (state.dialect) {
    case 'dash':
      return placed(place, `Illegal option -${name === null ? '\r' : `o ${name}`}`);
    case 'ash':
      return placed(place, `illegal option -${name === null ? '\r' : `o ${name}`}`);
    case 'bash':
    case 'bash-as-sh':
      return placed(place, name === null ? 'set: -\r: invalid option' : `set: ${name}: invalid option name`);
    case 'posix':
      return null;
  }
}

/** `2>&1\r`; the line that dash names is the one behind all that it has read. */
export function descriptor(state: ShellState, node: Command, word: string): string | null {
  switch (state.dialect) {
    case 'dash':
      return 'Syntax error: Bad fd number';
    case 'ash':
      return placed(placeOf(state, node, null), 'redir error');
    case 'bash':
    case 'bash-as-sh':
      return placed(placeOf(state, node, null), `${word.slice('>&'.length)}: ambiguous redirect`);
    case 'posix':
      return null;
  }
}
