import type { Platform } from '../oci/platform.ts';

/** Who starts the program: a Linux kernel, Windows, a WebAssembly runtime, or a kernel that is not modelled here. */
export type System = 'linux' | 'windows' | 'wasm' | 'other';

/** Kernels and user lands of their own; a name that nobody knows is taken for a misspelled Linux. */
const OTHERS: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd illumos ios js netbsd openbsd plan9 solaris'.split(' '),
);
const WASM: ReadonlySet<string> = new Set(['wasi', 'wasip1', 'wasip2']);
/** GOOS names of everything that images are built for. */
export const OPERATING_SYSTEMS: ReadonlySet<string> = new Set(['linux', 'windows', ...OTHERS, ...WASM]);
/** With one of these crun and its kind hand the container to a WebAssembly runtime, whatever the platform says. */
const WASM_ANNOTATIONS = ['module.wasm.image/variant', 'run.oci.handler'] as const;

export function systemOf(
  { os, architecture }: Platform,
  annotations: Readonly<Record<string, string>> = {},
): System {
  const name = os.toLowerCase();
  if (WASM.has(name) || architecture.startsWith('wasm')) return 'wasm';
  if (name === 'windows') return 'windows';
  if (OTHERS.has(name)) return 'other';
  const [variant, handler] = WASM_ANNOTATIONS.map((name) => annotations[name]);
  return variant?.startsWith('compat') === true || handler === 'wasm' ? 'wasm' : 'linux';
}
