import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { BinaryFile } from './binary-file.ts';
import { emulatedBy } from './emulated-by.ts';
import type { Place, Places } from './place.ts';
import type { Walk } from './walk-files.ts';

/** What is known of the image as a whole when a single file is judged. */
export interface ImageView {
  readonly platform: Platform;
  readonly rootfs: RootFs;
  /** The libc whose loader is there; null when none or both are. */
  readonly libc: 'glibc' | 'musl' | null;
  /** GOARCH names of the other architectures whose packages the package database lists. */
  readonly foreignPackages: ReadonlySet<string>;
  /** GOARCH names of the architectures that an emulator in the image runs. */
  readonly emulated: ReadonlySet<string>;
  readonly placeOf: (path: string) => Place;
  /** A link of PATH or of npm's `.bin`, or one that the user named, leads to it under a name of its own. */
  readonly isLinked: (path: string) => boolean;
  /** Exemptions by name that are not to apply. */
  readonly exemptionsOff: readonly string[];
}

export function viewOf(
  rootfs: RootFs,
  { platform, exemptionsOff }: Pick<ImageView, 'platform' | 'exemptionsOff'>,
  places: Places,
  walk: Walk,
): ImageView {
  const placeOf = (path: string): Place => places.of(path);
  const commands = walk.native.filter(({ path }) => placeOf(path) === 'command');
  return {
    platform,
    rootfs,
    libc: onlyOne(walk.native.flatMap((file) => libcOf(file) ?? [])),
    foreignPackages: new Set(
      [...walk.packageArchitectures.values()].flatMap((names) => foreignPackagesOf(names, platform)),
    ),
    emulated: new Set(commands.flatMap(({ path }) => emulatedBy(path))),
    placeOf,
    isLinked: (path) => places.isLinked(path),
    exemptionsOff,
  };
}

function onlyOne<T>(values: readonly T[]): T | null {
  const [first, ...others] = new Set(values);
  return first === undefined || others.length > 0 ? null : first;
}

/** Names of dpkg, apk and rpm for architectures, as GOARCH; null for `all`, `noarch` and unknown ones. */
function architectureOfPackage(name: string): string | null {
  return PACKAGE_ARCHITECTURES.get(name) ?? null;
}

const PACKAGE_ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'amd64'],
  ['x86_64', 'amd64'],
  ['x86_64_v2', 'amd64'],
  ['arm64', 'arm64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['armel', 'arm'],
  ['armv7', 'arm'],
  ['armv7hl', 'arm'],
  ['i386', '386'],
  ['i586', '386'],
  ['i686', '386'],
  ['x86', '386'],
  ['ppc64el', 'ppc64le'],
  ['ppc64le', 'ppc64le'],
  ['s390x', 's390x'],
  ['riscv64', 'riscv64'],
  ['loong64', 'loong64'],
  ['loongarch64', 'loong64'],
  ['mips64el', 'mips64le'],
  ['mipsel', 'mipsle'],
]);

/**
 * The other architectures of a package database. Only of one that mostly lists the platform's own packages: that of
 * a wrong base lists nothing but foreign ones.
 */
function foreignPackagesOf(names: readonly string[], platform: Platform): readonly string[] {
  const architectures = names.flatMap((name) => architectureOfPackage(name) ?? []);
  const own = architectures.filter((architecture) => architecture === platform.architecture).length;
  const foreign = architectures.filter((architecture) => architecture !== platform.architecture);
  return own > foreign.length ? foreign : [];
}

/** A file of the platform that tells which libc the image has. */
function libcOf({ path }: BinaryFile): 'glibc' | 'musl' | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('ld-musl-')) return 'musl';
  return /^ld(?:-linux.*|64)?\.so\.[12]$|^ld-2\.\d+\.so$/.test(name) ? 'glibc' : null;
}
