/**
 * A loader that is started itself, with the program as a word of its command line: `ld.so [OPTION]… PROGRAM [WORD]…`
 * (`dl_main` of glibc's elf/rtld.c, `__dls3` of musl's ldso/dynlink.c). It opens the program as it opens a library, so
 * that neither the program's x bits nor its PT_INTERP matter, unless it needs no loader. Left out: options that list or
 * verify instead of starting, and those that change in other ways where libraries are looked for.
 */
import { isAtLeast } from '../../base/compare-versions.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { GlibcLoader, MuslLoader } from '../../elf/loader-facts.ts';
import type { Located } from '../../rootfs/entry.ts';
import { abiOf } from '../kernel/abi.ts';
import { killed } from '../kernel/elf-faults.ts';
import { mappingFaultOf } from '../kernel/elf-mapping.ts';
import { losesPages } from '../kernel/lost-pages.ts';
import type { Execution } from '../execution.ts';
import { loaderFaultOf, loadingFaultOf } from './dynamic-fault.ts';
import { type KernelProgram, loadWith } from './loader.ts';
import { ownershipOf } from '../open-exec.ts';
import { openFile, outsideOf } from '../open-file.ts';
import { eagernessIn } from './symbol-binding.ts';
import { isUnknown, type OptionSyntax, parseOptions } from '../programs/options.ts';
import type { ElfFault, Refusal } from '../refusal.ts';
import type { RunningProgram } from '../running-program.ts';
import type { StepFile } from '../start-trace.ts';

type BuiltIn = GlibcLoader | MuslLoader;

const OPTIONS: OptionSyntax = {
  flags: '',
  values: '',
  longValues: ['library-path', 'argv0', 'preload'],
};

/** What a file that the kernel starts has built in as a loader. */
export function builtInOf({ loader }: ElfFacts): BuiltIn | null {
  return loader?.libc === 'glibc' || loader?.libc === 'musl' ? loader : null;
}

/** The program that the loader runs in its own place; null when there is none, or it is not known which. */
export function runByLoader(
  execution: Execution,
  loader: RunningProgram,
  builtIn: BuiltIn,
): RunningProgram | null {
  const { recording } = execution;
  const { path } = loader.file.located;
  const parsed = parseOptions(loader.argv.slice(1), OPTIONS);
  const name = parsed === null || isUnknown(parsed) ? undefined : parsed.rest[0];
  if (parsed?.rest.length === 0 && loader.tail === 'end') {
    const error = builtIn.libc === 'glibc' ? `${path}: missing program name` : 'Dynamic Program Loader';
    recording.refuse(loader.step, { kind: 'nothing-to-start', error });
    return null;
  }
  if (parsed === null || name === undefined) {
    recording.leaveOut(`what ${path} starts: its words are not known here`);
    return null;
  }
  if (builtIn.libc === 'glibc' && !name.includes('/')) {
    recording.unreadable(path, `it looks for ${name} as it does for libraries, which is not followed here`);
    return null;
  }
  const broken = loaderFaultOf(loader.elf, builtIn, path);
  if (broken !== null) recording.refuse(loader.step, { kind: 'malformed-elf', fault: broken });
  if (broken?.certainty === 'certain') return null;
  const program = openProgram(execution, loader, builtIn, name);
  if (program === null) return null;
  const isLoaded = builtIn.libc === 'musl' || !needsNone(program.elf);
  const options = new Map(parsed.options);
  const argv = [(builtIn.libc === 'glibc' ? options.get('argv0') : undefined) ?? name];
  if (isLoaded) loadTold(execution, loader, builtIn, { ...program, argv }, options);
  return { ...program, role: 'child', path: name, argv: parsed.rest, tail: loader.tail };
}

/** Records what it maps. What it says of the program is recorded with it, as where the kernel starts it. */
function loadTold(
  execution: Execution,
  { path, file, elf }: RunningProgram,
  builtIn: BuiltIn,
  program: KernelProgram,
  options: ReadonlyMap<string, string>,
): void {
  const { recording } = execution;
  const environment = environmentWith(execution.environment, options, builtIn.libc);
  const fault = loadingFaultOf(
    program.elf,
    builtIn,
    eagernessIn(environment),
    program.argv[0] ?? '',
    'loader',
  );
  if (fault !== null) recording.refuse(program.step, { kind: 'malformed-elf', fault });
  if (fault?.certainty === 'certain') return;
  const preload = builtIn.libc === 'musl' ? (options.get('preload') ?? null) : null;
  const loader = { name: path, file, elf };
  const refusals = loadWith({ ...execution, environment }, program, loader, builtIn, preload);
  if (refusals.length === 0) return;
  const step = { by: program.step, role: 'loader', name: path, via: path, searched: [path], file } as const;
  recording.add(execution, { ...step, refusals });
}

/** Of libraries. */
function needsNone({ interpreter, dynamic }: ElfFacts): boolean {
  return interpreter === null && (dynamic?.needed ?? []).length === 0;
}

/** `--library-path` counts instead of LD_LIBRARY_PATH; glibc's `--preload` beside LD_PRELOAD. */
function environmentWith(
  environment: Execution['environment'],
  options: ReadonlyMap<string, string>,
  libc: BuiltIn['libc'],
): Execution['environment'] {
  const changed = new Map(environment);
  const libraryPath = options.get('library-path');
  if (libraryPath !== undefined) changed.set('LD_LIBRARY_PATH', libraryPath);
  const preload = options.get('preload');
  if (preload === undefined || libc === 'musl') return changed;
  return changed.set('LD_PRELOAD', `${environment.get('LD_PRELOAD') ?? ''} ${preload}`);
}

function openProgram(
  execution: Execution,
  loader: RunningProgram,
  builtIn: BuiltIn,
  name: string,
): KernelProgram | null {
  const { recording, rootfs } = execution;
  const via = loader.file.located.path;
  const asked = { by: loader.step, role: 'child', name, via, caller: via, searched: [name] } as const;
  const opened = openFile(execution, name);
  switch (opened.kind) {
    case 'file': {
      const { file } = opened;
      const { content } = file.located.entry;
      const refusals = refusalsOf(execution, builtIn, file);
      const step = recording.add(execution, { ...asked, file, refusals });
      return content?.kind === 'elf' && refusals.length === 0
        ? { step, argv: [name], file: asTold(file), elf: content }
        : null;
    }
    case 'outside': {
      const { path, why } = outsideOf(opened.at);
      recording.unreadable(path, why);
      return null;
    }
    case 'denied': {
      const located = rootfs.lookup(opened.at);
      const owner = located?.entry ?? { mode: 0, uid: 0, gid: 0 };
      recording.add(execution, { ...asked, file: null, refusals: [{ kind: 'no-read-permission', owner }] });
      return null;
    }
    default:
      recording.add(execution, {
        ...asked,
        file: null,
        refusals: [{ kind: 'missing', at: opened.at, link: null }],
      });
      return null;
  }
}

/** The kernel tells a loader where the program really lies; this one knows no more than it was told. */
function asTold({ path, located, ...file }: StepFile): StepFile {
  return { ...file, path, located: { ...located, path } };
}

function refusalsOf(execution: Execution, builtIn: BuiltIn, { located }: StepFile): readonly Refusal[] {
  const { platform, recording } = execution;
  const { content, type } = located.entry;
  if (type === 'directory') return [{ kind: 'not-a-file', type }];
  if (content === undefined || type !== 'file') {
    recording.unreadable(located.path, 'its content was not read');
    return [];
  }
  if (content.kind === 'empty' || content.kind === 'other') return [{ kind: 'unknown-format', content }];
  if (content.kind !== 'elf') return [noProgram('it is no ELF file, and a loader starts no others')];
  const abi = abiOf(content, platform);
  if (abi.kind !== 'native' && abi.kind !== 'unknown-platform') return [{ kind: 'wrong-abi', abi }];
  if (builtIn.libc === 'musl' && content.dynamic === null) return [noProgram(NO_TABLES)];
  const fault = mappingFaultOf(content);
  if (fault?.certainty === 'certain') return [{ kind: 'malformed-elf', fault: asLoaded(fault, content) }];
  return builtIn.libc === 'glibc' && needsNone(content)
    ? staticRefusalsOf(execution, builtIn, located, content)
    : [];
}

/** Where the kernel kills for a page that it cannot clear, a loader touches it itself. */
function asLoaded(fault: ElfFault, elf: ElfFacts): ElfFault {
  const isTouched = fault.outcome.kind === 'signal' && losesPages(elf);
  return isTouched ? { ...fault, outcome: { kind: 'signal', signal: 'SIGBUS' } } : fault;
}

const NO_TABLES = 'it has no PT_DYNAMIC, which a loader reads first';

/** Of a program that needs no loader: since 2.35 glibc's executes it in its own place (`rtld_chain_load`). */
function staticRefusalsOf(
  { access, recording }: Execution,
  { version }: GlibcLoader,
  located: Located,
  { dynamic }: ElfFacts,
): readonly Refusal[] {
  if (isAtLeast(version, '2.35'))
    return access.mayExecute(located)
      ? []
      : [{ kind: 'no-execute-permission', owner: ownershipOf(located.entry) }];
  if (dynamic === null) return [{ kind: 'malformed-elf', fault: killed(NO_TABLES) }];
  recording.leaveOut(`whether glibc’s loader before 2.35 can start ${located.path}, which needs none`);
  return [];
}

function noProgram(text: string): Refusal {
  const outcome = { kind: 'errno', errno: 'ENOEXEC' } as const;
  return { kind: 'malformed-elf', fault: { text, outcome, certainty: 'certain' } };
}
