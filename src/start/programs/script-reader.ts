/** Interpreters of other languages: what their scripts start is left out, but they must be able to read the script. */
import { resolve } from '../../rootfs/resolve.ts';
import type { Child, Execution } from '../execution.ts';
import { withCr } from '../carriage-return.ts';
import { mayBeRemade } from '../made-files.ts';
import { lookupRefusal, ownershipOf } from '../open-exec.ts';
import { baseOf } from '../../rootfs/path.ts';
import { type NamedScript, namedScript } from './named-script.ts';
import { SUPERVISORS } from './other-starters.ts';
import { s6Children, s6VersionOf } from './s6-overlay.ts';
import { unopenedError } from './script-words.ts';
import type { Tool } from '../running-program.ts';

const READERS =
  /^(?:python|pypy|perl|ruby|node|nodejs|bun|deno|php|lua|tclsh|Rscript|guile|gawk|mawk|awk|execlineb|make|sed)[\d.]*(?:-static)?$/;

export function readsScript(execution: Execution, tool: Tool): readonly Child[] {
  const { recording, rootfs, access, workingDir } = execution;
  const { role, step } = tool.program;
  const script = role === 'interpreter' && READERS.test(tool.name) ? scriptOf(execution, step) : null;
  if (script === null) {
    const isUnnamed = tool.tail === 'more' && tool.args.every((word) => word.startsWith('-'));
    if (isUnnamed && READERS.test(tool.name)) recording.leaveOut(`what ${tool.program.path} reads`);
    const named = namedScript(execution, tool);
    if (named !== null) opensNamed(execution, tool, named);
    return [];
  }
  if (SUPERVISORS.has(baseOf(script.path)))
    recording.leaveOut(`what ${script.path} starts: it reads that in files of its own`);
  const error = pythonRefusal(tool);
  if (error !== null) {
    recording.refuse(script.step, { kind: 'malformed-shebang', fault: 'options-in-one-word', error });
    return [];
  }
  const walk = resolve(rootfs, script.path, { from: workingDir });
  const isOther = mayBeRemade(execution, script.path, 'rights');
  if (walk.kind === 'found' && !access.mayRead(walk.located) && !isOther) {
    const words = errorOf(execution, tool, script.path, { errno: 'EACCES', real: walk.located.path });
    const refusal = { kind: 'no-read-permission', owner: ownershipOf(walk.located.entry), ...words } as const;
    recording.refuse(script.step, refusal);
    return [];
  }
  const content = walk.kind === 'found' ? walk.located.entry.content : undefined;
  const text = content?.kind === 'script' ? content.text : null;
  if (text === null || s6VersionOf(text) !== 2) return [];
  // `execlineb -S0 /init CMD…`: the kernel adds the script's name and what follows it.
  const words = tool.args.slice(tool.args.indexOf(script.path) + 1);
  return s6Children(execution, tool, { version: 2, text, by: script.step, words });
}

/** Records what is wrong with a script that is named on the command line; what ran before may have brought it. */
function opensNamed(execution: Execution, tool: Tool, { name, path: first, others }: NamedScript): void {
  const { recording, rootfs, access, workingDir, effects = 'nothing', reach } = execution;
  const walks = [first, ...others].map((path) => resolve(rootfs, path, { from: workingDir }));
  const [walk] = walks;
  const isReached = walk?.directories.every((directory) => access.maySearch(directory)) === true;
  const isAbsent = walks.every(({ kind }) => kind === 'missing' || kind === 'not-a-directory');
  if (walk === undefined || !isReached) return;
  const { step: by, path } = tool.program;
  const place = first.includes('/') ? first : `./${first}`;
  const asked = { role: 'child', name, via: tool.name, caller: tool.name, by, searched: [] } as const;
  if (walk.kind === 'found') {
    const { located, hops } = walk;
    const { type, content } = located.entry;
    if (type !== 'file' || content?.kind === 'elf')
      recording.leaveOut(`what ${path} makes of ${name}: it is a ${type === 'file' ? 'program' : type}`);
    if (type !== 'file' || access.mayRead(located) || mayBeRemade(execution, place, 'rights')) return;
    const words = errorOf(execution, tool, name, { errno: 'EACCES', real: located.path });
    const refusal = { kind: 'no-read-permission', owner: ownershipOf(located.entry), ...words } as const;
    recording.add(execution, { ...asked, file: { path: name, located, hops }, refusals: [refusal] });
  } else if (isAbsent && (walk.kind === 'missing' || walk.kind === 'not-a-directory')) {
    if (effects !== 'nothing' || reach === 'possible' || mayBeRemade(execution, place))
      return recording.leaveOut(`whether ${name} is there when ${path} reads it`);
    const errno = walk.kind === 'missing' ? 'ENOENT' : 'ENOTDIR';
    const words = errorOf(execution, tool, name, { errno, real: name });
    const refusal = { ...withCr(name, lookupRefusal(walk)), ...words };
    recording.add(execution, { ...asked, file: null, refusals: [refusal] });
  }
}

function errorOf(
  { workingDir }: Execution,
  tool: Tool,
  path: string,
  why: { readonly errno: 'EACCES' | 'ENOENT' | 'ENOTDIR'; readonly real: string },
): { readonly error?: string } {
  const error = unopenedError(tool, { path, workingDir, ...why });
  return error === null ? {} : { error };
}

/** `-u -E` in one word, as the kernel hands it over: behind flags it has none that is a blank (Python/getopt.c). */
function pythonRefusal({ name, args: [first = ''] }: Tool): string | null {
  const blank = /^-[bBdEiIOPqRsStuvx]*([ \t])/.exec(first)?.[1];
  return blank === undefined || !/^python[\d.]*$/.test(name) ? null : `Unknown option: -${blank}`.trimEnd();
}

/** The script whose `#!` line led here, through env and its like. */
function scriptOf(
  { recording }: Pick<Execution, 'recording'>,
  step: number,
): { readonly path: string; readonly step: number } | null {
  const found = recording.steps[step];
  if (found === undefined) return null;
  const { file, by } = found;
  if (file?.located.entry.content?.kind === 'script') return { path: file.path, step };
  return by === null ? null : scriptOf({ recording }, by);
}
