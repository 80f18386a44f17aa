/** `set`: words for `$1`, `$2` …, and options, of which shells do not all have the same. */
import { optionOfSet } from './shell-broken-words.ts';
import type { Builtin } from './shell-builtin.ts';
import type { Flow } from './shell-stakes.ts';
import { OPTION_NAMES } from './shell-arguments.ts';
import { isBash } from './shell-dialect.ts';
import { wordsFrom } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';
import { endUnread } from './shell-unread.ts';

export function setShellOptions(state: ShellState, builtin: Builtin): Flow {
  const { args, tail, all } = builtin;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--' || !/^[-+]./.test(word)) {
      state.positional = wordsFrom(all, word === '--' ? at + 2 : at + 1);
      return 'on';
    }
    const long = /o\r?$/.test(word) ? (args[++at] ?? '') : '';
    const broken = [word, long].find((each) => each.endsWith('\r'));
    if (broken !== undefined) {
      // The letters before a name that there is not are taken; of unknown letters bash takes none.
      if (broken === long) switchOptions(state, word, '');
      return setBroken(state, builtin, broken);
    }
    if (long === 'pipefail' && state.dialect === 'dash' && state.hasPipefail === false)
      return endUnread(
        state,
        { step: builtin.reading.by, counts: builtin.counts },
        { node: builtin.node, message: 'Illegal option -o pipefail', by: 'set' },
      );
    if (endsWith(state, word) || endsWith(state, long)) {
      state.leaveOut(
        `that this shell ends at set ${word}${long === '' ? '' : ` ${long}`}, which it does not know`,
      );
      return 'over';
    }
    if (!isOption(state, word, long)) state.doubt(`what this shell makes of set ${word} ${long}`.trimEnd());
    switchOptions(state, word, long);
  }
  if (tail === 'more') state.positional = { words: [], tail };
  return 'on';
}

/** `set -euo pipefail\r` fails, which ends some shells, and others under the `-e` that it has set. */
function setBroken(state: ShellState, { node, reading, weight, errexit }: Builtin, word: string): Flow {
  const isFatal = weight === 'must-succeed' || (errexit === 'heeded' && state.errexit === 'on');
  if (!isFatal && !endsWith(state, word)) return 'on';
  const crlf = { kind: 'crlf', where: 'lines', word, certainty: state.reach } as const;
  const error = optionOfSet(state, node, word);
  state.execution.recording.refuse(reading.by, error === null ? crlf : { ...crlf, error });
  return 'over';
}

function switchOptions(state: ShellState, word: string, long: string): void {
  const to = word.startsWith('-') ? 'on' : 'off';
  const letters = word.slice(1);
  if (long === 'posix') state.doubt('what set -o posix changes');
  if (long === 'pipefail' && state.dialect === 'dash' && state.hasPipefail === null)
    state.doubt(MAY_LACK_PIPEFAIL);
  if (long === 'pipefail') state.pipefail = to;
  if (letters.includes('e') || long === 'errexit') state.errexit = to;
  if (letters.includes('a') || long === 'allexport') state.allexport = to;
  if (letters.includes('u') || long === 'nounset') state.nounset = to;
}

/** Said of dash, which may be of either kind. */
export const MAY_LACK_PIPEFAIL =
  'whether this shell knows pipefail: dash before 0.5.13 (in Debian before 0.5.12-7) ends there';

/** Where one is not known, the others say so, and go on as after a command that fails. */
function isOption({ dialect }: ShellState, word: string, long: string): boolean {
  const letters = isBash(dialect) ? LETTERS_OF_BASH : LETTERS;
  return letters.test(word) && (long === '' || OPTION_NAMES.test(long));
}

const LETTERS_OF_BASH = /^[-+][abefhkmnopruvxBCEHPT]*$/;
const LETTERS = /^[-+][abCefhIiLlmnopqsuVvxE]*$/;
const DASH_NAMES =
  /^(?:allexport|debug|emacs|errexit|ignoreeof|interactive|monitor|noclobber|noexec|noglob|nolog|notify|nounset|pipefail|privileged|stdin|verbose|vi|xtrace|)$/;

/** "Illegal option": dash and ash end the script at a letter that they do not have, dash also at a long name. */
function endsWith({ dialect }: ShellState, word: string): boolean {
  switch (dialect) {
    case 'dash':
      return /^[-+]/.test(word) ? !LETTERS.test(word) : !DASH_NAMES.test(word);
    case 'ash':
      return /^[-+]/.test(word) && !LETTERS.test(word);
    case 'bash':
      return false;
    case 'bash-as-sh':
    case 'posix':
      return word.endsWith('\r');
  }
}
