/**
 * A loader that is started itself, with the program as a word of its command line: `ld.so [OPTION]… PROGRAM [WORD]…`
 * (`dl_main` of glibc's elf/rtld.c, `__dls3` of musl's ldso/dynlink.c). It opens the program as it opens a library, so
 * that neither the program's x bits nor its PT_INTERP matter. Left out: options that list or verify instead of
 * starting, and those that change in other ways where libraries are looked for.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { GlibcLoader, MuslLoader } from '../../elf/loader-facts.ts';
import { abiOf } from '../kernel/abi.ts';
import { mappingFaultOf } from '../kernel/elf-mapping.ts';
import type { Execution } from '../execution.ts';
import { type KernelProgram, loadWith } from './loader.ts';
import { openFile, outsideOf } from '../open-file.ts';
import { type OptionSyntax, parseOptions } from '../programs/options.ts';
import type { Refusal } from '../refusal.ts';
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
  const name = parsed?.rest[0];
  if (parsed !== null && name === undefined && loader.tail === 'end') {
    const error = builtIn.libc === 'glibc' ? `${path}: missing program name` : 'Dynamic Program Loader';
    recording.refuse(loader.step, { kind: 'nothing-to-start', error });
    return null;
  }
  if (parsed === null || name === undefined) {
    recording.leaveOut(`what ${path} starts: its options are not known here`);
    return null;
  }
  if (builtIn.libc === 'glibc' && !name.includes('/')) {
    recording.unreadable(path, `it looks for ${name} as it does for libraries, which is not followed here`);
    return null;
  }
  const program = openProgram(execution, loader, name);
  if (program === null) return null;
  const options = new Map(parsed.options);
  const preload = options.get('preload') ?? null;
  const environment = environmentWith(execution.environment, options, builtIn.libc);
  const object = { name: loader.path, file: loader.file, elf: loader.elf };
  const refusals = loadWith(
    { ...execution, environment },
    program,
    object,
    builtIn,
    builtIn.libc === 'musl' ? preload : null,
  );
  for (const refusal of refusals) recording.refuse(program.step, refusal);
  return { ...program, role: 'child', path: name, argv: parsed.rest, tail: loader.tail };
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

function openProgram(execution: Execution, loader: RunningProgram, name: string): KernelProgram | null {
  const { recording, rootfs } = execution;
  const via = loader.file.located.path;
  const asked = { by: loader.step, role: 'child', name, via, caller: via, searched: [name] } as const;
  const opened = openFile(execution, name);
  switch (opened.kind) {
    case 'file': {
      const { file } = opened;
      const { content } = file.located.entry;
      const refusals = refusalsOf(execution, file);
      const step = recording.add(execution, { ...asked, file, refusals });
      return content?.kind === 'elf' && refusals.length === 0
        ? { step, argv: [name], file, elf: content }
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

function refusalsOf({ platform, recording }: Execution, { located }: StepFile): readonly Refusal[] {
  const { content, type } = located.entry;
  if (type === 'directory') return [{ kind: 'not-a-file', type }];
  if (content === undefined || type !== 'file') {
    recording.unreadable(located.path, 'its content was not read');
    return [];
  }
  if (content.kind === 'empty' || content.kind === 'other') return [{ kind: 'unknown-format', content }];
  const outcome = { kind: 'errno', errno: 'ENOEXEC' } as const;
  if (content.kind !== 'elf') {
    const text = 'it is no ELF file, and a loader starts no others';
    return [{ kind: 'malformed-elf', fault: { text, outcome, certainty: 'certain' } }];
  }
  const abi = abiOf(content, platform);
  if (abi.kind !== 'native' && abi.kind !== 'unknown-platform') return [{ kind: 'wrong-abi', abi }];
  const fault = mappingFaultOf(content);
  return fault === null || fault.certainty === 'possible' ? [] : [{ kind: 'malformed-elf', fault }];
}
