/** Where in the image a file lies, as far as that tells what becomes of it. */
import picomatch from 'picomatch';
import { parentOf } from '../rootfs/path.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { resolve } from '../rootfs/resolve.ts';
import { platformWordsOf } from './platform-words.ts';

export type Place =
  /** A directory of PATH, or a usual one. */
  | 'command'
  /** Where loaders and programs look for their libraries and helpers. */
  | 'library'
  /** What s6-overlay, buildpacks and the like start by themselves. */
  | 'service'
  /** Named by the user (`binaries`). */
  | 'wanted'
  /** What an interpreter loads by its plain name: Python, Ruby, Perl and PHP extensions, compiled Node add-ons. */
  | 'extension'
  /** Another library that an interpreter may load. */
  | 'add-on'
  | 'elsewhere';

const COMMAND_DIRECTORIES = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
] as const;
const SERVICES =
  /^\/(?:init$|command\/|package\/|etc\/(?:s6-overlay|services\.d|cont-init\.d)\/|cnb\/|layers\/)/;
const LIBRARIES = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|exec)?\//;
/** A library directory of Debian's multiarch, whose first word is its architecture. */
const MULTIARCH = /^\/(?:usr\/(?:local\/)?)?lib\/((?:[a-z0-9_]+)-linux-(?:gnu|musl)[a-z0-9_]*)\//;

const PYTHON = /\/(?:site|dist)-packages\/.*\.so(?:\.[0-9.]+)?$|\/lib-dynload\/[^/]+\.so$/;
const RUBY = /\/(?:gems|extensions|vendor_ruby|site_ruby|ruby\/[0-9.]+)\/.*\.(?:so|bundle)$/;
const PERL = /\/auto\/.*\.so$/;
const PHP = /\/no-debug-(?:non-)?zts-\d+\/[^/]+\.so$/;
const COMPILED_NODE = /\/build\/(?:Release|Debug)\/[^/]+\.node$/;

export class Places {
  readonly #commands: ReadonlySet<string>;
  readonly #isWanted: (path: string) => boolean;
  readonly #architecture: string;

  /** `environment`: of the image; `wanted`: globs. */
  constructor(
    rootfs: RootFs,
    architecture: string,
    environment: ReadonlyMap<string, string>,
    wanted: readonly string[],
  ) {
    const searched =
      environment
        .get('PATH')
        ?.split(':')
        .filter((each) => each.startsWith('/')) ?? [];
    const directories = [...searched, ...COMMAND_DIRECTORIES];
    this.#commands = new Set(directories.map((directory) => canonical(rootfs, directory)));
    this.#isWanted = wanted.length === 0 ? () => false : picomatch([...wanted], { dot: true });
    this.#architecture = architecture;
  }

  of(path: string): Place {
    if (this.#isWanted(path)) return 'wanted';
    if (this.#commands.has(parentOf(path))) return 'command';
    if (SERVICES.test(path)) return 'service';
    if (isExtension(path)) return 'extension';
    if (path.endsWith('.node')) return 'add-on';
    return LIBRARIES.test(path) && !this.#isOfOtherMultiarch(path) ? 'library' : 'elsewhere';
  }

  /** The platform's loaders do not look into the library directories of other architectures. */
  #isOfOtherMultiarch(path: string): boolean {
    const [, triplet] = MULTIARCH.exec(path) ?? [];
    const architecture = triplet === undefined ? null : platformWordsOf(`/${triplet}`)?.architecture;
    return typeof architecture === 'string' && architecture !== this.#architecture;
  }
}

function isExtension(path: string): boolean {
  return [PYTHON, RUBY, PERL, PHP, COMPILED_NODE].some((pattern) => pattern.test(path));
}

function canonical(rootfs: RootFs, directory: string): string {
  const found = resolve(rootfs, directory);
  return found.kind === 'found' ? found.located.path : directory;
}
