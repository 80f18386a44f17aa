/**
 * Where glibc's loader looks for a library: `_dl_map_object` and `open_path` of elf/dl-load.c, in the order of
 * ld.so(8): RPATH of who asks and of those before it, LD_LIBRARY_PATH, RUNPATH of who asks, the cache, the
 * directories that the loader was built with. Left out: LD_AUDIT modules that rename things, and tunables.
 */
import { DF_1_NODEFLIB } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { GlibcLoader } from '../../elf/loader-facts.ts';
import { resolve } from '../../rootfs/resolve.ts';
import { parentOf } from '../../rootfs/path.ts';
import { lookUpCache } from './glibc-cache.ts';
import { lookAsGlibc, OTHER_CLASS } from './glibc-object.ts';
import { type HostProfile, hostProfilesOf } from '../kernel/host-profile.ts';
import { type LdCache, parseLdCache } from './ld-cache.ts';
import type { Execution } from '../execution.ts';
import { type LinkedObject, nameOf, programOf, type SearchResult } from './link-map.ts';
import type { LibraryPassedOver } from './library-refusal.ts';
import { readLoaderText } from './loader-text.ts';
import { openFile, outsideOf } from '../open-file.ts';
import { eagernessIn } from './symbol-binding.ts';
import type { StepFile, Unreadable } from '../start-trace.ts';
import { expandTokens, isBelow, startsWithOrigin, tokensIn } from './string-tokens.ts';

export interface GlibcHost {
  readonly execution: Execution;
  /** The loader's file, and what it has built in. */
  readonly loader: ElfFacts;
  readonly builtIn: GlibcLoader;
  readonly host: HostProfile;
}

/** Where to look next: directories in order, or the cache. */
type Place =
  | { readonly kind: 'directories'; readonly via: string; readonly directories: readonly string[] }
  | { readonly kind: 'cache'; readonly via: string; readonly path: string };

/** One search, while it goes on. */
interface Hunt {
  readonly name: string;
  /** `set-uid`: what a set-uid program preloads by name must be set-uid itself. */
  readonly wants: 'any file' | 'set-uid files';
  readonly searched: string[];
  readonly passedOver: LibraryPassedOver[];
  /** What the last attempt ended with, behind a colon, in the words of strerror(3); '' before the first. */
  error: string;
}

type End = Extract<SearchResult, { kind: 'found' | 'fatal' | 'unknown' }>;

const LIB_UNREAD = 'what it puts for $LIB could not be told';
const NOT_THERE = ': No such file or directory';

export class GlibcSearch {
  readonly #world: GlibcHost;
  readonly #subdirectories = new Map<string, readonly string[]>();
  #cache: LdCache | Unreadable | null | undefined;
  #asksHost = false;
  #unread: string | null = null;

  /** First words of the sub-directories of before glibc 2.37, on any host of the platform. */
  readonly #legacyWords: readonly string[];

  constructor(world: GlibcHost) {
    this.#world = world;
    const hosts = hostProfilesOf(world.execution.platform);
    this.#legacyWords = [...new Set(hosts.flatMap(({ legacy }) => legacy))];
  }

  /** Whether another host could have given other answers so far. */
  get asksHost(): boolean {
    return this.#asksHost;
  }

  /** What of the loader's own facts was asked for and is not known. */
  get unread(): string | null {
    return this.#unread;
  }

  /** @throws {LayerNeeded} */
  find(name: string, by: LinkedObject, wants: Hunt['wants']): SearchResult {
    const hunt: Hunt = { name, wants, searched: [], passedOver: [], error: '' };
    const end = name.includes('/') ? this.#openPath(hunt, by) : this.#searchAll(hunt, by);
    if (end !== null) return end;
    const { searched, passedOver } = hunt;
    const otherClass = passedOver.some(({ why }) => why === OTHER_CLASS);
    const words = `wrong ELF class: ELFCLASS${this.#world.loader.class === 64 ? 32 : 64}`;
    const error = otherClass ? words : `cannot open shared object file${hunt.error}`;
    return { kind: 'nothing', error, searched, passedOver };
  }

  #openPath(hunt: Hunt, by: LinkedObject): End | null {
    const path = expandTokens(hunt.name, this.tokensOf(by, hunt.name));
    return path === null ? null : (this.#tryFile(hunt, path, 'its path').end ?? null);
  }

  #searchAll(hunt: Hunt, by: LinkedObject): End | null {
    for (const place of this.#places(hunt, by)) {
      const end = place.kind === 'cache' ? this.#tryCached(hunt, place, by) : this.#tryAll(hunt, place);
      if (end !== null) return end;
    }
    return null;
  }

  *#places(hunt: Hunt, by: LinkedObject): Generator<Place> {
    const { execution, builtIn } = this.#world;
    // An object with RUNPATH has no RPATH, and does not inherit one either.
    if (runpathOf(by) === null) {
      for (let object: LinkedObject | null = by; object !== null; object = object.by) {
        const directories = this.#split(rpathOf(object), ':', object);
        yield { kind: 'directories', via: `RPATH of ${nameOf(object)}`, directories };
      }
    }
    if (execution.mode === 'normal') {
      const path = execution.environment.get('LD_LIBRARY_PATH') ?? '';
      const directories = this.#split(path, /[:;]/, programOf(by));
      yield { kind: 'directories', via: 'LD_LIBRARY_PATH', directories };
    }
    const runpath = this.#split(runpathOf(by), ':', by);
    yield { kind: 'directories', via: `RUNPATH of ${nameOf(by)}`, directories: runpath };
    if (builtIn.cache !== null && hunt.wants === 'any file') {
      yield { kind: 'cache', via: builtIn.cache, path: builtIn.cache };
    }
    if (((by.elf.dynamic?.flags1 ?? 0) & DF_1_NODEFLIB) === 0) {
      yield { kind: 'directories', via: 'default directory', directories: builtIn.systemDirectories };
    }
  }

  /** Directories of a path list; '' stands for the working directory. */
  #split(list: string | null, separator: string | RegExp, owner: LinkedObject): string[] {
    if (list === null || list === '') return [];
    return list.split(separator).flatMap((entry) => {
      const directory = expandTokens(entry, this.tokensOf(owner, entry));
      if (directory === null || (directory === '' && entry !== '')) return [];
      if (tokensIn(entry).includes('ORIGIN') && !this.#trusts(owner, entry, directory)) return [];
      return [withoutEndSlashes(directory)];
    });
  }

  /** `$ORIGIN` of a set-uid program counts only below the loader's own directories. */
  #trusts(owner: LinkedObject, entry: string, directory: string): boolean {
    if (this.#world.execution.mode === 'normal') return true;
    const { systemDirectories } = this.#world.builtIn;
    return startsWithOrigin(entry) && (owner.by !== null || isBelow(directory, systemDirectories));
  }

  /** What `$ORIGIN` and the others stand for in a text of this object. */
  tokensOf(owner: LinkedObject, text: string): Parameters<typeof expandTokens>[1] {
    if (tokensIn(text).includes('PLATFORM')) this.#asksHost = true;
    // The kernel tells the program's real place (/proc/self/exe); a library's is the path it was opened by.
    const path = owner.by === null ? owner.file.located.path : owner.file.path;
    const absolute = path.startsWith('/') ? path : joined(this.#world.execution.workingDir, path);
    if (tokensIn(text).includes('LIB') && this.#world.builtIn.lib === null) this.#unread = LIB_UNREAD;
    return {
      ORIGIN: parentOf(absolute),
      LIB: this.#world.builtIn.lib,
      PLATFORM: this.#world.host.platform,
    };
  }

  #tryAll(hunt: Hunt, { directories, via }: Place & { readonly kind: 'directories' }): End | null {
    for (const directory of directories) {
      let isUsable = true;
      for (const subdirectory of ['', ...this.#subdirectoriesOf(directory)].toReversed()) {
        const place = directory === '' ? subdirectory : joined(directory, subdirectory);
        hunt.searched.push(place === '' ? '.' : place);
        const { end, error } = this.#tryFile(hunt, place === '' ? hunt.name : joined(place, hunt.name), via);
        if (end !== undefined) return end;
        isUsable = error === undefined || !this.#isDirectory(directory);
      }
      // Any other error than ENOENT and EACCES ends this list of directories, not the search.
      if (!isUsable) return null;
    }
    return null;
  }

  #tryCached(hunt: Hunt, { path, via }: Place & { readonly kind: 'cache' }, by: LinkedObject): End | null {
    const { loader, host, builtIn } = this.#world;
    hunt.searched.push(path);
    this.#cache ??= this.#readCache(path);
    if (this.#cache === null) hunt.error = NOT_THERE;
    if (this.#cache === null) return null;
    if ('why' in this.#cache) return unknown(hunt, this.#cache);
    const { path: found, asksHost } = lookUpCache(this.#cache, hunt.name, loader, host);
    this.#asksHost ||= asksHost;
    if (found === null) return null;
    const noDefaults = ((by.elf.dynamic?.flags1 ?? 0) & DF_1_NODEFLIB) !== 0;
    if (noDefaults && builtIn.systemDirectories.some((directory) => found.startsWith(`${directory}/`))) {
      return null;
    }
    return this.#tryFile(hunt, found, via).end ?? null;
  }

  #readCache(path: string): LdCache | Unreadable | null {
    const found = readLoaderText(this.#world.execution, path);
    if (found.kind === 'unread') return { path, why: found.why };
    return found.kind === 'text' ? parseLdCache(found.text, this.#world.loader.readAs.byteOrder) : null;
  }

  #tryFile(hunt: Hunt, path: string, via: string): { readonly end?: End; readonly error?: string } {
    const opened = openFile(this.#world.execution, path);
    hunt.error = NOT_THERE;
    switch (opened.kind) {
      case 'file':
        return hunt.wants === 'set-uid files' && (opened.file.located.entry.mode & 0o4000) === 0
          ? {}
          : this.#take(hunt, opened.file, via);
      case 'denied':
        hunt.error = ': Permission denied';
        hunt.passedOver.push({ path, because: 'unreadable', why: `the user may not read ${opened.at}` });
        return {};
      case 'unusable':
        // The loader's own strerror(3) knows the commonest errors only.
        hunt.error = opened.error === 'ELOOP' ? ': Error 40' : ': Error 36';
        return { error: opened.error };
      case 'outside':
        return { end: unknown(hunt, outsideOf(opened.at)) };
      default:
        if (opened.error === 'ENOTDIR' && hunt.name.includes('/')) hunt.error = ': Error 20';
        return {};
    }
  }

  #take(hunt: Hunt, file: StepFile, via: string): { readonly end?: End } {
    const { searched, passedOver } = hunt;
    const { loader, builtIn, execution } = this.#world;
    const look = lookAsGlibc(file.located, loader, builtIn, eagernessIn(execution.environment));
    switch (look.kind) {
      case 'maps':
        return { end: { kind: 'found', file, elf: look.elf, via, searched, passedOver } };
      case 'fatal':
        return { end: { kind: 'fatal', file, fault: look.fault, via, searched, passedOver } };
      case 'passed-over':
        passedOver.push({ path: file.path, because: 'foreign', why: look.why });
        return {};
      default:
        return { end: unknown(hunt, { path: file.located.path, why: look.why }) };
    }
  }

  /** The sub-directories for better processors that exist and that this host's processor uses, the best last. */
  #subdirectoriesOf(directory: string): readonly string[] {
    const known = this.#subdirectories.get(directory);
    if (known !== undefined) return known;
    const { builtIn, host } = this.#world;
    const hwcaps = builtIn.hwcaps
      .filter((name) => host.hwcaps.includes(name))
      .map((name) => `glibc-hwcaps/${name}`);
    const words = builtIn.legacyHwcaps === 'searched' ? this.#legacyWords : [];
    const parents = ['glibc-hwcaps', ...words].filter((name) => this.#isDirectory(joined(directory, name)));
    const legacy = combinationsOf(words.length > 0 && parents.length > 0 ? host.legacy : []);
    const isBelow = (name: string) =>
      parents.some((parent) => name.startsWith(`${parent}/`) || name === parent);
    const found = [...hwcaps, ...legacy].filter(
      (name) => isBelow(name) && this.#isDirectory(joined(directory, name)),
    );
    this.#asksHost ||= parents.length > 0;
    this.#subdirectories.set(directory, found.toReversed());
    return found.toReversed();
  }

  #isDirectory(path: string): boolean {
    const { rootfs, workingDir } = this.#world.execution;
    const walk = resolve(rootfs, path === '' ? '.' : path, { from: workingDir });
    return walk.kind === 'found' && walk.located.entry.type === 'directory';
  }
}

function unknown({ searched, passedOver }: Hunt, unread: Unreadable): End {
  return { kind: 'unknown', unread, searched, passedOver };
}

/** All non-empty choices of the words, in their order, the longest and leftmost first (elf/dl-hwcaps.c). */
function combinationsOf(words: readonly string[]): string[] {
  const all = 2 ** words.length - 1;
  return Array.from({ length: all }, (_, index) => all - index).map((bits) =>
    words.filter((_, at) => (bits & (1 << (words.length - 1 - at))) !== 0).join('/'),
  );
}

function joined(directory: string, name: string): string {
  if (name === '') return directory;
  return directory === '' || directory.endsWith('/') ? `${directory}${name}` : `${directory}/${name}`;
}

function runpathOf({ elf }: LinkedObject): string | null {
  return elf.dynamic?.runpath ?? null;
}

function rpathOf(object: LinkedObject): string | null {
  return runpathOf(object) === null ? (object.elf.dynamic?.rpath ?? null) : null;
}

/** A loop: `/\/+$/` looks at all slashes inside of an entry again and again. */
function withoutEndSlashes(directory: string): string {
  let end = directory.length;
  while (end > 1 && directory.endsWith('/', end)) end--;
  return directory.slice(0, end);
}
