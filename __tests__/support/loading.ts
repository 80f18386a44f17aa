/** A small root file system with a program and a loader, and what loading the program comes to. */
import { listLayer } from '../../src/layers/list-layer.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { resolve } from '../../src/rootfs/resolve.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import type { Execution } from '../../src/start/execution.ts';
import type { FileAccess } from '../../src/start/users/file-access.ts';
import { loadProgram } from '../../src/start/loader/loader.ts';
import { Recording } from '../../src/start/recording.ts';
import type { StartStep, Unreadable } from '../../src/start/start-trace.ts';
import { buildElf } from './elf-builder.ts';
import type { ElfSpec } from './elf-spec.ts';
import { file, inPieces, layerOf, type TarItem } from './layer-builder.ts';

export interface Loading {
  readonly steps: readonly StartStep[];
  readonly leftOut: readonly string[];
  readonly unreadable: readonly Unreadable[];
}

export interface LoadOptions {
  readonly platform?: string;
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly mode?: Execution['mode'];
  /** Files and directories that the user may neither read nor search. */
  readonly closed?: readonly string[];
}

/** What loading `/app` (or another program) records. */
export async function load(items: readonly TarItem[], options: LoadOptions = {}): Promise<Loading> {
  const layer = layerOf(items, 'none');
  const rootfs = RootFs.of([await listLayer(layer, inPieces(layer.bytes))]);
  const recording = new Recording();
  const { program = '/app', environment = {}, closed = [] } = options;
  const isOpen: FileAccess['mayRead'] = ({ path }) => !closed.includes(path);
  const execution: Execution = {
    rootfs,
    platform: parsePlatform(options.platform ?? 'linux/amd64'),
    environment: new Map(Object.entries(environment)),
    workingDir: options.workingDir ?? '/',
    credentials: { uid: 0, gid: 0, groups: [] },
    access: { mayRead: isOpen, mayWrite: isOpen, mayExecute: isOpen, maySearch: isOpen },
    mode: options.mode ?? 'normal',
    chain: 'start',
    reach: 'certain',
    recording,
  };
  const walk = resolve(rootfs, program);
  if (walk.kind !== 'found' || walk.located.entry.content?.kind !== 'elf')
    throw new Error(`no ELF at ${program}`);
  const found = { path: program, located: walk.located, hops: walk.hops };
  const { content } = walk.located.entry;
  loadProgram(execution, { step: 0, argv: [program], file: found, elf: content }, execution);
  return { steps: recording.steps, leftOut: recording.leftOut, unreadable: recording.unread };
}

export const GLIBC = '/lib64/ld-linux-x86-64.so.2';
export const MUSL = '/lib/ld-musl-x86_64.so.1';

export function elf(path: string, spec: ElfSpec): TarItem {
  return file(path.slice(1), Buffer.from(buildElf(spec)), { mode: 0o755 });
}

/** A program for glibc's loader. */
export function app(spec: ElfSpec = {}, path = '/app'): TarItem {
  return elf(path, { interpreter: GLIBC, needed: ['libc.so.6'], ...spec });
}

export function library(path: string, spec: ElfSpec = {}): TarItem {
  return elf(path, { soname: path.slice(path.lastIndexOf('/') + 1), ...spec });
}

const DEBIAN = ['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib', '/usr/lib'];

/** What looks like glibc's loader to us, with what Debian's has built in. */
export function glibcLoader(
  directories: readonly string[] = DEBIAN,
  path = GLIBC,
  spec: ElfSpec = {},
): TarItem {
  const lib = (directories[0] ?? '').slice(1);
  return loaderFile(path, { soname: 'ld-linux-x86-64.so.2', ...defining(spec, '_rtld_global') }, [
    ...directories.map((directory) => `${directory}/`),
    lib,
    '/etc/ld.so.cache',
    'ld.so-1.7.0',
    '/etc/ld.so.preload',
    'x86-64-v4:x86-64-v3:x86-64-v2',
  ]);
}

export function muslLoader(path = MUSL, spec: ElfSpec = {}): TarItem {
  return loaderFile(path, { soname: 'libc.so', ...defining(spec, '__libc_start_main', 'dlopen') }, [
    '1.2.5',
    '/lib:/usr/local/lib:/usr/lib',
    '%.*s/etc/ld-musl-x86_64.path',
  ]);
}

/** No file is taken for a loader that has not its symbols. */
function defining(spec: ElfSpec, ...names: readonly string[]): ElfSpec {
  return { ...spec, defined: [...names, ...(spec.defined ?? [])] };
}

/** An entry point in the segment with the code: nobody runs it, but a loader begins somewhere. */
export const SOMEWHERE = 0x40;

function loaderFile(path: string, spec: ElfSpec, strings: readonly string[]): TarItem {
  const header = { entry: SOMEWHERE, ...spec.header };
  const bytes = Buffer.concat([buildElf({ ...spec, header }), Buffer.from(`\0${strings.join('\0')}\0`)]);
  return file(path.slice(1), bytes, { mode: 0o755 });
}

/** `name -> path` of what was mapped and `name: kind` of what was refused. */
export function outcome({ steps }: Loading): string[] {
  return steps.map(({ name, file: found, refusals }) => {
    const [refusal] = refusals;
    if (refusal !== undefined) return `${name}: ${refusal.kind}`;
    return `${name} -> ${found?.path ?? 'nothing'}`;
  });
}
