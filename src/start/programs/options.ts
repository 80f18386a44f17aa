import { UNKNOWN } from '../execution.ts';

/** getopt(3) and getopt_long(3): options up to the first word that is none, or up to `--`. */
export interface OptionSyntax {
  /** Letters of options without a value. */
  readonly flags: string;
  /** Letters of options with a value, in the same word or the next. */
  readonly values: string;
  /** Long names without a value, and with one (`--name=value` or `--name value`). */
  readonly longFlags?: readonly string[];
  readonly longValues?: readonly string[];
  /** Whether the beginning of a long name will do, when no other begins so: getopt_long(3). */
  readonly abbreviates?: boolean;
  /** `permuted`: options are looked for behind other words too, up to `--`. `by-libc`: see `orderOf`. */
  readonly order?: 'permuted' | 'by-libc' | undefined;
}

export interface ParsedOptions {
  /** Letters and long names in order, with their values; '' for flags. */
  readonly options: readonly (readonly [name: string, value: string])[];
  /** What follows the options. */
  readonly rest: readonly string[];
}

/** Whether something is not known of a value, or of the word behind the options. */
export function isUnknown({ options, rest }: ParsedOptions): boolean {
  return [...options.map(([, value]) => value), rest[0] ?? ''].some((word) => word.includes(UNKNOWN));
}

/** null when there is an option that the syntax does not have, or one lacks its value. */
export function parseOptions(args: readonly string[], syntax: OptionSyntax): ParsedOptions | null;
/** `alone`: one of these options comes before anything that is not understood. */
export function parseOptions(
  args: readonly string[],
  syntax: OptionSyntax,
  alone: readonly string[],
): ParsedOptions | 'alone' | null;
export function parseOptions(
  args: readonly string[],
  syntax: OptionSyntax,
  alone: readonly string[] = [],
): ParsedOptions | 'alone' | null {
  const options: [string, string][] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return { options, rest: [...rest, ...args.slice(at + 1)] };
    if (word === '-' || !word.startsWith('-')) {
      if (syntax.order !== 'permuted') return { options, rest: args.slice(at) };
      rest.push(word);
      continue;
    }
    const next = args[at + 1];
    const parsed = word.startsWith('--')
      ? parseLong(word.slice(2), next, syntax)
      : parseShort(word, next, syntax);
    if (parsed === null) return null;
    if (parsed.options.some(([name]) => alone.includes(name))) return 'alone';
    options.push(...parsed.options);
    if (parsed.tookNext) at++;
  }
  return { options, rest };
}

interface ParsedWord {
  readonly options: readonly [string, string][];
  readonly tookNext: boolean;
}

function parseLong(word: string, next: string | undefined, syntax: OptionSyntax): ParsedWord | null {
  const equals = word.indexOf('=');
  const name = fullName(equals === -1 ? word : word.slice(0, equals), syntax);
  if (syntax.longFlags?.includes(name) === true && equals === -1)
    return { options: [[name, '']], tookNext: false };
  if (syntax.longValues?.includes(name) !== true) return null;
  if (equals !== -1) return { options: [[name, word.slice(equals + 1)]], tookNext: false };
  return next === undefined ? null : { options: [[name, next]], tookNext: true };
}

function fullName(name: string, { longFlags = [], longValues = [], abbreviates }: OptionSyntax): string {
  const all = [...new Set([...longFlags, ...longValues])];
  if (abbreviates !== true || all.includes(name)) return name;
  const meant = all.filter((each) => each.startsWith(name));
  return meant.length === 1 && meant[0] !== undefined ? meant[0] : name;
}
function parseShort(word: string, next: string | undefined, syntax: OptionSyntax): ParsedWord | null {
  const options: [string, string][] = [];
  for (let at = 1; at < word.length; at++) {
    const letter = word[at] ?? '';
    if (syntax.values.includes(letter)) {
      const value = at + 1 < word.length ? word.slice(at + 1) : next;
      if (value === undefined) return null;
      return { options: [...options, [letter, value]], tookNext: at + 1 === word.length };
    }
    if (!syntax.flags.includes(letter)) return null;
    options.push([letter, '']);
  }
  return { options, tookNext: false };
}
