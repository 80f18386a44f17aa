/** What getopt_long(3) says of words that a program does not take: `getopt.c` of glibc, `getopt_long.c` of musl. */
import { calledAs, type Tool } from '../running-program.ts';
import type { Execution } from '../execution.ts';
import { type OptionSyntax, parseOptions } from './options.ts';

interface Words {
  readonly unknownLetter: (letter: string) => string;
  /** `word` with its dashes. */
  readonly unknownName: (word: string) => string;
  readonly letterLacksValue: (letter: string) => string;
  readonly nameLacksValue: (name: string) => string;
}

const GLIBC: Words = {
  unknownLetter: (letter) => `invalid option -- '${letter}'`,
  unknownName: (word) => `unrecognized option '${word}'`,
  letterLacksValue: (letter) => `option requires an argument -- '${letter}'`,
  nameLacksValue: (name) => `option '--${name}' requires an argument`,
};

const MUSL: Words = {
  unknownLetter: (letter) => `unrecognized option: ${letter}`,
  unknownName: (word) => `unrecognized option: ${word.slice('--'.length)}`,
  letterLacksValue: (letter) => `option requires an argument: ${letter}`,
  nameLacksValue: (name) => `option requires an argument: ${name}`,
};

/** null: a static program that does not show which libc is in it. */
function wordsOf({ program: { elf } }: Tool): Words | null {
  if (elf.interpreter === null) return elf.loader?.libc === 'static-glibc' ? GLIBC : null;
  return elf.interpreter.path.includes('ld-musl') ? MUSL : GLIBC;
}

/**
 * The syntax of a program that calls getopt(3) without `+`: glibc looks for options behind other words, too, unless
 * POSIXLY_CORRECT is set; musl does not. null: it is not known which libc that is, and the words come to something else.
 */
export function orderOf(
  { environment }: Pick<Execution, 'environment'>,
  tool: Tool,
  syntax: OptionSyntax,
): OptionSyntax | null {
  if (syntax.order !== 'by-libc') return syntax;
  const words = wordsOf(tool);
  const first = { ...syntax, order: undefined };
  const permuted = { ...syntax, order: 'permuted' as const };
  if (words === MUSL || environment.has('POSIXLY_CORRECT')) return first;
  const [one, other] = [first, permuted].map((each) => JSON.stringify(parseOptions(tool.args, each)));
  return words === GLIBC || one === other ? permuted : null;
}

/** Of the last option where the value that it needs is not there; null when that is not the fault. */
export function lackingValue(tool: Tool, args: readonly string[], syntax: OptionSyntax): string | null {
  if (parseOptions(args, syntax) !== null) return null;
  const option = parseOptions([...args, ''], syntax)?.options.at(-1)?.[0];
  if (option === undefined) return null;
  const words = wordsOf(tool) ?? GLIBC;
  const said = option.length === 1 ? words.letterLacksValue(option) : words.nameLacksValue(option);
  return `${zeroOf(tool)}: ${said}`;
}

/** Nobody writes more before the one that is at fault. */
const MOST_WORDS = 256;

/** Of the first option that it does not have; null when that is not the fault. */
export function refusedOption(tool: Tool, syntax: OptionSyntax): string | null {
  const args = tool.args.slice(0, MOST_WORDS);
  const at = args.findIndex((_, index) => parseOptions([...args.slice(0, index + 1), ''], syntax) === null);
  return at === -1 ? null : unknownOption(tool, args[at] ?? '', syntax);
}

/**
 * Of a word of options, as the kernel makes it of a `#!` line: blanks are in it. null when that is not known. `ofBlanks`:
 * how a tool that looks out for them names itself.
 */
export function unknownOption(
  tool: Tool,
  word: string,
  { flags, values, longFlags = [], longValues = [] }: OptionSyntax,
  ofBlanks: string = zeroOf(tool),
): string | null {
  const words = wordsOf(tool);
  if (words === null) return null;
  const hasNames = longFlags.length + longValues.length > 0;
  if (word.startsWith('--') && hasNames) return `${zeroOf(tool)}: ${words.unknownName(word)}`;
  const letter = Array.from(word.slice(1)).find((each) => !flags.includes(each));
  if (letter === undefined || values.includes(letter)) return null;
  return `${letter === ' ' ? ofBlanks : zeroOf(tool)}: ${words.unknownLetter(letter)}`;
}

/** getopt(3) names a program by its argv[0], whoever calls it. */
function zeroOf(tool: Tool): string {
  return tool.family === 'own' ? (tool.program.argv[0] ?? tool.name) : calledAs(tool);
}
