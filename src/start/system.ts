import type { Platform } from '../oci/platform.ts';

/** Who starts the program: a Linux kernel, Windows, a WebAssembly runtime, or a kernel that is not modelled here. */
export type System = 'linux' | 'windows' | 'wasm' | 'other';

const WASM: ReadonlySet<string> = new Set(['wasi', 'wasip1', 'wasip2']);
/** With one of these crun and its kind hand the container to a WebAssembly runtime, whatever the platform says. */
const WASM_ANNOTATIONS = ['module.wasm.image/variant', 'run.oci.handler'] as const;

export function systemOf(
  { os, architecture }: Platform,
  annotations: Readonly<Record<string, string>> = {},
): System {
  if (WASM.has(os) || architecture.startsWith('wasm')) return 'wasm';
  if (os === 'windows') return 'windows';
  if (os !== 'linux') return 'other';
  const [variant, handler] = WASM_ANNOTATIONS.map((name) => annotations[name]);
  return variant?.startsWith('compat') === true || handler === 'wasm' ? 'wasm' : 'linux';
}
