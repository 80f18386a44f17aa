/** env(1) of GNU coreutils and of busybox: options, assignments, and the command with the environment they make. */
import { resolve } from '../rootfs/resolve.ts';
import { splitEnvString } from './env-split.ts';
import type { Child, Execution } from './execution.ts';
import { launcherOf } from './launcher.ts';
import { type OptionSyntax, parseOptions } from './options.ts';
import { isOneWord } from './one-word.ts';
import type { ShebangFault } from './refusal.ts';
import type { Tool } from './running-program.ts';

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
  const words = tool.family === 'own' ? expandSplits(execution, tool.args) : tool.args;
  const syntax = tool.family === 'own' ? GNU : BUSYBOX;
  const parsed = words === null ? null : parseOptions(words, syntax, ALONE);
  if (parsed === 'alone') return [];
  if (parsed === null) {
    const fault = faultOf(tool);
    if (fault !== null) recording.refuse(step, { kind: 'malformed-shebang', fault });
    else recording.leaveOut(`what ${path} starts: its options are not known here`);
    return [];
  }
  const circumstances = circumstancesOf(execution, parsed.options);
  if (circumstances === null) {
    recording.leaveOut(`what ${path} starts: it goes to another directory first`);
    return [];
  }
  const rest = parsed.rest[0] === '-' ? parsed.rest.slice(1) : parsed.rest;
  const environment = new Map(parsed.rest[0] === '-' ? [] : circumstances.environment);
  let at = 0;
  for (
    let match = ASSIGNMENT.exec(rest[0] ?? '');
    match !== null;
    match = ASSIGNMENT.exec(rest[++at] ?? '')
  ) {
    environment.set(match[1] ?? '', match[2] ?? '');
  }
  const argv = rest.slice(at);
  if (argv.length === 0) return [];
  if (parsed.options.some(isRefused)) recording.leaveOut(`what ${path} starts: it may not take its options`);
  const launcher = launcherOf(tool, 'execvp');
  const command = { argv, tail: tool.tail, by: step, via: 'env', launcher } as const;
  const child = { ...circumstances, environment };
  return [
    { execution: child, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } },
  ];
}

/** Replaces `-S STRING` by the words of the string, which may be options again; null when they cannot be known. */
function expandSplits(execution: Execution, args: readonly string[]): readonly string[] | null {
  const at = args.findIndex(
    (word) => !word.startsWith('-') || word === '-' || word === '--' || isSplitOption(word),
  );
  const word = args[at];
  if (word === undefined || !isSplitOption(word)) return args;
  const [, letters = '', attached = ''] =
    /^-([iv0]*)S([^]*)$/.exec(word) ?? /^--split-string()=?([^]*)$/.exec(word) ?? [];
  const inNext = attached === '' && !word.endsWith('=');
  const words = splitEnvString(inNext ? (args[at + 1] ?? '') : attached, execution.environment);
  if (words === null) return null;
  const flags = letters === '' ? [] : [`-${letters}`];
  return expandSplits(execution, [
    ...args.slice(0, at),
    ...flags,
    ...words,
    ...args.slice(at + (inNext ? 2 : 1)),
  ]);
}

/** `-i node` in one word, as the kernel hands it over: neither env has an option that is a blank. */
function faultOf({ args: [first = ''], family, program }: Tool): ShebangFault | null {
  if (program.role !== 'interpreter') return null;
  if (family === 'busybox' && isSplitOption(first)) return 'env-without-split';
  if (isSplitOption(first)) return 'split-string';
  return isOneWord(first) ? 'options-in-one-word' : null;
}

function isSplitOption(word: string | undefined): boolean {
  return word !== undefined && (/^-[iv0]*S/.test(word) || /^--split-string(?:=|$)/.test(word));
}

/** `-0` is for printing, and no name of a variable is empty or has `=` in it. */
function isRefused([name, value]: readonly [string, string]): boolean {
  return /^(?:0|null)$/.test(name) || (/^(?:u|unset)$/.test(name) && /^$|=/.test(value));
}

function circumstancesOf(
  execution: Execution,
  options: readonly (readonly [string, string])[],
): Execution | null {
  let environment = new Map(execution.environment);
  let { workingDir } = execution;
  for (const [name, value] of options) {
    if (name === 'i' || name === 'ignore-environment') environment = new Map();
    else if (name === 'u' || name === 'unset') environment.delete(value);
    else if (name === 'C' || name === 'chdir') {
      const walk = resolve(execution.rootfs, value, { from: workingDir });
      if (walk.kind !== 'found' || walk.located.entry.type !== 'directory') return null;
      workingDir = walk.located.path;
    }
  }
  return { ...execution, environment, workingDir };
}
