import type { Digest } from '../oci/digest.ts';
import type { BinaryFile } from './binary-file.ts';

/** A root file system of another platform under, or instead of, what was copied in. */
export interface ForeignUserland {
  readonly architecture: string;
  /** `x86-64`. */
  readonly machine: string;
  /** Its files of the system's own directories, and how many files there are for the right platform. */
  readonly count: number;
  readonly nativeCount: number;
  /** All files for that architecture, wherever they lie: with the base wrong, they have the same cause. */
  readonly total: number;
  /** The layer that brought most of them. */
  readonly layer: Digest | null;
  readonly paths: readonly string[];
}

/** What a base image brings; `/usr/local` and the rest is the image's own. */
const SYSTEM = /^\/(?:usr\/)?(?:s?bin|lib(?:32|64|exec|x32)?)\//;
/** A file without which no user land is one. */
const CORE =
  /\/(?:ld-[^/]*\.so\.\d+|ld64\.so\.\d|libc\.so\.6|libc\.musl-[^/]+|libc-2\.\d+\.so|busybox|bash|dash|sh|coreutils)$/;
const FEWEST = 3;

/** null unless most of the system's own programs and libraries are for one other architecture. */
export function findForeignUserland(
  foreign: readonly BinaryFile[],
  native: readonly BinaryFile[],
): ForeignUserland | null {
  const system = Map.groupBy(
    foreign.filter(({ path, architecture }) => architecture !== null && SYSTEM.test(path)),
    ({ architecture }) => architecture ?? '',
  );
  const [largest] = [...system].sort(([, one], [, other]) => other.length - one.length);
  if (largest === undefined) return null;
  const [architecture, files] = largest;
  const nativeCount = native.filter(({ path }) => SYSTEM.test(path)).length;
  const [first] = files;
  const hasCore = files.some(({ path }) => CORE.test(path));
  if (first === undefined || files.length < FEWEST || files.length <= nativeCount || !hasCore) return null;
  return {
    architecture,
    machine: first.machine,
    count: files.length,
    nativeCount,
    total: foreign.filter((file) => file.architecture === architecture).length,
    layer: mainLayerOf(files),
    paths: files
      .map(({ path }) => path)
      .filter((path) => CORE.test(path))
      .sort()
      .slice(0, 8),
  };
}

function mainLayerOf(files: readonly BinaryFile[]): Digest | null {
  const byLayer = [...Map.groupBy(files, ({ layer }) => layer)];
  return byLayer.sort(([, one], [, other]) => other.length - one.length)[0]?.[0] ?? null;
}
