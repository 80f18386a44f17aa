/**
 * Packages that carry builds for several platforms side by side, as npm's do. Files for other platforms are as they
 * should be where the build for this one lies beside them; where it does not, the package is of no use here.
 */
import type { BinaryFile } from './binary-file.ts';
import type { ImageView } from './image-view.ts';
import { isExtension } from './place.ts';
import { platformWordsOf, type PlatformWords } from './platform-words.ts';
import type { Walk } from './walk-files.ts';

export type BuildsAnswer =
  /** The path does not say for which platform the file is. */
  | 'unnamed'
  /** The path says that it is for this platform, and it is not. */
  | 'contradicted'
  /** The build for this platform is there as well. */
  | 'complete'
  /** Builds for other systems only: nothing that this platform could want. */
  | 'other-systems'
  | 'missing';

/** For which platform builds are: by their names, or where these say no architecture, by what they are. */
interface Build {
  readonly os: string | null;
  readonly architecture: string | null;
  readonly libc: PlatformWords['libc'];
  readonly isNamed: boolean;
}

/** `/usr/lib/x86_64-linux-gnu/`: libraries of one architecture, not builds of one thing. */
const MULTIARCH_ROOT = /^\/(?:usr\/(?:local\/)?)?lib\/\*(?:\/|$)/;
/** Loaders and musl's libc have the machine in their name, and there is one of each. */
const OF_ABI = /\/(?:ld-(?:linux|musl)-|libc\.musl-)[^/]*$/;
/** npm installs of such packages only the one that fits the machine it runs on. */
const NPM_PLATFORM_PACKAGE = /\/node_modules\/(?:@[^/]+\/)?[^/]*\*[^/]*$/;

const WITHOUT_ELF: ReadonlySet<string> = new Set(['darwin', 'ios', 'windows']);

export class PlatformBuilds {
  readonly #image: ImageView;
  /** What there is of one thing, each once: by the last directory that varies, and by the whole path. */
  readonly #byRoot = new Map<string, Map<string, Build>>();
  readonly #byFamily = new Map<string, Map<string, Build>>();
  /** Paths of programs and libraries for this platform. */
  readonly #native: ReadonlySet<string>;
  /** Directories that hold a native add-on which was compiled on installation. */
  readonly #compiled = new Set<string>();

  constructor(image: ImageView, { native, others }: Walk) {
    this.#image = image;
    for (const { path } of native) {
      const compiled = /^(.*)\/build\/Release\/[^/]+\.node$/.exec(path)?.[1];
      if (compiled !== undefined) this.#compiled.add(compiled);
    }
    this.#native = new Set(native.map(({ path }) => path));
    const builds = others.filter(({ fit }) => fit !== 'no-program').map(({ file }) => file);
    for (const file of [...native, ...builds]) {
      const words = wordsFor(file);
      if (words === null) continue;
      const { os, libc, family } = words;
      const isNamed = words.architecture !== null;
      const build = { os, architecture: words.architecture ?? file.architecture, libc, isNamed };
      if (isNamed) addTo(this.#byRoot, words.root, build);
      addTo(this.#byFamily, family, build);
    }
  }

  /** Builds for the platform's machine, but for a libc that the image has not, without one for its own. */
  ofOtherLibc(native: readonly BinaryFile[]): BinaryFile[] {
    return native.filter(({ path }) => path.endsWith('.node')).filter((file) => this.of(file) === 'missing');
  }

  of(file: BinaryFile): BuildsAnswer {
    const words = wordsFor(file);
    if (words === null || MULTIARCH_ROOT.test(words.root) || OF_ABI.test(file.path)) return 'unnamed';
    const { root } = words;
    const sameFile = [...(this.#byFamily.get(words.family)?.values() ?? [])];
    const isOurs = (build: Omit<Build, 'isNamed'>): boolean => this.#isOurs(build);
    if (words.architecture === null && (words.os === null || words.os === 'linux')) {
      // Packages that once were for x86-64 alone say `linux` for it, and the names of the others beside it.
      return sameFile.some((build) => build.isNamed && isOurs(build)) ? 'complete' : 'unnamed';
    }
    const isNative = file.architecture === this.#image.platform.architecture;
    if (isOurs(words)) return isNative ? 'complete' : 'contradicted';
    if (file.architecture !== null && file.architecture !== words.architecture) return 'unnamed';
    const named = [...(this.#byRoot.get(root)?.values() ?? [])];
    if ([...named, ...sameFile].some(isOurs) || this.#hasSubstitute(root)) return 'complete';
    // Builds for Linux say what is missing; where there are none, those for other systems do that for npm's packages.
    const isOfLinux = named.some(({ os }) => os === null || os === 'linux');
    if (isOfLinux) return words.os === null || words.os === 'linux' ? 'missing' : 'other-systems';
    // A name like `active-win` says what a package is about.
    const isPlatformPackage = words.architecture !== null && NPM_PLATFORM_PACKAGE.test(root);
    return isExtension(file.path) || isPlatformPackage ? 'missing' : 'other-systems';
  }

  #isOurs({ os, architecture, libc }: Omit<Build, 'isNamed'>): boolean {
    const { platform, libc: own } = this.#image;
    const fits = libc === null || own === null || libc === own;
    return (os === null || os === platform.os) && architecture === platform.architecture && fits;
  }

  /**
   * A package with `prebuilds/` also works where its add-on was compiled, or where it has a plain fallback; and where
   * `tool` is for this machine, `tool-linux-amd64` beside it is for others to download.
   */
  #hasSubstitute(root: string): boolean {
    if (this.#native.has(root.replace(/[-_.]\*$/, ''))) return true;
    const [, folder] = /^(.*)\/prebuilds\/[^/]*$/.exec(root) ?? [];
    if (folder === undefined) return false;
    return this.#compiled.has(folder) || this.#image.rootfs.lookup(`${folder}/fallback.js`) !== null;
  }
}

/** An ELF file is for none of the systems that have other formats: their names stand for something else there. */
function wordsFor({ path, format }: BinaryFile): PlatformWords | null {
  const words = platformWordsOf(path);
  if (words === null || format !== 'elf' || !WITHOUT_ELF.has(words.os ?? '')) return words;
  return words.architecture === null ? null : { ...words, os: null };
}

function addTo(builds: Map<string, Map<string, Build>>, key: string, build: Build): void {
  const known = builds.get(key) ?? new Map<string, Build>();
  builds.set(key, known);
  known.set(Object.values(build).join(), build);
}
