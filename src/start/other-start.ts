/**
 * The program of a FreeBSD, Darwin or other image, and of one for a WebAssembly runtime: found by its path as on
 * Linux, and compared by its machine.
 */
import { canonicalPath } from '../rootfs/path.ts';
import { resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { isForeign } from './kernel/abi.ts';
import { argvOf, viaOf } from './command-line.ts';
import { environmentOf } from './environment.ts';
import { type ForeignStart, type NamedProgram, traceOf, WRONG_MACHINE } from './foreign-system.ts';
import { lookupRefusal } from './open-exec.ts';
import type { StartTrace } from './start-trace.ts';

/** @throws {LayerNeeded} */
export function traceOtherStart(start: ForeignStart): StartTrace {
  const { config, platform } = start;
  const leftOut = [`what ${platform.os} does with the program: only its machine is compared`];
  const [name] = argvOf(config.process);
  const program = name === undefined ? null : findProgram(start, name);
  const content = program?.file?.located.entry.content;
  const isWrong = isForeign(content, platform);
  const programs = program === null ? [] : [isWrong ? { ...program, refusals: [WRONG_MACHINE] } : program];
  return traceOf(start, programs, { leftOut });
}

/**
 * The first word is the module, or a file that a runtime's shim reads (Spin's and Slight's manifests, even `/`), so
 * that nothing but native code, and a module that is not there, is surely wrong. @throws {LayerNeeded}
 */
export function traceWasmStart(start: ForeignStart): StartTrace {
  const [first] = argvOf(start.config.process);
  if (first === undefined) return traceOf(start, [], {});
  // wasmtime's and wasmedge's shims take `module.wasm#function`.
  const name = first.replace(/(\.wasm)#.*$/, '$1');
  const program = findProgram(start, name);
  const content = program?.file?.located.entry.content;
  const isModule = content?.kind === 'other' && content.format === 'wasm';
  const leftOut = isModule ? [] : [`what the WebAssembly runtime makes of ${name}`];
  if (program === null) return traceOf(start, [], { leftOut });
  const isNative = content?.kind === 'elf' || (content?.kind === 'other' && NATIVE.has(content.format));
  if (isNative) return traceOf(start, [{ ...program, refusals: [WRONG_MACHINE] }], {});
  const isLost = program.file === null && name.endsWith('.wasm');
  const reach = program.file === null && !isLost ? 'possible' : 'certain';
  return traceOf(start, [{ ...program, reach }], { leftOut });
}

const NATIVE: ReadonlySet<string> = new Set(['mach-o', 'pe']);

/** null: below a mount of the runtime. */
function findProgram({ rootfs, config }: ForeignStart, name: string): NamedProgram | null {
  const { process } = config;
  const path = environmentOf(process.env).get('PATH') ?? '';
  const workingDir = canonicalPath(process.workingDir);
  const searched = name.includes('/') ? [] : path.split(':').filter((each) => each.startsWith('/'));
  const step = { name, via: viaOf(process), searched };
  // A module without a slash is looked for where the container begins, too.
  const places = [
    name.startsWith('/') ? name : `${workingDir}/${name}`,
    ...searched.map((each) => `${each}/${name}`),
  ];
  const walks = places.map((place) => lookAt(rootfs, place));
  const found = walks.find((walk) => walk.kind === 'found');
  if (found !== undefined) {
    return {
      ...step,
      file: { path: found.located.path, located: found.located, hops: found.hops },
      refusals: [],
    };
  }
  const [first] = walks;
  if (first === undefined || first.kind === 'found' || first.kind === 'runtime-mount') return null;
  const refusal =
    searched.length === 0 ? lookupRefusal(first) : ({ kind: 'not-in-path', path, passedOver: [] } as const);
  return { ...step, file: null, refusals: [refusal] };
}

function lookAt(rootfs: RootFs, path: string): ReturnType<typeof resolve> {
  return resolve(rootfs, canonicalPath(path));
}
