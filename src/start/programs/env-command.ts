/** env(1) of GNU coreutils and of busybox: options, assignments, and the command with the environment they make. */
import { compareVersions } from '../../base/compare-versions.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { BLANKS, BLANKS_BEFORE_9, splitEnvString, type SplitFault } from './env-split.ts';
import { type Child, type Execution, UNKNOWN } from '../execution.ts';
import { launcherOf } from './launcher.ts';
import { quotesOf } from './locale.ts';
import { quoted, shellQuoted } from './quotation.ts';
import { lackingValue, unknownOption } from './getopt-words.ts';
import { isUnknown, type OptionSyntax, type ParsedOptions, parseOptions } from './options.ts';
import { isOneWord } from './one-word.ts';
import type { ShebangFault } from '../refusal.ts';
import { namesItself, type Tool } from '../running-program.ts';

const GNU: OptionSyntax = {
  flags: 'i0v',
  values: 'CuSa',
  longFlags: [
    'ignore-environment',
    'null',
    'debug',
    'list-signal-handling',
    'help',
    'version',
    'block-signal',
    'default-signal',
    'ignore-signal',
  ],
  longValues: ['unset', 'chdir', 'split-string', 'argv0', 'block-signal', 'default-signal', 'ignore-signal'],
  abbreviates: true,
};
const BUSYBOX: OptionSyntax = {
  flags: 'i0',
  values: 'u',
  longFlags: ['ignore-environment'],
  longValues: ['unset'],
  abbreviates: true,
};

const ALONE = ['help', 'version'];

const ASSIGNMENT = /^([^=]*)=([^]*)$/;

export function envChild(execution: Execution, tool: Tool): readonly Child[] {
  const { recording } = execution;
  const { step, path, role } = tool.program;
  if (isNamesake(tool)) {
    recording.leaveOut(`what ${path} starts: it may be another env than the one of coreutils`);
    return [];
  }
  const words =
    tool.family === 'busybox'
      ? tool.all.args
      : expandSplits(execution, tool.all.args, isOlderThan(tool, '9.0') ? BLANKS_BEFORE_9 : BLANKS);
  if (words !== null && 'error' in words) return refuse(execution, tool, words.error);
  const parsed = words === null ? null : parseOptions(words, syntaxOf(tool), ALONE);
  if (parsed === 'alone') return [];
  if (words === null || parsed === null) return misunderstood(execution, tool, words);
  const rest = parsed.rest[0] === '-' ? parsed.rest.slice(1) : parsed.rest;
  const at = rest.findIndex((word) => !ASSIGNMENT.test(word));
  const argv = at === -1 ? [] : rest.slice(at);
  const assigned = rest.slice(0, rest.length - argv.length);
  const isOpen = argv.length === 0 && tool.all.tail === 'more';
  if (
    isOpen ||
    isUnknown({ ...parsed, rest: argv }) ||
    assigned.some((word) => nameOf(word).includes(UNKNOWN))
  ) {
    recording.leaveOut(`what ${path} starts: only running tells its words`);
    return [];
  }
  const refusal = refusalOf(execution, tool, parsed.options, argv);
  if (refusal !== null && isSure(tool)) return refuse(execution, tool, refusal);
  if (refusal !== null) recording.leaveOut(`what ${path} starts: it may not take its options`);
  if (argv.length === 0) return startsNothing(execution, tool, parsed.options);
  const circumstances = circumstancesOf(execution, parsed.options);
  if (circumstances === null) {
    recording.leaveOut(`what ${path} starts: it goes to another directory first`);
    return [];
  }
  const isEmpty = parsed.rest[0] === '-';
  const environment = new Map(isEmpty ? [] : circumstances.environment);
  const unknownVariables = new Set(isEmpty ? [] : circumstances.unknownVariables);
  for (const word of assigned) {
    const [, name = '', value = ''] = ASSIGNMENT.exec(word) ?? [];
    environment.delete(name);
    unknownVariables.delete(name);
    if (value.includes(UNKNOWN)) unknownVariables.add(name);
    else environment.set(name, value);
  }
  const launcher = launcherOf(execution, tool, 'execvp');
  const command = { argv, tail: tool.all.tail, by: step, via: 'env', launcher } as const;
  const child = { ...circumstances, environment, unknownVariables };
  return [
    { execution: child, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } },
  ];
}

function nameOf(assignment: string): string {
  return ASSIGNMENT.exec(assignment)?.[1] ?? '';
}

/** `-a` is new in coreutils 9.5. */
const GNU_BEFORE_9_5: OptionSyntax = {
  ...GNU,
  values: 'CuS',
  longValues: GNU.longValues?.filter((name) => name !== 'argv0') ?? [],
};

function syntaxOf(tool: Tool): OptionSyntax {
  if (tool.family === 'busybox') return BUSYBOX;
  return isOlderThan(tool, '9.5') ? GNU_BEFORE_9_5 : GNU;
}

/** Where its version is to be seen. */
function isOlderThan({ program }: Tool, version: string): boolean {
  const own = program.elf.projectVersion;
  return own !== null && !own.startsWith('0.') && compareVersions(own, version) < 0;
}

/** GNU's own: of that it is sure what it says of words that it does not take. */
function isSure({ family, program }: Tool): boolean {
  return family === 'own' && program.elf.project === 'coreutils';
}

/** Every env takes assignments and a command alike (POSIX); options differ. */
function isNamesake(tool: Tool): boolean {
  const [first = ''] = tool.args;
  return tool.family !== 'busybox' && !isSure(tool) && first.startsWith('-') && first !== '-';
}

function refuse({ recording }: Execution, tool: Tool, words: string): readonly Child[] {
  const { step, role } = tool.program;
  const error = `${namesItself(tool)}: ${words}`;
  if (role === 'interpreter')
    recording.refuse(step, { kind: 'malformed-shebang', fault: 'split-string', error });
  else recording.refuse(step, { kind: 'malformed-command', error });
  return [];
}

/** Options that it does not have, perhaps, or an end of them that is not known. */
function misunderstood(execution: Execution, tool: Tool, words: readonly string[] | null): readonly Child[] {
  const { recording } = execution;
  const { step, path } = tool.program;
  const fault = faultOf(tool);
  const syntax = syntaxOf(tool);
  const lacking =
    words === null || tool.tail === 'more' || !isSure(tool) ? null : lackingValue(tool, words, syntax);
  if (fault !== null) {
    const error = unknownOption(tool, tool.args[0] ?? '', syntax, namesItself(tool));
    recording.refuse(step, { kind: 'malformed-shebang', fault, ...(error !== null && { error }) });
  } else if (lacking !== null) recording.refuse(step, { kind: 'nothing-to-start', error: lacking });
  else recording.leaveOut(`what ${path} starts: its options are not known here`);
  return [];
}

/** Replaces `-S STRING` by the words of the string, which may be options again; null when they cannot be known. */
function expandSplits(
  execution: Execution,
  args: readonly string[],
  blanks: RegExp,
): readonly string[] | SplitFault | null {
  const at = args.findIndex(
    (word) => !word.startsWith('-') || word === '-' || word === '--' || isSplitOption(word),
  );
  const word = args[at];
  if (word === undefined || !isSplitOption(word)) return args;
  const [, letters = '', attached = ''] =
    /^-([iv0]*)S([^]*)$/.exec(word) ?? /^--split-string()=?([^]*)$/.exec(word) ?? [];
  const inNext = attached === '' && !word.endsWith('=');
  const text = inNext ? args[at + 1] : attached;
  if (text === undefined) return args;
  if (text.includes(UNKNOWN)) return null;
  const words = splitEnvString(text, execution, blanks);
  if (words === null || 'error' in words) return words;
  const flags = letters === '' ? [] : [`-${letters}`];
  const rest = args.slice(at + (inNext ? 2 : 1));
  return expandSplits(execution, [...args.slice(0, at), ...flags, ...words, ...rest], blanks);
}

/** `-i node` in one word, as the kernel hands it over: neither env has an option that is a blank. */
function faultOf({ args: [first = ''], family, program }: Tool): ShebangFault | null {
  if (program.role !== 'interpreter') return null;
  if (family === 'busybox' && isSplitOption(first)) return 'env-without-split';
  return !isSplitOption(first) && isOneWord(first) ? 'options-in-one-word' : null;
}

function isSplitOption(word: string | undefined): boolean {
  return word !== undefined && (/^-[iv0]*S/.test(word) || /^--split-string(?:=|$)/.test(word));
}

/**
 * What env says, and ends, before it starts the command: `-0` is for printing, no name of a variable is empty or has
 * `=` in it, and the directory of `-C` must be there.
 */
function refusalOf(
  execution: Execution,
  { program }: Tool,
  options: ParsedOptions['options'],
  argv: readonly string[],
): string | null {
  const quote = (text: string): string => quoted(text, quotesOf(execution, program));
  const unset = options.find(([name, value]) => /^(?:u|unset)$/.test(name) && /^$|=/.test(value));
  if (unset !== undefined) return `cannot unset ${quote(unset[1])}: Invalid argument`;
  if (argv.length > 0 && options.some(([name]) => name === '0' || name === 'null'))
    return 'cannot specify --null (-0) with command';
  const directory = options.findLast(isDirectory)?.[1];
  if (directory === undefined || argv.length === 0) return null;
  const isMissing = resolve(execution.rootfs, directory, { from: execution.workingDir }).kind === 'missing';
  return isMissing
    ? `cannot change directory to ${shellQuoted(directory) ?? quote(directory)}: No such file or directory`
    : null;
}

/** Without a command it prints the environment; only `-C` wants one. */
function startsNothing(
  { recording }: Execution,
  tool: Tool,
  options: ParsedOptions['options'],
): readonly Child[] {
  const wantsCommand = isSure(tool) && tool.tail === 'end' && options.some(isDirectory);
  const error = `${namesItself(tool)}: must specify command with --chdir (-C)`;
  if (wantsCommand) recording.refuse(tool.program.step, { kind: 'nothing-to-start', error });
  return [];
}

function isDirectory([name]: readonly [name: string, value: string]): boolean {
  return name === 'C' || name === 'chdir';
}

/** Of several directories the last one counts. */
function circumstancesOf(execution: Execution, options: ParsedOptions['options']): Execution | null {
  const environment = new Map(execution.environment);
  const unknownVariables = new Set(execution.unknownVariables);
  let { workingDir } = execution;
  for (const [name, value] of options) {
    for (const variables of [environment, unknownVariables]) {
      if (name === 'i' || name === 'ignore-environment') variables.clear();
      else if (name === 'u' || name === 'unset') variables.delete(value);
    }
  }
  const directory = options.findLast(isDirectory)?.[1];
  if (directory !== undefined) {
    const walk = resolve(execution.rootfs, directory, { from: execution.workingDir });
    if (walk.kind !== 'found' || walk.located.entry.type !== 'directory') return null;
    workingDir = walk.located.path;
  }
  return { ...execution, environment, unknownVariables, workingDir };
}
