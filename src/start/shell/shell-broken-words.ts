/** What shells say, and end, of a word that a Windows line end has left a CR in. As dash 0.5.12, busybox 1.35 and 1.37 and bash 5.2. */
import type { Command } from 'unbash';
import { takesLetter } from './shell-arguments.ts';
import { type Dialect, isBash } from './shell-dialect.ts';
import { placed } from './shell-place.ts';
import type { ShellProcess } from './shell-process.ts';
import type { Flow } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { placeOf } from './shell-texts.ts';

/** Letters of options that say nothing of the words behind them. */
const LETTERS: Readonly<Record<Dialect, string>> = {
  dash: 'abCcEefilmnpsuVvx',
  ash: 'abCcEefilmnsuvx',
  bash: 'aBbCcDEefHhiklmnPprsTtuvx',
  'bash-as-sh': 'aBbCcDEefHhiklmnPprsTtuvx',
  posix: '',
};

/**
 * Of `#!/bin/sh -e\r` and `#!/bin/bash -eo pipefail`, where `next` is the script: the first letter that is none, or a
 * name that no `-o` has; null where that is not known.
 */
export function optionAtStart(dialect: Dialect, zero: string, word: string, next: string): string | null {
  if (word.startsWith('--') && dialect === 'dash') return unknownOption(dialect, zero, '-');
  if (word.startsWith('--')) return isBash(dialect) ? `${zero}: ${word}: invalid option` : null;
  const letter = Array.from(word.slice(1)).find((each) => !LETTERS[dialect].includes(each));
  if (letter === 'o' && next.includes('/')) return unknownName(dialect, zero, next);
  return letter === undefined || /[A-Za-z]/.test(letter) ? null : unknownOption(dialect, zero, letter);
}

/** Of a word that the shell surely does not take: `--login`, `-Z`, `-o NAME`. */
export function refusedAtStart(dialect: Dialect, zero: string, refused: string): string | null {
  const [word = '', name] = refused.split(' ');
  // ash says so, and goes on.
  if (name !== undefined) return dialect === 'ash' ? null : unknownName(dialect, zero, name);
  if (word.startsWith('--')) return optionAtStart(dialect, zero, word, '');
  const letter = Array.from(word.slice(1)).find((each) => !takesLetter(dialect, each));
  return letter === undefined || word.startsWith('+') ? null : unknownOption(dialect, zero, letter);
}

function unknownName(dialect: Dialect, zero: string, name: string): string | null {
  return isBash(dialect)
    ? `${zero}: line 0: ${zero}: ${name}: invalid option name`
    : unknownOption(dialect, zero, `o ${name}`);
}

/** A letter that no shell has for an option. */
function unknownOption(dialect: Dialect, zero: string, letter: string): string | null {
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

/** `exit 0\r`. */
export function statusOfExit(state: ShellState, node: Command, word: string): string | null {
  const place = placeOf(state, node, 'exit');
  if (state.dialect === 'posix') return null;
  return placed(
    place,
    isBash(state.dialect) ? `exit: ${word}: numeric argument required` : `Illegal number: ${word}`,
  );
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

/** `2>&1\r`: "Bad fd number" ends dash, everywhere else the command is not run. */
export function endWithCr(
  { state, reading }: ShellProcess,
  word: string,
  say: (state: ShellState, node: Command, word: string) => string | null,
  node: Command,
  isFatal: boolean,
): Flow {
  const { dialect, execution } = state;
  if (!isFatal && dialect !== 'dash') return 'on';
  const crlf = { kind: 'crlf', where: 'lines', word, certainty: state.reach } as const;
  const error = say(state, node, word);
  execution.recording.refuse(reading.by, error === null ? crlf : { ...crlf, error });
  return 'over';
}
