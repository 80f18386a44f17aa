/** Interpreters of other languages: what their scripts start is left out, but they must be able to read the script. */
import { resolve } from '../../rootfs/resolve.ts';
import type { Child, Execution } from '../execution.ts';
import { ownershipOf } from '../open-exec.ts';
import { baseOf } from '../../rootfs/path.ts';
import { SUPERVISORS } from './other-starters.ts';
import { s6Children, s6VersionOf } from './s6-overlay.ts';
import type { Tool } from '../running-program.ts';

const READERS =
  /^(?:python|pypy|perl|ruby|node|nodejs|bun|deno|php|lua|tclsh|Rscript|guile|gawk|mawk|awk|execlineb|make|sed)[\d.]*(?:-static)?$/;

export function readsScript(execution: Execution, tool: Tool): readonly Child[] {
  const { recording, rootfs, access, workingDir } = execution;
  const { role, step } = tool.program;
  if (role !== 'interpreter' || !READERS.test(tool.name)) return [];
  const script = scriptOf(execution, step);
  if (script === null) return [];
  if (SUPERVISORS.has(baseOf(script.path)))
    recording.leaveOut(`what ${script.path} starts: it reads that in files of its own`);
  const error = pythonRefusal(tool);
  if (error !== null) {
    recording.refuse(script.step, { kind: 'malformed-shebang', fault: 'options-in-one-word', error });
    return [];
  }
  const walk = resolve(rootfs, script.path, { from: workingDir });
  if (walk.kind === 'found' && !access.mayRead(walk.located)) {
    recording.refuse(script.step, { kind: 'no-read-permission', owner: ownershipOf(walk.located.entry) });
    return [];
  }
  const content = walk.kind === 'found' ? walk.located.entry.content : undefined;
  const text = content?.kind === 'script' ? content.text : null;
  if (text === null || s6VersionOf(text) !== 2) return [];
  // `execlineb -S0 /init CMD…`: the kernel adds the script's name and what follows it.
  const words = tool.args.slice(tool.args.indexOf(script.path) + 1);
  return s6Children(execution, tool, { version: 2, text, by: script.step, words });
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
