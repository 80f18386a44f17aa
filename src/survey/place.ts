/** Where in the image a file lies, as far as that tells what becomes of it. */
import picomatch from 'picomatch';
import { parentOf } from '../rootfs/path.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { resolve } from '../rootfs/resolve.ts';
import { emulatedBy } from './emulated-by.ts';
import { platformWordsOf } from './platform-words.ts';

export type Place =
  /** In a directory of PATH, or a usual one; or what HEALTHCHECK runs. */
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
const SERVICES = new RegExp(
  [
    '^/(?:init$|command/|package/|etc/(?:s6-overlay|services\\.d|cont-init\\.d)/|cnb/)',
    // What a buildpack's layer puts on PATH and before the loader, runs at launch, or has at its root.
    '^/layers/[^/]+/[^/]+/(?:(?:s?bin|exec\\.d|lib(?:32|64|exec)?)/|[^/]+$)',
  ].join('|'),
);
const LIBRARIES = /^\/(?:usr\/(?:local\/)?)?lib(?:32|64|exec)?\//;
/** What lies in packages of an interpreter is the interpreter's affair, below whatever directory they are. */
const PACKAGES = /\/(?:node_modules|(?:site|dist)-packages|gems)\//;
/** A library directory of Debian's multiarch, whose first word is its architecture. */
const MULTIARCH = /^\/(?:usr\/(?:local\/)?)?lib\/((?:[a-z0-9_]+)-linux-(?:gnu|musl)[a-z0-9_]*)\//;

const PYTHON =
  /\/(?:site|dist)-packages\/.*\.so(?:\.[0-9.]+)?$|\/lib-dynload\/[^/]+\.so$|\.(?:cpython-\d|pypy\d|abi\d)[^/]*\.so$/;
const RUBY = /\/(?:gems|extensions|vendor_ruby|site_ruby|ruby\/[0-9.]+)\/.*\.(?:so|bundle)$/;
const PERL = /\/auto\/.*\.so$/;
const PHP = /\/no-debug-(?:non-)?zts-\d+\/[^/]+\.so$/;
/** Of node-gyp; of node-pre-gyp, which has the platform in its folder or means this one. */
const COMPILED_NODE = /\/build\/(?:Release|Debug)\/[^/]+\.node$|\/lib\/binding\/(?:.*\/)?[^/]+\.node$/;

const OFFERED = /\/node_modules\/\.bin\/[^/]+$/;

/** What is run by its name alone: no exemption by place may hide it. */
export function isCalled(place: Place): boolean {
  return place === 'command' || place === 'service' || place === 'wanted';
}

const GLOB = /[*?[\]{}()!+@\\]/;

export class Places {
  readonly #rootfs: RootFs;
  readonly #reached: Map<string, 'command' | 'wanted'> = new Map();
  /** What packages of npm give their users to call. */
  readonly #offered: Set<string> = new Set();
  readonly #lost: string[] = [];
  readonly #commands: ReadonlySet<string>;
  readonly #isWanted: (path: string) => boolean;
  readonly #unmatched: Map<string, (path: string) => boolean>;
  readonly #architecture: string;

  /** `environment`: of the image; `wanted`: globs. */
  constructor(
    rootfs: RootFs,
    architecture: string,
    environment: ReadonlyMap<string, string>,
    wanted: readonly string[],
  ) {
    this.#rootfs = rootfs;
    const searched =
      environment
        .get('PATH')
        ?.split(':')
        .filter((each) => each.startsWith('/')) ?? [];
    const directories = [...searched, ...COMMAND_DIRECTORIES];
    this.#commands = new Set(directories.map((directory) => canonical(rootfs, directory)));
    this.#isWanted = wanted.length === 0 ? () => false : picomatch([...wanted], { dot: true });
    this.#unmatched = new Map(wanted.map((glob) => [glob, picomatch(glob, { dot: true })]));
    this.#architecture = architecture;
    // A name without a glob may lead over links of directories, which no glob on real paths would match.
    for (const named of wanted.filter((each) => each.startsWith('/') && !GLOB.test(each))) this.#reach(named);
  }

  /** Files that the user named without a glob and that are not there. */
  get lost(): readonly string[] {
    return this.#lost;
  }

  /** What the user named and no file seen so far fits, without those that are lost. */
  get unmatched(): readonly string[] {
    return [...this.#unmatched.keys()];
  }

  /** Told of every file of the image. */
  see(path: string): void {
    for (const [glob, fits] of this.#unmatched) if (fits(path)) this.#unmatched.delete(glob);
  }

  #reach(named: string): void {
    const found = resolve(this.#rootfs, named);
    if (found.kind === 'runtime-mount') return;
    this.#unmatched.delete(named);
    if (found.kind === 'found') this.#reached.set(found.located.path, 'wanted');
    else this.#lost.push(named);
  }

  /** A symlink in a directory of PATH, or one that the user named, makes what it leads to such a file. */
  follow(link: string): void {
    const isWanted = this.#isWanted(link);
    const isCommand = this.#commands.has(parentOf(link)) && !this.#saysOther(link);
    if (!isWanted && !isCommand && !OFFERED.test(link)) return;
    const found = resolve(this.#rootfs, link);
    if (found.kind !== 'found' || found.located.entry.type !== 'file') return;
    const { path } = found.located;
    if (!isWanted && !isCommand) {
      this.#offered.add(path);
      return;
    }
    this.see(link);
    if (isWanted || !this.#reached.has(path)) this.#reached.set(path, isWanted ? 'wanted' : 'command');
  }

  /** Its own name says that it leads to something for another machine: `kubectl-linux-amd64`, `qemu-aarch64`. */
  #saysOther(link: string): boolean {
    const architecture = platformWordsOf(link.slice(link.lastIndexOf('/')))?.architecture ?? null;
    return emulatedBy(link).length > 0 || (architecture !== null && architecture !== this.#architecture);
  }

  /** Something runs the file by its path, wherever it lies. */
  call(path: string): void {
    if (!this.#reached.has(path)) this.#reached.set(path, 'command');
  }

  isLinked(path: string): boolean {
    return this.#reached.has(path) || this.#offered.has(path);
  }

  of(path: string): Place {
    if (this.#isWanted(path)) return 'wanted';
    const reached = this.#reached.get(path);
    if (reached !== undefined) return reached;
    if (this.#commands.has(parentOf(path))) return 'command';
    const isPackaged = isInPackage(path);
    if (SERVICES.test(path) && !isPackaged) return 'service';
    if (isExtension(path)) return 'extension';
    if (path.endsWith('.node')) return 'add-on';
    if (isPackaged) return 'elsewhere';
    return LIBRARIES.test(path) && !this.#isOfOtherMultiarch(path) ? 'library' : 'elsewhere';
  }

  /** The platform's loaders do not look into the library directories of other architectures. */
  #isOfOtherMultiarch(path: string): boolean {
    const [, triplet] = MULTIARCH.exec(path) ?? [];
    const architecture = triplet === undefined ? null : platformWordsOf(`/${triplet}`)?.architecture;
    return typeof architecture === 'string' && architecture !== this.#architecture;
  }
}

export function isInPackage(path: string): boolean {
  return PACKAGES.test(path);
}

export function isExtension(path: string): boolean {
  return [PYTHON, RUBY, PERL, PHP, COMPILED_NODE].some((pattern) => pattern.test(path));
}

function canonical(rootfs: RootFs, directory: string): string {
  const found = resolve(rootfs, directory);
  return found.kind === 'found' ? found.located.path : directory;
}
