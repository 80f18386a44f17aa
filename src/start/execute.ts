/**
 * execve(2) as `bprm_execve` of fs/exec.c does it: open the file, look at its first bytes, follow `#!` lines up to
 * the limit, load the ELF file at the end, and then whatever a known program starts in its turn. Left out on purpose:
 * formats that a host registers itself (binfmt_misc), and seccomp, AppArmor and SELinux, which no image decides.
 */
import type { ElfFacts } from '../elf/elf-facts.ts';
import type { ScriptFacts } from '../rootfs/content-facts.ts';
import { type Abi, isOfSomeHosts, startedAbiOf } from './kernel/abi.ts';
import { capabilityRefusalOf } from './users/capabilities.ts';
import { withCr } from './carriage-return.ts';
import { afterExec } from './users/after-exec.ts';
import { headerFaultOf, libraryFaultOf, noiseOf, propertyFaultOf } from './kernel/elf-image.ts';
import { mappingFaultOf } from './kernel/elf-mapping.ts';
import type { Child, Command, Execution, Launcher, Tail } from './execution.ts';
import { childrenOf } from './programs/known-programs.ts';
import { loadProgram, missLoader } from './loader/loader.ts';
import { builtInOf, runByLoader } from './loader/loader-command.ts';
import { isDoubtful, mayBeRemade, mayBeGone } from './made-files.ts';
import { mayBeShellText, noProgram } from './no-program.ts';
import { openExec } from './open-exec.ts';
import { outsideOf } from './open-file.ts';
import { mannerOf, type NewStep } from './recording.ts';
import type { FormatRefusal, Refusal, ScriptRefusal } from './refusal.ts';
import type { RunningProgram } from './running-program.ts';
import { searchProgram } from './search-path.ts';
import { fromLatin1, MAX_INTERPRETERS, parseShebang } from './kernel/shebang.ts';
import type { Quotes } from './programs/quotation.ts';
import {
  asHandedOver,
  hasNoFormat,
  isShellText,
  type Reading,
  scriptReading,
  SHELL,
} from './shell/handed-over.ts';
import type { ShellPlace } from './shell/shell-place.ts';
import type { StepFile } from './start-trace.ts';

/** Wrappers that start wrappers: a script that starts itself has no end. */
const MAX_CHILDREN = 16;

/** A file that is to be executed, and on whose behalf. */
interface Request {
  readonly path: string;
  readonly argv: readonly string[];
  readonly tail: Tail;
  readonly name: string;
  readonly role: Command['role'];
  readonly by: number | null;
  readonly via: string;
  readonly caller: string;
  readonly at?: ShellPlace;
  readonly quotes?: Quotes;
  readonly isDenied?: true;
  readonly searched: readonly string[];
  readonly unknownFile: Launcher['unknownFile'];
  readonly emptyFile?: Launcher['emptyFile'];
  readonly reader: Launcher['reader'];
  readonly instead?: Reading;
  /** Paths of the scripts that led here. */
  readonly scripts: readonly string[];
}

/** Records the command's program with all that it needs and starts. @throws {LayerNeeded} */
export function startCommand(given: Execution, command: Command, depth = 0): void {
  const { argv, tail, launcher, role, by, via, at, path: name = argv[0] ?? '' } = command;
  const execution = mayBeRemade(given, name) ? { ...given, reach: 'possible' as const } : given;
  if (!name.includes('/') && execution.unknownVariables?.has('PATH') === true)
    return execution.recording.leaveOut(`where ${name} is found: PATH is not known`);
  const gone = mayBeGone(execution, name);
  if (gone !== null) execution.recording.leaveOut(`whether ${name} can still be started`);
  if (gone === 'removed') return;
  const found = searchProgram(execution, name, launcher.search);
  if (found.kind === 'outside') return leaveOutside(execution, { name, role }, found.at);
  const isDenied = found.kind === 'found' && found.isDenied;
  const { quotes, unknownFile, emptyFile, reader } = launcher;
  const manner = mannerOf({ at, quotes, isDenied });
  const asked = { name, role, by, via, caller: launcher.name, ...manner, searched: found.searched };
  if (found.kind === 'refused') {
    if (launcher.builtIn?.has(name) === true || isDoubtful(execution, name, found.refusal))
      execution.recording.leaveOut(`whether ${name} is ever started`);
    else
      execution.recording.add(execution, { ...asked, file: null, refusals: [withCr(name, found.refusal)] });
    return;
  }
  if (execution !== given) execution.recording.leaveOut(`what ${name} is when it is started`);
  const shells = { unknownFile, ...(emptyFile !== undefined && { emptyFile }), reader };
  const request = { ...asked, path: found.path, argv, tail, ...shells, scripts: [] };
  for (const child of runFile(execution, request)) {
    if (depth < MAX_CHILDREN) startCommand(child.execution, child.command, depth + 1);
    else execution.recording.leaveOut(`what ${name} starts after ${MAX_CHILDREN} wrappers in a row`);
  }
}

/** What the program, once it runs, starts in its turn. */
function runFile(execution: Execution, request: Request): readonly Child[] {
  const opened = openExec(execution, request.path);
  if (opened.kind === 'outside') {
    leaveOutside(execution, request, opened.at);
    return [];
  }
  if (opened.kind === 'refused') {
    if (isDoubtful(execution, request.path, opened.refusal))
      execution.recording.leaveOut(`whether ${request.name} is ever started`);
    else
      execution.recording.add(execution, {
        ...stepOf(request),
        file: opened.file,
        refusals: [withCr(request.name, opened.refusal)],
      });
    return [];
  }
  const step = execution.recording.add(execution, { ...stepOf(request), file: opened.file, refusals: [] });
  if (request.scripts.length > MAX_INTERPRETERS) {
    execution.recording.refuse(step, { kind: 'interpreter-loop', chain: [...request.scripts, request.path] });
    return [];
  }
  return runContent(execution, request, step, opened.file);
}

function runContent(execution: Execution, request: Request, step: number, file: StepFile): readonly Child[] {
  const { content } = file.located.entry;
  switch (content?.kind) {
    case 'elf':
      return runElf(execution, request, step, file, content);
    case 'script':
      return runScript(execution, request, step, content);
    case 'empty':
    case 'other':
      return runUnknown(execution, request, step, noProgram(content));
    default:
      execution.recording.unreadable(file.located.path, 'its content was not read');
      return [];
  }
}

function runElf(
  execution: Execution,
  request: Request,
  step: number,
  file: StepFile,
  elf: ElfFacts,
): readonly Child[] {
  const { recording, platform } = execution;
  const { path } = file.located;
  const abi = startedAbiOf(elf, platform);
  if (abi.kind === 'unknown-platform') {
    recording.unreadable(path, `nothing is known of the architecture ${platform.architecture}`);
    return [];
  }
  const refusals = elfRefusalsOf(elf, abi);
  for (const refusal of refusals)
    recording.refuse(step, asHandedOver(execution, request, refusal, elf.fileSize));
  const started: RunningProgram = { ...request, step, file, elf };
  const last = refusals.find(isFinal);
  if (last?.kind === 'malformed-elf' && last.fault.outcome.kind === 'signal') missLoader(started, execution);
  if (last !== undefined) return [];
  const unread = elf.problems.find(({ part, kind }) => kind === 'unread' && DECISIVE.has(part));
  if (unread !== undefined) recording.unreadable(path, unread.text);
  const capabilities = file.located.entry.capabilities;
  const lacking = capabilities === undefined ? null : capabilityRefusalOf(capabilities);
  if (lacking !== null) recording.refuse(step, lacking);
  if (lacking?.certainty === 'certain') return [];
  const running = { ...afterExec(execution, file), searchPath: undefined };
  const before = recording.steps.length;
  const builtIn = builtInOf(elf);
  const program = builtIn === null ? started : runByLoader(running, started, builtIn);
  if (builtIn === null) loadProgram(running, started, execution);
  if (elf.packer !== null && elf.interpreter === null)
    recording.leaveOut(`which loader and libraries ${path} wants, if any: ${elf.packer} packed it`);
  if (recording.steps.slice(before).some((part) => part.refusals.some(stopsEverywhere))) return [];
  return program === null ? [] : childrenOf(running, program);
}

/** What only some hosts refuse, or what a loader complains about and goes on, does not end the trace. */
function stopsEverywhere(refusal: Refusal): boolean {
  const isPartial = 'hosts' in refusal && refusal.hosts.on !== 'all';
  return !isPartial && !('effect' in refusal && refusal.effect !== 'stops');
}

const DECISIVE: ReadonlySet<string> = new Set(['header', 'program-headers', 'interpreter']);

/** The last one ends the start; those before it do not. */
function elfRefusalsOf(
  elf: ElfFacts,
  abi: Exclude<Abi, { kind: 'unknown-platform' }>,
): readonly FormatRefusal[] {
  const noise = noiseOf(elf);
  if (noise !== null) return [{ kind: 'malformed-elf', fault: noise }];
  const wrong: readonly FormatRefusal[] = abi.kind === 'native' ? [] : [{ kind: 'wrong-abi', abi }];
  if (wrong.some(isFinal)) return wrong;
  const properties = elf.interpreter === null ? propertyFaultOf(elf) : null;
  const library = libraryFaultOf(elf);
  const certain = library?.certainty === 'certain' ? library : null;
  const fault = headerFaultOf(elf) ?? properties ?? certain ?? mappingFaultOf(elf) ?? library;
  return fault === null ? wrong : [...wrong, { kind: 'malformed-elf', fault }];
}

function isFinal(refusal: Refusal): boolean {
  if (refusal.kind === 'wrong-abi') return !isOfSomeHosts(refusal.abi);
  return refusal.kind !== 'malformed-elf' || refusal.fault.certainty === 'certain';
}

function runScript(
  execution: Execution,
  request: Request,
  step: number,
  content: ScriptFacts,
): readonly Child[] {
  const shebang = parseShebang(content.head);
  if (shebang.kind === 'refused') {
    return runUnknown(execution, request, step, { kind: 'malformed-shebang', fault: shebang.fault });
  }
  const path = fromLatin1(shebang.path);
  const argument = shebang.argument === null ? [] : [fromLatin1(shebang.argument)];
  if (path.endsWith('\r') && openExec(execution, path).kind === 'refused') {
    const crlf = { kind: 'crlf', where: 'interpreter', word: path, certainty: 'certain' } as const;
    execution.recording.refuse(step, crlf);
    return [];
  }
  const scripts = [...request.scripts, request.path];
  const argv = [path, ...argument, request.path, ...request.argv.slice(1)];
  const interpreter = {
    path,
    argv,
    tail: request.tail,
    name: path,
    role: 'interpreter',
    by: step,
    via: '#!',
    searched: [],
    caller: request.caller,
    unknownFile: 'refused',
    reader: undefined,
    ...(request.instead !== undefined && { instead: request.instead }),
    scripts,
  } as const;
  const isHanded = request.unknownFile === 'read-by-shell' && hasNoFormat(execution, path);
  if (!isHanded) return runFile(execution, interpreter);
  if (!isShellText(content.text)) {
    const instead = scriptReading(execution, request.reader, request.path, content);
    return runFile(execution, { ...interpreter, ...(instead !== null && { instead }) });
  }
  runFile({ ...execution, reach: 'possible' }, interpreter);
  return readByShell(execution, request, step);
}

/** ENOEXEC: the end, unless whoever asked hands such files to a shell. */
function runUnknown(
  execution: Execution,
  request: Request,
  step: number,
  refusal: FormatRefusal | ScriptRefusal,
): readonly Child[] {
  const readable = request.unknownFile !== 'refused' && mayBeShellText(refusal, request.emptyFile);
  if (!readable) {
    execution.recording.refuse(step, asHandedOver(execution, request, refusal, 0));
    return [];
  }
  if (request.unknownFile === 'perhaps-read-by-shell') {
    execution.recording.leaveOut(`whether a shell reads ${request.path}, which has no #! line`);
    return [];
  }
  return readByShell(execution, request, step);
}

/** In the place of the kernel, which answered ENOEXEC. */
function readByShell(execution: Execution, request: Request, step: number): readonly Child[] {
  const { path, calledAs } = request.reader ?? { path: SHELL, calledAs: SHELL };
  return runFile(execution, {
    path,
    argv: [calledAs, request.path, ...request.argv.slice(1)],
    tail: request.tail,
    name: path,
    role: 'interpreter',
    by: step,
    searched: [],
    caller: request.caller,
    via: 'no #! line',
    unknownFile: 'refused',
    reader: undefined,
    scripts: [],
  });
}

function stepOf(request: Request): Omit<NewStep, 'file' | 'refusals'> {
  const { role, by, via, caller, name, searched } = request;
  return { role, by, via, caller, ...mannerOf(request), name, searched };
}

/** What the container begins with must be known; what is started from there may be left out. */
function leaveOutside(
  { recording, chain }: Execution,
  { name, role }: Pick<Request, 'name' | 'role'>,
  at: string,
): void {
  const { path, why } = outsideOf(at);
  if (role !== 'child' && chain === 'start') recording.unreadable(path, why);
  else recording.leaveOut(`what ${name} is: ${at} is not the image's at run time`);
}
