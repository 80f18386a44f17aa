/**
 * What a dynamic loader has built in. Where it looks for libraries differs from one distribution's build to the
 * next (`/lib/x86_64-linux-gnu` in Debian, `/lib64` in Fedora, a store path in Nix) and is written nowhere but in
 * the constant strings of the loader file itself, so that is where it is read.
 */
export type LoaderFacts = GlibcLoader | MuslLoader | GcompatLoader | StaticGlibc | LostGlibc;

export interface GlibcLoader {
  readonly libc: 'glibc';
  /** SYSTEM_DIRS of elf/dl-load.c, in order, without the trailing slash. */
  readonly systemDirectories: readonly string[];
  /** Where it looks for the cache: `/etc/ld.so.cache`; null: built without one. */
  readonly cache: string | null;
  /** The list of libraries to load before any other: `/etc/ld.so.preload`. */
  readonly preload: string | null;
  /** What `$LIB` stands for: `lib64`, `lib/x86_64-linux-gnu`; null when it could not be told. */
  readonly lib: string | null;
  /** Names of glibc-hwcaps sub-directories, best first; empty before glibc 2.33. */
  readonly hwcaps: readonly string[];
  /** Whether the sub-directories of before glibc 2.37 (`tls`, `haswell` …) are searched too. */
  readonly legacyHwcaps: 'searched' | 'gone';
  /** `2.36`, as its `--version` says; null before glibc 2.33, which had no such option. */
  readonly version: string | null;
  /** What it does with DT_RELR: `passed-over` before glibc 2.36. */
  readonly packedRelocations: 'done' | 'passed-over';
}

export interface MuslLoader {
  readonly libc: 'musl';
  /** LDSO_ARCH, as in `/etc/ld-musl-ARCH.path`: `x86_64`, `armhf`. */
  readonly arch: string;
  /** Used when there is no path file. */
  readonly systemDirectories: readonly string[];
  readonly version: string | null;
}

/** A small program under the name of glibc's loader that starts musl's, with a library for what musl has not. */
export interface GcompatLoader {
  readonly libc: 'gcompat';
  /** Path of musl's loader. */
  readonly musl: string;
  readonly preload: string;
}

/** A static program of glibc's: it holds what a loader does, for dlopen(3), and is none. */
export interface StaticGlibc {
  readonly libc: 'static-glibc';
}

/** glibc's loader, whose own tables are not where its program headers say; its code finds them without those. */
export interface LostGlibc {
  readonly libc: 'lost-glibc';
}

/** Of what `ld.so --help` says, which no static program has. */
const USAGE = '[ARGS-FOR-PROGRAM...]';

/** Whether the file defines a symbol; null: its symbols could not be read. */
export type Defines = ((name: string) => boolean) | null;

/** Names that glibc's loader and musl's define, and that no program has a reason to. */
const OWN_NAMES = { glibc: ['_rtld_global'], musl: ['__libc_start_main', 'dlopen'] } as const;

/** Strings alone make no loader, since tools speak of the same paths. */
function lacksNamesOf(libc: keyof typeof OWN_NAMES, defines: Defines): boolean {
  return defines !== null && !OWN_NAMES[libc].every(defines);
}

/** Whether it defines what one of the loaders has: a library that needs others is else none. */
export function definesLoader(defines: Defines): boolean {
  return !lacksNamesOf('glibc', defines) || !lacksNamesOf('musl', defines);
}

/** No loader is larger; Debian's are 200 KB (glibc) to 900 KB (musl, which is the libc as well). */
const MAX_LOADER_BYTES = 8 * 1024 * 1024;

/** Facts of a file that nobody needs to load, if it is a loader that we know, whatever it is named; else null. */
export function loaderFactsOf(file: Uint8Array, defines: Defines): LoaderFacts | null {
  if (file.length > MAX_LOADER_BYTES) return null;
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.includes('/etc/ld-musl-'))
    return lacksNamesOf('musl', defines) ? null : muslOf(bytes.toString('latin1'));
  if (bytes.includes('libgcompat.so')) return gcompatOf(bytes.toString('latin1'));
  return bytes.includes('ld.so-1.7.0') ? glibcOf(bytes.toString('latin1'), defines) : null;
}

function glibcOf(text: string, defines: Defines): GlibcLoader | StaticGlibc | LostGlibc | null {
  // One array of strings, each a directory with a slash at the end; what lies before it in the file may be anything.
  const runs = text.match(/(?:\/[!-~]{1,500}\/\0)+/g) ?? [];
  const run = runs.find((directories) => directories.includes('lib'));
  if (run === undefined) return null;
  const hasUsage = text.includes(USAGE);
  if (lacksNamesOf('glibc', defines) || (defines === null && !hasUsage))
    return { libc: hasUsage ? 'lost-glibc' : 'static-glibc' };
  const systemDirectories = run
    .split('\0')
    .slice(0, -1)
    .map((directory) => directory.slice(0, -1));
  return {
    libc: 'glibc',
    systemDirectories,
    cache: /\0(\/[^\0]{0,500}ld\.so\.cache)\0/.exec(text)?.[1] ?? null,
    preload: /\0(\/[^\0]{0,500}\.so\.preload)\0/.exec(text)?.[1] ?? null,
    lib: libOf(text, systemDirectories[0] ?? ''),
    hwcaps: /\0((?:x86-64-v\d|power\d+|z\d\d)(?::[\w-]+)+)\0/.exec(text)?.[1]?.split(':') ?? [],
    legacyHwcaps: text.includes('\0tls\0') ? 'searched' : 'gone',
    version: /\0ld\.so \([^)\0]{0,200}\) \w+ release version (\d+\.\d+)/.exec(text)?.[1] ?? null,
    packedRelocations: text.includes('GLIBC_ABI_DT_RELR') ? 'done' : 'passed-over',
  };
}

/** DL_DST_LIB: the last name of the library directory, in Debian the whole of it below the root. */
function libOf(text: string, directory: string): string | null {
  const below = directory.slice(1);
  const last = below.slice(below.lastIndexOf('/') + 1);
  return [below, last].find((lib) => lib !== '' && text.includes(`\0${lib}\0`)) ?? null;
}

function muslOf(text: string): MuslLoader | null {
  const arch = /\/etc\/ld-musl-([\w.-]+)\.path\0/.exec(text)?.[1];
  const path = /\/[!-9;-~]*lib[!-9;-~]*(?::\/[!-9;-~]*lib[!-9;-~]*)+(?=\0)/.exec(text)?.[0];
  if (arch === undefined || path === undefined) return null;
  const version = /\0(1\.\d+\.\d+[\w.+~-]*)\0/.exec(text)?.[1] ?? null;
  return { libc: 'musl', arch, systemDirectories: path.split(':'), version };
}

function gcompatOf(text: string): GcompatLoader | null {
  const musl = /\/[!-~]*\/ld-musl-[!-~]+(?=\0)/.exec(text)?.[0];
  const preload = /\/[!-~]*\/libgcompat\.so[!-~]*(?=\0)/.exec(text)?.[0];
  return musl === undefined || preload === undefined ? null : { libc: 'gcompat', musl, preload };
}
