/**
 * What the programs of the table start: the command behind their options, looked up as they do it, by whom they
 * become. What needs more than their arguments to be known (sudo, nsenter, supervisors) is left out.
 */
import type { Project } from '../../elf/elf-facts.ts';
import { type Child, type Execution, UNKNOWN } from '../execution.ts';
import { launcherOf } from './launcher.ts';
import { quotesOf } from './locale.ts';
import { lackingValue, orderOf, refusedOption, unknownOption } from './getopt-words.ts';
import { quoted } from './quotation.ts';
import { isOneWord } from './one-word.ts';
import { parseOptions, type ParsedOptions } from './options.ts';
import { namesItself, SMALLEST_STATIC_TOOL, type Tool } from '../running-program.ts';
import { withItsLibrary } from './stdbuf-library.ts';
import { switchUser } from './switch-user.ts';
import { enteringChild } from './entering.ts';
import { OTHER_STARTERS, SUPERVISORS } from './other-starters.ts';
import type { Wrapper } from './wrapper.ts';
import { WRAPPERS } from './wrapper-table.ts';

/** null when the tool is no wrapper that is known here. */
export function wrappedChild(execution: Execution, tool: Tool): readonly Child[] | null {
  const found = WRAPPERS.find(
    ({ names, family }) => names.test(tool.name) && (family === undefined || family === tool.family),
  );
  if (found === undefined) return enteringChild(execution, tool) ?? otherStarter(execution, tool);
  if (isNamesake(found, tool)) {
    leaveOut(execution, tool, `it may be another ${tool.name} than the one of ${found.project}`);
    return [];
  }
  const syntax = found.syntax === null ? null : orderOf(execution, tool, found.syntax);
  if (syntax === null && found.syntax !== null) {
    leaveOut(execution, tool, 'it may take options that stand behind its command');
    return [];
  }
  const wrapper = { ...found, syntax };
  const parsed = optionsOf(wrapper, tool);
  if (parsed === 'alone') return [];
  if (parsed === null) return misunderstood(execution, wrapper, tool);
  if (!takesValues(execution, wrapper, tool, parsed)) return [];
  const argv = parsed.rest.slice(operandsOf(wrapper));
  if (argv.length === 0) return startsNothing(execution, wrapper, tool, parsed);
  const [operand = ''] = parsed.rest;
  // It may be an option, and what follows the operand.
  const isDoubtful = operand.includes(UNKNOWN) && wrapper.accepts?.['']?.takes.test(argv[0] ?? '') === true;
  if (isDoubtful || argv[0]?.includes(UNKNOWN) === true) {
    leaveOut(execution, tool, 'only running tells its words');
    return [];
  }
  const child = childOf(execution, wrapper, tool, parsed);
  if (child === null) return [];
  const { step, role } = tool.program;
  const launcher = launcherOf(execution, tool, wrapper.search ?? 'execvp');
  const command = {
    argv,
    tail: wrapper.tail ?? tool.all.tail,
    by: step,
    via: tool.name,
    launcher:
      wrapper.unknownFile === undefined ? launcher : { ...launcher, unknownFile: wrapper.unknownFile },
    role: role === 'interpreter' ? 'interpreter' : 'child',
  } as const;
  return [{ execution: detached(child, tool, parsed), command }];
}

/** By whom and with what the command is started; null: it is not. */
function childOf(
  execution: Execution,
  wrapper: Wrapper,
  tool: Tool,
  parsed: ParsedOptions,
): Execution | null {
  if (wrapper.user !== undefined) return switchUser(execution, tool, wrapper.user, parsed);
  const isStdbuf = tool.name === 'stdbuf' && isSure(wrapper, tool);
  return isStdbuf ? withItsLibrary(execution, tool) : execution;
}

/** Whether it is the very program of the table, and no other of that name. */
function isSure({ project }: Wrapper, { family, program }: Tool): boolean {
  return family === 'own' && project !== undefined && program.elf.project === project;
}

const COMMON: ReadonlySet<Project> = new Set(['coreutils', 'util-linux', 'findutils', 'time']);

/** Names that many systems have programs of: others than those of the table may read their words in other ways. */
function isNamesake({ project }: Wrapper, { family, program }: Tool): boolean {
  const isCommon = project !== undefined && COMMON.has(project);
  return family === 'own' && isCommon && program.elf.project !== project;
}

/** Options that it does not have, perhaps: surely not those with a blank, as the kernel makes them of a `#!` line. */
function misunderstood(execution: Execution, wrapper: Wrapper, tool: Tool): readonly Child[] {
  const { recording } = execution;
  const { step, role } = tool.program;
  const known = isSure(wrapper, tool) ? wrapper.syntax : null;
  const lacking = known !== null && tool.tail === 'end' ? lackingValue(tool, tool.args, known) : null;
  const refused = known !== null && wrapper.isWhole === true ? refusedOption(tool, known) : null;
  const [first = ''] = tool.args;
  if (role === 'interpreter' && isOneWord(first)) {
    const error = wrapper.syntax === null ? null : unknownOption(tool, first, wrapper.syntax);
    const fault = { kind: 'malformed-shebang', fault: 'options-in-one-word' } as const;
    recording.refuse(step, { ...fault, ...(error !== null && { error }) });
  } else if (lacking !== null) recording.refuse(step, { kind: 'nothing-to-start', error: lacking });
  else if (refused !== null) recording.refuse(step, { kind: 'malformed-command', error: refused });
  else leaveOut(execution, tool, 'its options are not known here');
  return [];
}

function optionsOf({ syntax, alone = [] }: Wrapper, { all: { args } }: Tool): ParsedOptions | 'alone' | null {
  if (syntax === null) return alone.includes(args[0] ?? '') ? 'alone' : { options: [], rest: args };
  if (args.length === 1 && args[0] === '--version') return 'alone';
  return parseOptions(args, syntax, alone);
}

function operandsOf({ operands = 0, syntax, user }: Wrapper): number {
  return operands + (syntax === null && user !== undefined ? 1 : 0);
}

/** false: it ends at the first value that it refuses. What it perhaps does not take is followed all the same. */
function takesValues(execution: Execution, wrapper: Wrapper, tool: Tool, parsed: ParsedOptions): boolean {
  const { accepts, operands, wants } = wrapper;
  // Without a command it looks at no operand.
  const isLooked = operands !== undefined && parsed.rest.length > operands;
  const operand = isLooked ? parsed.rest.slice(0, 1).map((word) => ['', word] as const) : [];
  const refuse = (error: string): false => {
    execution.recording.refuse(tool.program.step, { kind: 'malformed-command', error });
    return false;
  };
  const quote = (value: string): string => quoted(value, quotesOf(execution, tool.program));
  for (const [name, value] of [...parsed.options, ...operand]) {
    const syntax = accepts?.[name];
    if (syntax === undefined || syntax.takes.test(value)) continue;
    if (value.includes(UNKNOWN)) {
      leaveOut(execution, tool, 'only running tells whether it takes its words');
      continue;
    }
    if (isSure(wrapper, tool) && syntax.refuses.test(value))
      return refuse(syntax.error(value, namesItself(tool), quote));
    leaveOut(execution, tool, `it may not take the word ${value}`);
  }
  const [first] = parsed.rest;
  const isWanting = wants !== undefined && !parsed.options.some(([name]) => wants.options.includes(name));
  if (!isWanting || first === undefined || first.includes(UNKNOWN)) return true;
  if (isSure(wrapper, tool) || tool.family === 'busybox')
    return refuse(wants.error(namesItself(tool), first));
  leaveOut(execution, tool, 'it wants an option');
  return true;
}

/** `setsid -f` does not wait for the command, and ends well whatever becomes of it. */
function detached(execution: Execution, { name }: Tool, { options }: ParsedOptions): Execution {
  const isForked = name === 'setsid' && options.some(([option]) => option === 'f' || option === 'fork');
  return isForked ? { ...execution, reach: 'possible' } : execution;
}

function startsNothing(
  { recording }: Execution,
  wrapper: Wrapper,
  tool: Tool,
  { options }: ParsedOptions,
): readonly Child[] {
  // Alone it says how nice it is itself.
  if (tool.name === 'nice' && options.length === 0 && tool.all.tail === 'end') return [];
  const error = tool.all.tail === 'end' ? missesCommand(wrapper, tool) : null;
  if (error !== null) recording.refuse(tool.program.step, { kind: 'nothing-to-start', error });
  else if (
    wrapper.without !== undefined ||
    wrapper.user !== undefined ||
    tool.all.tail === 'more' ||
    wrapper.tail === 'more'
  )
    recording.leaveOut(`what ${tool.program.path} starts`);
  return [];
}

/** What it says without a command; null where it may be another program of that name, or only ends. */
function missesCommand(wrapper: Wrapper, tool: Tool): string | null {
  const { without, project } = wrapper;
  const { family, program } = tool;
  // A dynamic program of this size may be what it is named, or a stand-in.
  if (without === undefined || program.elf.fileSize < SMALLEST_STATIC_TOOL) return null;
  if (family === 'busybox') return `Usage: ${tool.name} `;
  const isKnown = family === 'own' && (project === undefined || isSure(wrapper, tool));
  return isKnown ? without(namesItself(tool)) : null;
}

function otherStarter(execution: Execution, tool: Tool): readonly Child[] | null {
  if (SUPERVISORS.has(tool.name)) leaveOut(execution, tool, 'it reads that in files of its own');
  else if (tool.name === 'find') return ofFind(execution, tool);
  else if (!OTHER_STARTERS.has(tool.name)) return null;
  else if (tool.all.args.length > 0 || tool.tail === 'more')
    leaveOut(execution, tool, 'its words are not followed here');
  return [];
}

/** `find … -exec COMMAND {} +`, which fails with it where it finds anything; with `;` that is not so. */
function ofFind(execution: Execution, { name, all, program }: Tool): readonly Child[] {
  const from = all.args.findIndex((word) => /^-exec(?:dir)?$/.test(word)) + 1;
  const to = all.args.indexOf('+', from);
  if (from === 0 || to <= from) return [];
  const argv = all.args.slice(from, to);
  const launcher = { name, search: 'execvp', unknownFile: 'read-by-shell' } as const;
  const command = { argv, tail: 'end', by: program.step, via: name, launcher, role: 'child' } as const;
  return [{ execution: { ...execution, reach: 'possible' }, command }];
}

function leaveOut({ recording }: Execution, { program }: Tool, why: string): void {
  recording.leaveOut(`what ${program.path} starts: ${why}`);
}
