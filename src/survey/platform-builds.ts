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

/** `/usr/lib/x86_64-linux-gnu/`: libraries of one architecture, not builds of one thing. */
const MULTIARCH_ROOT = /^\/(?:usr\/(?:local\/)?)?lib\/\*(?:\/|$)/;
/** npm installs of such packages only the one that fits the machine it runs on. */
const NPM_PLATFORM_PACKAGE = /\/node_modules\/(?:@[^/]+\/)?[^/]*\*[^/]*$/;

export class PlatformBuilds {
  readonly #image: ImageView;
  readonly #families = new Map<string, PlatformWords[]>();
  /** Directories that hold a native add-on which was compiled on installation. */
  readonly #compiled = new Set<string>();

  constructor(image: ImageView, { native, others }: Walk) {
    this.#image = image;
    for (const { path } of native) {
      const compiled = /^(.*)\/build\/Release\/[^/]+\.node$/.exec(path)?.[1];
      if (compiled !== undefined) this.#compiled.add(compiled);
    }
    for (const { path } of [...native, ...others.map(({ file }) => file)]) {
      const words = platformWordsOf(path);
      if (words !== null) this.#members(rootOf(words)).push(words);
    }
  }

  #members(root: string): PlatformWords[] {
    const known = this.#families.get(root);
    if (known !== undefined) return known;
    const members: PlatformWords[] = [];
    this.#families.set(root, members);
    return members;
  }

  /** Builds for the platform's machine, but for a libc that the image has not, without one for its own. */
  ofOtherLibc(native: readonly BinaryFile[]): BinaryFile[] {
    return native.filter(({ path }) => path.endsWith('.node')).filter((file) => this.of(file) === 'missing');
  }

  of(file: BinaryFile): BuildsAnswer {
    const words = platformWordsOf(file.path);
    const root = words === null ? null : rootOf(words);
    if (words === null || root === null || MULTIARCH_ROOT.test(root)) return 'unnamed';
    if (words.architecture === null && (words.os === null || words.os === 'linux')) return 'unnamed';
    const isNative = file.architecture === this.#image.platform.architecture;
    if (this.#isOurs(words)) return isNative ? 'complete' : 'contradicted';
    if (file.architecture !== null && file.architecture !== words.architecture) return 'unnamed';
    const members = this.#families.get(root) ?? [];
    if (members.some((member) => this.#isOurs(member)) || this.#hasSubstitute(root)) return 'complete';
    const mayBeWanted =
      isExtension(file.path) ||
      NPM_PLATFORM_PACKAGE.test(root) ||
      members.some(({ os }) => os === null || os === 'linux');
    return mayBeWanted ? 'missing' : 'other-systems';
  }

  #isOurs({ os, architecture, libc }: PlatformWords): boolean {
    const { platform, libc: own } = this.#image;
    const fits = libc === null || own === null || libc === own;
    return (os === null || os === platform.os) && architecture === platform.architecture && fits;
  }

  /** A package with `prebuilds/` also works where its add-on was compiled, or where it has a plain fallback. */
  #hasSubstitute(root: string): boolean {
    const [, folder] = /^(.*)\/prebuilds\/[^/]*$/.exec(root) ?? [];
    if (folder === undefined) return false;
    return this.#compiled.has(folder) || this.#image.rootfs.lookup(`${folder}/fallback.js`) !== null;
  }
}

/** Up to the last directory that varies (`/app/node_modules/@esbuild/*`), else the whole. */
export function rootOf({ family }: PlatformWords): string {
  const name = family.lastIndexOf('/');
  const star = family.lastIndexOf('*', name);
  return star < 0 ? family : family.slice(0, family.indexOf('/', star));
}
