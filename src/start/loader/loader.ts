/**
 * The dynamic loader of a program and everything that it maps, from PT_INTERP on: what the kernel says of the loader
 * (fs/binfmt_elf.c), and what glibc's or musl's loader says of the libraries. Left out: other loaders (uClibc,
 * Android's), and what a program loads itself while it runs.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { LOADER_VARIABLES } from '../environment.ts';
import { loaderFaultOf, loadingFaultOf } from './dynamic-fault.ts';
import type { Execution } from '../execution.ts';
import { type Fault, type Libraries, loadLibraries, type LoaderStart } from './libraries.ts';
import type { LinkedObject } from './link-map.ts';
import { needsLoader } from '../kernel/elf-image.ts';
import { leavesPacked } from './musl-relocations.ts';
import { mayBeBrought, mayDiffer } from '../made-files.ts';
import { openLoader } from './loader-file.ts';
import { eagernessIn } from './symbol-binding.ts';
import type { Refusal } from '../refusal.ts';
import type { StepFile } from '../start-trace.ts';

/** A program that the kernel itself takes, up to its PT_INTERP. */
export interface KernelProgram {
  /** Index of its step. */
  readonly step: number;
  /** Its words; the first is what it is called. */
  readonly argv: readonly string[];
  readonly file: StepFile;
  readonly elf: ElfFacts;
}

/**
 * Records the loader in PT_INTERP, the libraries and the preloads as steps, each with what refuses it. `starter`:
 * whose the process still is when the kernel opens the loader.
 * @throws {LayerNeeded} when a layer that is not mounted decides.
 */
export function loadProgram(execution: Execution, program: KernelProgram, starter: Execution): void {
  if (program.elf.interpreter !== null)
    startLoader(execution, program, {
      path: program.elf.interpreter.path,
      via: 'PT_INTERP',
      opener: starter,
    });
  else if (program.elf.loader?.libc === 'gcompat')
    execution.recording.leaveOut('what gcompat’s loader does with itself as the program');
}

/**
 * Of a program that dies as it is mapped: the kernel opens the loader before that, and says when there is none.
 * @throws {LayerNeeded}
 */
export function missLoader({ step: by, elf }: KernelProgram, starter: Execution): void {
  if (elf.interpreter === null) return;
  const { path } = elf.interpreter;
  const { file, refusals } = openLoader(starter, elf, path);
  if (refusals.length === 0 || refusals.some(({ kind }) => kind === 'malformed-elf')) return;
  const step = {
    by,
    role: 'loader',
    name: path,
    via: 'PT_INTERP',
    searched: [path],
    file,
    refusals,
  } as const;
  starter.recording.add(starter, step);
}

const LOST = 'its program headers do not say where its own tables lie, which its code knows without them';

interface LoaderRequest {
  readonly path: string;
  readonly via: string;
  readonly opener: Execution;
  /** What it was told to map first. */
  readonly preload?: string | null;
}

/** The loader of a path as a step, and what it maps. */
function startLoader(
  execution: Execution,
  program: KernelProgram,
  { path, via, opener, preload = null }: LoaderRequest,
): void {
  const { recording } = execution;
  const { file, elf, refusals, unread } = openLoader(opener, program.elf, path);
  const step = { by: program.step, role: 'loader', name: path, via, searched: [path], file } as const;
  if (unread !== null) recording.unreadable(unread.path, unread.why);
  const builtIn = elf?.loader ?? null;
  const index = recording.add(opener, { ...step, refusals });
  if (file === null || elf === null) return;
  switch (builtIn?.libc) {
    case 'glibc':
    case 'musl': {
      if (elf.symbols === null) return recording.unreadable(file.located.path, LOST);
      const broken = loaderFaultOf(elf, builtIn, path);
      if (broken !== null) recording.refuse(index, { kind: 'malformed-elf', fault: broken });
      if (broken?.certainty === 'certain') return;
      const eagerness = eagernessIn(execution.environment);
      const fault =
        preload === null ? loadingFaultOf(program.elf, builtIn, eagerness, program.file.path) : null;
      if (fault !== null) recording.refuse(program.step, { kind: 'malformed-elf', fault });
      if (fault?.certainty === 'certain') return;
      const unknown = LOADER_VARIABLES.filter((name) => execution.unknownVariables?.has(name) === true);
      if (unknown.length > 0 && execution.mode === 'normal') {
        const words = `which libraries ${program.file.path} finds: ${unknown.join(' and ')} may be set before it`;
        return recording.leaveOut(words);
      }
      const own = loadWith(execution, program, { name: path, file, elf }, builtIn, preload);
      for (const refusal of own) recording.refuse(index, refusal);
      return;
    }
    case 'gcompat':
      // gcompat's stand-in for glibc's loader runs musl's with the program.
      return startLoader(
        execution,
        { ...program, step: index },
        { path: builtIn.musl, via: 'gcompat', opener: execution, preload: builtIn.preload },
      );
    default: {
      const refusal = noLoaderOf(elf);
      if (refusal === null) leaveToLoader(execution, program, { file, elf });
      else recording.refuse(index, refusal);
    }
  }
}

/** Records what this loader maps for the program, and gives what it says of the two of them. @throws {LayerNeeded} */
export function loadWith(
  execution: Execution,
  program: KernelProgram,
  { name, file, elf }: Pick<LinkedObject, 'name' | 'file' | 'elf'>,
  builtIn: LoaderStart['builtIn'],
  preload: string | null,
): readonly Refusal[] {
  const root = { by: null, via: '', searched: [] };
  const own = { name: program.argv[0] ?? '', file: program.file, elf: program.elf };
  const object: LinkedObject = { ...root, ...own, role: 'program' };
  const loader: LinkedObject = { ...root, role: 'loader', name, file, elf };
  const found = loadLibraries({ execution, program: object, loader, builtIn, preload });
  const doubts = doubtsOf(execution, found);
  for (const words of doubts) execution.recording.leaveOut(words);
  const libraries = doubts.length === 0 ? found : { ...found, faults: [] };
  recordLibraries(execution, libraries, new Map([[object, program.step]]));
  const refusals = [...hashRefusals(program.elf, builtIn), ...packedRefusals(program.elf, builtIn)];
  return [...refusals, ...refusalsOf(libraries, object, loader)];
}

/** Of files that a script may have put there, changed or removed before. */
function doubtsOf(execution: Execution, { objects, missing }: Libraries): readonly string[] {
  const brought = missing.filter(({ name, searched }) => mayBeBrought(execution, name, searched));
  const others = objects.filter(({ file }) => mayDiffer(execution.made, file.located.path));
  return [
    ...brought.map(({ name }) => `whether ${name} is there when it is loaded`),
    ...others.map(({ file }) => `what ${file.located.path} is when it is loaded`),
  ];
}

/** musl looks for every symbol in the program first, in a table that must be there. */
function hashRefusals({ dynamic }: ElfFacts, builtIn: LoaderStart['builtIn']): Refusal[] {
  if (builtIn.libc !== 'musl' || dynamic === null || dynamic.hasHash) return [];
  const text = 'is musl’s, which needs a hash table in the program (DT_HASH or DT_GNU_HASH), and it has none';
  return [{ kind: 'loader-mismatch', text, outcome: { kind: 'signal', signal: 'SIGSEGV' } }];
}

/** Initializers are called through addresses that a loader without DT_RELR has not made. */
function packedRefusals({ dynamic }: ElfFacts, builtIn: LoaderStart['builtIn']): Refusal[] {
  if (builtIn.libc !== 'musl' || !leavesPacked(builtIn)) return [];
  if (dynamic === null || !dynamic.packedInitializers) return [];
  const text = `is musl ${builtIn.version ?? ''}, which leaves the program's packed relocations (DT_RELR) undone`;
  return [{ kind: 'loader-mismatch', text, outcome: { kind: 'signal', signal: 'SIGSEGV' } }];
}

/** What surely dies before it looks at the program: it needs a loader itself, or takes the program's headers for its own. */
function noLoaderOf(elf: ElfFacts): Refusal | null {
  const text =
    elf.loader?.libc === 'static-glibc'
      ? 'is no loader, but a static program, whose libc takes the headers of the program for its own'
      : needsLoader(elf)
        ? 'is no loader: it needs one itself, and the kernel starts none for it'
        : null;
  return text === null
    ? null
    : { kind: 'loader-mismatch', text, outcome: { kind: 'signal', signal: 'SIGSEGV' } };
}

/**
 * A loader that we do not know. A file that needs nothing and has no name of its own (DT_SONAME) is a program that runs
 * in the place of ours and maps nothing for it; any other decides by rules of its own what becomes of the libraries.
 */
function leaveToLoader(
  { recording }: Execution,
  program: KernelProgram,
  loader: Pick<KernelProgram, 'file' | 'elf'>,
): void {
  const { path } = loader.file.located;
  if (loader.elf.loader?.libc === 'lost-glibc') return recording.unreadable(path, LOST);
  const words = `it is neither glibc's nor musl's loader, and finds the libraries of ${program.file.path}`;
  const { soname = null, needed = [] } = loader.elf.dynamic ?? {};
  const isLoader = soname !== null && (program.elf.dynamic?.needed ?? []).length > 0;
  if (isLoader || needed.length > 0) recording.unreadable(path, words);
  else recording.leaveOut(`what the loader ${loader.file.path} does: it is neither glibc's nor musl's`);
}

/** What is recorded with the loader: also what it says of the program itself. */
function refusalsOf({ faults }: Libraries, ...objects: readonly Fault['of'][]): Refusal[] {
  return faults.filter((fault) => objects.includes(fault.of)).map(({ refusal }) => refusal);
}

function recordLibraries(execution: Execution, libraries: Libraries, steps: Map<LinkedObject, number>): void {
  const [root = 0] = steps.values();
  for (const object of [...libraries.objects, ...libraries.missing]) {
    const { role, name, via, searched, file, by } = object;
    const asker = (by === null ? undefined : steps.get(by)) ?? root;
    const index = execution.recording.add(execution, {
      by: asker,
      role: role === 'preload' ? 'preload' : 'library',
      name,
      via,
      searched,
      file,
      refusals: refusalsOf(libraries, object),
    });
    if ('elf' in object) steps.set(object, index);
  }
  for (const { path, why } of libraries.unread) execution.recording.unreadable(path, why);
  for (const words of libraries.leftOut) execution.recording.leaveOut(words);
}
