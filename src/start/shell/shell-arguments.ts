/** The words that a shell is called with: options, and what follows them. */
import type { Dialect } from './shell-dialect.ts';

export interface ShellArguments {
  /** Of all options: `ec` of `-e -c`. */
  readonly letters: string;
  /** Of `-o NAME`, without those of `+o`. */
  readonly names: readonly string[];
  /** The first word that this shell surely does not take; it then ends. */
  readonly refused: string | null;
  /** Whether it only says something of itself. */
  readonly task: 'script' | 'help';
  readonly operands: readonly string[];
}

const LONG_WITH_VALUE = ['--rcfile', '--init-file', '--emulate'];
const LONG_OF_BASH =
  /^--(?:debug|debugger|dump-po-strings|dump-strings|init-file|login|noediting|noprofile|norc|posix|pretty-print|protected|rcfile|restricted|verbose|wordexp)$/;
/** Of `set -o`, in any of them. */
export const OPTION_NAMES =
  /^(?:allexport|braceexpand|debug|emacs|errexit|errtrace|functrace|hashall|histexpand|history|ignoreeof|interactive|interactive-comments|keyword|monitor|noclobber|noexec|noglob|nolog|notify|nounset|onecmd|physical|pipefail|posix|privileged|stdin|verbose|vi|xtrace)$/;
const LETTERS: Readonly<Record<Dialect, RegExp | null>> = {
  dash: /^[abCcEefIiLlmnopqsuVvx]*$/,
  ash: /^[abCcEefIiLlmnopqsuVvx]*$/,
  bash: /^[aBbCcDEefHhiklmnOoPprsTtuvx]*$/,
  'bash-as-sh': /^[aBbCcDEefHhiklmnOoPprsTtuvx]*$/,
  posix: null,
};

export function parseShellArguments(dialect: Dialect, args: readonly string[]): ShellArguments {
  let letters = '';
  let refused: string | null = null;
  const names: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    const rest = { letters, names, refused };
    if (word === '-' || word === '--') return { ...rest, task: 'script', operands: args.slice(at + 1) };
    if (!/^[-+]./s.test(word)) break;
    if (/^--(?:help|version)$/.test(word) && dialect !== 'dash')
      return { ...rest, task: 'help', operands: [] };
    if (word === '--login') letters += 'l';
    if (word.startsWith('--')) {
      // ash passes over all long options.
      if (word.endsWith('\r') && dialect !== 'ash') letters += '\r';
      if (!takesLong(dialect, word)) refused ??= word;
      if (LONG_WITH_VALUE.includes(word)) at++;
      continue;
    }
    if (word.startsWith('-')) letters += word.slice(1);
    if (LETTERS[dialect]?.test(word.slice(1)) === false) refused ??= word;
    if (!/[oO]/.test(word)) continue;
    const name = args[++at] ?? '';
    if (word.startsWith('-') && word.includes('o')) names.push(name);
    if (word.includes('o') && !OPTION_NAMES.test(name) && LETTERS[dialect] !== null)
      refused ??= `${word} ${name}`;
  }
  return { letters, names, refused, task: 'script', operands: args.slice(at) };
}

export function takesLetter(dialect: Dialect, letter: string): boolean {
  return LETTERS[dialect]?.test(letter) !== false;
}

function takesLong(dialect: Dialect, word: string): boolean {
  switch (dialect) {
    case 'bash':
    case 'bash-as-sh':
      return LONG_OF_BASH.test(word);
    case 'ash':
    case 'dash':
      return dialect === 'ash' && word === '--login';
    case 'posix':
      return true;
  }
}
