/**
 * sh, dash, bash, busybox ash …: which script they read, from `-c` or from a file, and what it starts. Left out on
 * purpose: scripts on standard input, and shells with a grammar of their own (csh, fish).
 */
import { textOf } from '../../rootfs/content-facts.ts';
import type { Entry } from '../../rootfs/entry.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { appletsOf } from '../programs/busybox-applets.ts';
import { obeyShellOpts, startupStatements } from './bash-environment.ts';
import type { Child, Execution, Launcher } from '../execution.ts';
import { isDoubtful, mayBeRemade } from '../made-files.ts';
import { lookupRefusal, ownershipOf } from '../open-exec.ts';
import { withCr } from '../carriage-return.ts';
import type { AccessRefusal, LookupRefusal, ScriptRefusal } from '../refusal.ts';
import type { Tool } from '../running-program.ts';
import { s6Children, s6VersionOf } from '../programs/s6-overlay.ts';
import { searchProgram } from '../search-path.ts';
import { readShellScript } from './shell-script.ts';
import { parseShellArguments } from './shell-arguments.ts';
import { optionAtStart, refusedAtStart } from './shell-broken-words.ts';
import { type Dialect, isBash } from './shell-dialect.ts';
import { MAY_LACK_PIPEFAIL } from './shell-options.ts';
import type { ShellPlace } from './shell-place.ts';
import { ShellState } from './shell-state.ts';
import type { StepFile } from '../start-trace.ts';

/** Longer scripts are not tried. */
const LONGEST_TRIED = 256;

/** What the shell's script starts. @throws {LayerNeeded} */
export function shellChildren(execution: Execution, tool: Tool): readonly Child[] {
  const dialect = dialectOf(tool);
  const { letters, names, refused, task, operands } = parseShellArguments(dialect, tool.args);
  const isShort = letters.includes('c') && (operands[0]?.length ?? 0) <= LONGEST_TRIED;
  if (execution.isTrial === true && !isShort) return [];
  const fault = optionFault(tool, dialect, letters);
  if (fault !== null) {
    execution.recording.refuse(scriptStepOf(execution, tool), fault);
    return [];
  }
  if (refused !== null) return refuseOption(execution, tool, refused);
  if (task === 'help') return [];
  const [first, ...rest] = operands;
  const readsInput = letters.includes('s') && !letters.includes('c');
  if (first === undefined || readsInput) return runsNothing(execution, tool, letters);
  const positional = { words: letters.includes('c') ? rest.slice(1) : rest, tail: tool.tail };
  const zero = letters.includes('c') ? (rest[0] ?? zeroOf(tool)) : first;
  const { projectVersion: version, hasPipefail } = tool.program.elf;
  const who = { dialect, zero, shell: tool.name, version, hasPipefail };
  if (names.includes('pipefail') && dialect === 'dash' && hasPipefail === false) {
    const error = `${zeroOf(tool)}: 0: Illegal option -o pipefail`;
    execution.recording.refuse(tool.program.step, { kind: 'malformed-command', error });
    return [];
  }
  const state = new ShellState(execution, who, positional);
  if (isBash(dialect) && !state.variables.has('OSTYPE')) state.set('OSTYPE', osTypeOf(execution, tool));
  // ash names no line behind `-c` unless it is given a name, too.
  if (dialect === 'ash' && (!letters.includes('c') || rest.length > 0)) state.within = zero;
  obeyShellOpts(state, letters);
  if (letters.includes('a') || names.includes('allexport')) state.allexport = 'on';
  if (letters.includes('e') || names.includes('errexit')) state.errexit = 'on';
  if (letters.includes('u') || names.includes('nounset')) state.nounset = 'on';
  if (names.includes('pipefail')) {
    state.pipefail = 'on';
    // What cannot be started is not, either way.
    if (dialect === 'dash' && hasPipefail === null) state.leaveOut(MAY_LACK_PIPEFAIL);
  }
  // Login and interactive shells read profiles first, which set PATH.
  if (/[li]/.test(letters)) state.set('PATH', null);
  const launcher = launcherOfShell(tool);
  const before = startupStatements(state, letters, tool.args);
  if (letters.includes('c'))
    return readShellScript({ state, before, text: first, file: null, by: tool.program.step, launcher });
  const script = scriptFile(execution, tool, dialect, first);
  if (script === null) return [];
  const { text, step } = script;
  if (s6VersionOf(text) === 3)
    return s6Children(execution, tool, { version: 3, text, by: step, words: rest });
  state.frames = [{ name: 'main', source: first }];
  return readShellScript({ state, before, text, file: first, by: step, launcher });
}

/** What bash was built for; of processors with several ABIs it is not known. */
function osTypeOf({ platform }: Execution, { program }: Tool): string | null {
  const { interpreter } = program.elf;
  if (interpreter === null || /^(?:arm|mips\w*)$/.test(platform.architecture)) return null;
  return interpreter.path.includes('ld-musl') ? 'linux-musl' : 'linux-gnu';
}

/** The word that it was called by: `sh` of `busybox sh -c …`. */
function zeroOf({ name, all, program: { argv } }: Tool): string {
  return argv.at(-1 - all.args.length) ?? name;
}

/** What shells say of `-c` alone. */
const WITHOUT_SCRIPT: Readonly<Record<Dialect, string>> = {
  dash: '0: -c requires an argument',
  ash: '-c requires an argument',
  bash: '-c: option requires an argument',
  'bash-as-sh': '-c: option requires an argument',
  posix: '-c requires an argument',
};

/** Without a script a shell reads its standard input; `-c` without one is its end. */
function runsNothing({ recording }: Execution, tool: Tool, letters: string): readonly Child[] {
  const { path, step } = tool.program;
  const isKnown = letters.includes('c') && tool.tail === 'end';
  const error = `${zeroOf(tool)}: ${WITHOUT_SCRIPT[dialectOf(tool)]}`;
  if (isKnown) recording.refuse(step, { kind: 'nothing-to-start', error });
  else if (tool.tail === 'more') recording.leaveOut(`what ${path} runs`);
  else if (letters.includes('s') && tool.args.length > 1) recording.leaveOut(`what ${path} reads`);
  return [];
}

/** The kernel hands everything behind the interpreter's name over as one word; no shell has such options. */
function optionFault(tool: Tool, dialect: Dialect, letters: string): ScriptRefusal | null {
  const [word = '', next = ''] = tool.args;
  const error = optionAtStart(dialect, zeroOf(tool), word, next);
  if (letters.includes('\r')) {
    const crlf = { kind: 'crlf', where: 'command', word: `-${letters}`, certainty: 'certain' } as const;
    return error === null ? crlf : { ...crlf, error };
  }
  if (!/\s/.test(letters)) return null;
  const fault = { kind: 'malformed-shebang', fault: 'options-in-one-word' } as const;
  return error === null ? fault : { ...fault, error };
}

function refuseOption(execution: Execution, tool: Tool, refused: string): readonly Child[] {
  const { recording } = execution;
  const { path, step, role } = tool.program;
  const error = refusedAtStart(dialectOf(tool), zeroOf(tool), refused);
  if (error === null) recording.leaveOut(`what ${path} runs: it does not know the option ${refused}`);
  else if (role === 'interpreter')
    recording.refuse(scriptStepOf(execution, tool), {
      kind: 'malformed-shebang',
      fault: 'unknown-option',
      error,
    });
  else recording.refuse(step, { kind: 'malformed-command', error });
  return [];
}

/** The script whose `#!` line names the shell; the shell itself where there is none. */
function scriptStepOf({ recording }: Execution, { program }: Tool): number {
  const by = recording.steps[program.step]?.by ?? null;
  return program.role === 'interpreter' && by !== null ? by : program.step;
}

/** A shell that is busybox runs its applets without any file. */
function launcherOfShell({ name, family, program }: Tool): Launcher {
  // dash and ash try one directory of PATH after the other (`shellexec`), and who knows what a file called sh is.
  const search =
    name === 'bash' || name === 'rbash' ? 'first-file' : name === 'dash' ? 'tryexec' : 'shellexec';
  const launcher = { name, search, unknownFile: 'read-by-shell' } as const;
  // dash starts /bin/sh for a text without `#!`, the others read it themselves.
  if (name === 'dash') return launcher;
  const { path, argv } = program;
  if (family !== 'busybox') return { ...launcher, reader: { path, calledAs: argv[0] ?? path } };
  return { ...launcher, reader: { path, calledAs: name }, builtIn: appletsOf(program.elf) };
}

/** A file of its own is known by its own name, whatever it is called by; bash called `sh` is in its POSIX mode. */
export function dialectOf({ name, family, program }: Tool): Dialect {
  if (family === 'busybox') return name === 'hush' ? 'posix' : 'ash';
  if (name === 'bash' || name === 'rbash')
    return /(?:^|\/)-?sh$/.test(program.argv[0] ?? '') ? 'bash-as-sh' : 'bash';
  return name === 'dash' ? 'dash' : 'posix';
}

interface ScriptFile {
  readonly text: string;
  readonly step: number;
}

/** The shell opens the script itself, as its user; null when that fails or nothing of it is known. */
function scriptFile(execution: Execution, tool: Tool, dialect: Dialect, path: string): ScriptFile | null {
  const { recording, rootfs, access } = execution;
  const { workingDir } = execution;
  const place = path.includes('/') ? path : `./${path}`;
  const at = { dialect, zero: zeroOf(tool), line: 0, within: null, workingDir, shell: tool.name };
  const walk = resolve(rootfs, path, { from: workingDir });
  const closed = walk.directories.find((directory) => !access.maySearch(directory));
  const refused = (refusal: LookupRefusal | AccessRefusal, file: StepFile | null): null => {
    // bash and others search PATH for a name without a slash, dash and ash do not.
    const isSearched = !path.includes('/') && dialect !== 'dash' && dialect !== 'ash';
    if (isSearched && searchProgram(execution, path, 'shellexec').kind !== 'refused')
      recording.leaveOut(`where ${tool.name} finds ${path}`);
    else if (isDoubtful(execution, place, refusal))
      recording.leaveOut(`whether ${path} is there when ${tool.program.path} reads it`);
    else recording.refuse(stepOf(execution, tool, path, file, at), withCr(path, refusal));
    return null;
  };
  if (closed !== undefined) {
    return refused({ kind: 'not-searchable', at: closed.path, owner: ownershipOf(closed.entry) }, null);
  }
  if (walk.kind === 'runtime-mount') return null;
  if (walk.kind !== 'found') return refused(lookupRefusal(walk), null);
  const file = { path, located: walk.located, hops: walk.hops };
  const { entry } = walk.located;
  if (!access.mayRead(walk.located))
    return refused({ kind: 'no-read-permission', owner: ownershipOf(entry), reader: at }, file);
  const noText = noTextOf(entry);
  // Whatever else its bytes are taken for, no shell starts it.
  const isProgram = entry.content?.kind === 'elf' && (dialect === 'dash' || dialect === 'ash');
  if (noText !== null && (tool.name === 'bash' || isProgram)) {
    const said = tool.name === 'bash' ? { error: `${path}: ${path}: ${noText}` } : {};
    const refusal = { kind: 'malformed-script', line: 1, ...said } as const;
    recording.refuse(stepOf(execution, tool, path, file, at), refusal);
    return null;
  }
  if (entry.type !== 'file') {
    recording.leaveOut(`what ${tool.program.path} reads at ${path}, which is no file`);
    return null;
  }
  const { content } = entry;
  const text = textOf(content);
  if (text === null) {
    if (content?.kind !== 'empty') recording.leaveOut(`what ${path} does: its text was not kept`);
    return null;
  }
  if (mayBeRemade(execution, place)) {
    recording.leaveOut(`what ${path} does: it may have been changed before`);
    return null;
  }
  if (text.includes('\0')) {
    // Shells pass over such bytes, end at them or take the file for no text, each in its own way.
    recording.leaveOut(`what ${path} does: NUL bytes are in its text`);
    return null;
  }
  return { text, step: stepOf(execution, tool, path, file, at) };
}

/** What bash says of what it surely does not read. */
function noTextOf({ type, content }: Entry): string | null {
  if (type === 'directory') return 'Is a directory';
  return content?.kind === 'elf' ? 'cannot execute binary file' : null;
}

/** The kernel's own step of the script, or a new one where the shell was told the file's name. */
function stepOf(
  { recording, ...execution }: Execution,
  tool: Tool,
  path: string,
  file: StepFile | null,
  at: ShellPlace,
): number {
  const known = recording.steps.findLast(
    (step) => step.chain === execution.chain && step.file?.path === path,
  );
  const asked = {
    role: 'child',
    name: path,
    via: tool.name,
    caller: tool.name,
    at,
    by: tool.program.step,
  } as const;
  return known?.index ?? recording.add(execution, { ...asked, searched: [], file, refusals: [] });
}
