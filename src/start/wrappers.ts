/**
 * What the programs of the table start: the command behind their options, looked up as they do it, by whom they
 * become. What needs more than their arguments to be known (su, sudo, runuser, chroot) is left out.
 */
import type { Child, Execution } from './execution.ts';
import { launcherOf } from './launcher.ts';
import { isOneWord } from './one-word.ts';
import { parseOptions, type ParsedOptions } from './options.ts';
import { SMALLEST_STATIC_TOOL, type Tool } from './running-program.ts';
import { switchUser } from './switch-user.ts';
import { OTHER_STARTERS, type Wrapper, WRAPPERS } from './wrapper-table.ts';

/** null when the tool is no wrapper that is known here. */
export function wrappedChild(execution: Execution, tool: Tool): readonly Child[] | null {
  const wrapper = WRAPPERS.find(
    ({ names, family }) => names.test(tool.name) && (family === undefined || family === tool.family),
  );
  if (wrapper === undefined) return otherStarter(execution, tool);
  const parsed = optionsOf(wrapper, tool);
  if (parsed === 'alone') return [];
  if (parsed === null) return misunderstood(execution, tool);
  noteValues(execution, wrapper, tool, parsed);
  const argv = parsed.rest.slice(operandsOf(wrapper));
  if (argv.length === 0) return startsNothing(execution, wrapper, tool);
  const child = wrapper.user === undefined ? execution : switchUser(execution, tool, wrapper.user, parsed);
  if (child === null) return [];
  const { step, role } = tool.program;
  const launcher = launcherOf(tool, wrapper.search ?? 'execvp');
  const command = {
    argv,
    tail: tool.tail,
    by: step,
    via: tool.name,
    launcher:
      wrapper.unknownFile === undefined ? launcher : { ...launcher, unknownFile: wrapper.unknownFile },
    role: role === 'interpreter' ? 'interpreter' : 'child',
  } as const;
  return [{ execution: detached(child, tool, parsed), command }];
}

/** Options that it does not have, perhaps: surely not those with a blank, as the kernel makes them of a `#!` line. */
function misunderstood(execution: Execution, tool: Tool): readonly Child[] {
  if (tool.program.role === 'interpreter' && isOneWord(tool.args[0] ?? ''))
    execution.recording.refuse(tool.program.step, {
      kind: 'malformed-shebang',
      fault: 'options-in-one-word',
    });
  else leaveOut(execution, tool, 'its options are not known here');
  return [];
}

function optionsOf({ syntax, alone = [] }: Wrapper, { args }: Tool): ParsedOptions | 'alone' | null {
  if (syntax === null) return alone.includes(args[0] ?? '') ? 'alone' : { options: [], rest: args };
  if (args.length === 1 && args[0] === '--version') return 'alone';
  return parseOptions(args, syntax, alone);
}

function operandsOf({ operands = 0, syntax, user }: Wrapper): number {
  return operands + (syntax === null && user !== undefined ? 1 : 0);
}

/** Values that it surely or perhaps does not take: what it would start is followed all the same. */
function noteValues(
  execution: Execution,
  { accepts, operands }: Wrapper,
  tool: Tool,
  parsed: ParsedOptions,
): void {
  const operand = operands === undefined ? [] : parsed.rest.slice(0, 1).map((word) => ['', word] as const);
  for (const [name, value] of [...parsed.options, ...operand]) {
    if (accepts?.[name]?.test(value) === false)
      leaveOut(execution, tool, `it may not take the word ${value}`);
  }
  if (tool.name === 'stdbuf' && parsed.options.length === 0) leaveOut(execution, tool, 'it wants an option');
}

/** `setsid -f` does not wait for the command, and ends well whatever becomes of it. */
function detached(execution: Execution, { name }: Tool, { options }: ParsedOptions): Execution {
  const isForked = name === 'setsid' && options.some(([option]) => option === 'f' || option === 'fork');
  return isForked ? { ...execution, reach: 'possible' } : execution;
}

function startsNothing({ recording }: Execution, { without }: Wrapper, tool: Tool): readonly Child[] {
  // A dynamic program of this size may be what it is named, or a stand-in that only ends.
  const isSmall = tool.program.elf.fileSize < SMALLEST_STATIC_TOOL;
  const isKnown = without !== undefined && tool.tail === 'end' && !isSmall;
  if (isKnown) recording.refuse(tool.program.step, { kind: 'nothing-to-start', error: without });
  else if (without !== undefined || tool.tail === 'more')
    recording.leaveOut(`what ${tool.program.path} starts`);
  return [];
}

function otherStarter(execution: Execution, tool: Tool): readonly Child[] | null {
  if (!OTHER_STARTERS.test(tool.name)) return null;
  if (tool.args.length > 0) leaveOut(execution, tool, 'its words are not followed here');
  return [];
}

function leaveOut({ recording }: Execution, { program }: Tool, why: string): void {
  recording.leaveOut(`what ${program.path} starts: ${why}`);
}
