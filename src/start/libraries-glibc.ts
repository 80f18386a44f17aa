/**
 * The libraries that glibc's loader maps before the program runs: `dl_main` of elf/rtld.c (preloads) and
 * `_dl_map_object_deps` of elf/dl-deps.c, breadth first, each name once. Unlike the loader, which ends at the first
 * library that it cannot map, this goes on, so that all of them are said at once. Left out: what the program loads
 * itself while it runs (dlopen), LD_AUDIT.
 */
import type { GlibcHost } from './glibc-search.ts';
import { GlibcSearch } from './glibc-search.ts';
import { type Linked, type LinkedObject, nameOf, type ObjectRole, type UnlinkedObject } from './link-map.ts';
import { openFile } from './open-library.ts';
import { expandTokens, tokensIn } from './string-tokens.ts';

export interface GlibcLinked extends Linked {
  /** Whether a host with another processor could have given something else. */
  readonly asksHost: boolean;
}

interface Request {
  readonly role: ObjectRole;
  readonly name: string;
  readonly by: LinkedObject;
  /** `DT_NEEDED`, `LD_PRELOAD` … */
  readonly asked: string;
  /** What happens when it cannot be mapped. */
  readonly demand: 'must' | 'may' | 'may, with a message';
}

/** @throws {LayerNeeded} */
export function linkAsGlibc(world: GlibcHost, program: LinkedObject, loader: LinkedObject): GlibcLinked {
  const map = new LinkMap(world, program, loader);
  for (const preload of preloadsOf(world, program)) map.request(preload);
  for (const object of map.objects) for (const request of requestsOf(object)) map.request(request);
  return map.linked();
}

/** Entries of PT_DYNAMIC; a filter must be there like a library, an auxiliary may. */
function* requestsOf(by: LinkedObject): Generator<Request> {
  const { needed = [], filter = [], auxiliary = [] } = by.elf.dynamic ?? {};
  for (const name of needed) yield { role: 'library', name, by, asked: 'DT_NEEDED', demand: 'must' };
  for (const name of filter) yield { role: 'library', name, by, asked: 'DT_FILTER', demand: 'must' };
  for (const name of auxiliary) yield { role: 'library', name, by, asked: 'DT_AUXILIARY', demand: 'may' };
}

/** LD_PRELOAD and then /etc/ld.so.preload: what cannot be preloaded is only complained of. */
function* preloadsOf({ process, builtIn }: GlibcHost, program: LinkedObject): Generator<Request> {
  const request = { role: 'preload', by: program, demand: 'may, with a message' } as const;
  for (const name of (process.environment.get('LD_PRELOAD') ?? '').split(/[ :]/)) {
    const isRefused = process.mode === 'secure' && name.includes('/');
    if (name !== '' && !isRefused) yield { ...request, name, asked: 'LD_PRELOAD' };
  }
  if (builtIn.preload === null) return;
  const opened = openFile(process, builtIn.preload);
  const content = opened.kind === 'file' ? opened.file.located.entry.content : undefined;
  const text = content?.kind === 'other' ? (content.text ?? '') : '';
  for (const name of text.replaceAll(/#[^\n]*/g, '').split(/[: \t\n]+/)) {
    if (name !== '') yield { ...request, name, asked: builtIn.preload };
  }
}

class LinkMap {
  readonly objects: LinkedObject[];
  readonly #world: GlibcHost;
  readonly #search: GlibcSearch;
  readonly #missing = new Map<string, UnlinkedObject>();
  readonly #leftOut: string[] = [];
  /** By every name that an object was asked for or opened under. */
  readonly #byName = new Map<string, LinkedObject>();
  readonly #bySoname = new Map<string, LinkedObject>();
  readonly #byInode = new Map<unknown, LinkedObject>();

  constructor(world: GlibcHost, program: LinkedObject, loader: LinkedObject) {
    this.#world = world;
    this.#search = new GlibcSearch(world);
    this.objects = [program];
    // The program is known under no name, the loader under that of PT_INTERP and its own.
    this.#byName.set('', program);
    this.#byName.set(loader.name, loader);
    if (loader.elf.dynamic?.soname != null) this.#byName.set(loader.elf.dynamic.soname, loader);
    for (const name of VDSO_NAMES) this.#byName.set(name, loader);
  }

  linked(): GlibcLinked {
    return {
      objects: this.objects,
      named: this.#byName,
      missing: [...this.#missing.values()],
      leftOut: this.#leftOut,
      asksHost: this.#search.asksHost,
    };
  }

  request(request: Request): void {
    const { process } = this.#world;
    const isSecure = process.mode === 'secure';
    if (request.role === 'library' && isSecure && tokensIn(request.name).length > 0) {
      this.#fail(request, [], { kind: 'library-fatal', error: 'DST not allowed in SUID/SGID programs' });
      return;
    }
    const known = this.#byName.get(request.name) ?? this.#bySoname.get(request.name);
    if (known !== undefined) {
      this.#byName.set(request.name, known);
      return;
    }
    const wants = isSecure && request.role === 'preload' ? 'set-uid files' : 'any file';
    const result = this.#search.find(request.name, request.by, wants);
    switch (result.kind) {
      case 'found':
        this.#add(request, result);
        break;
      case 'fatal':
        this.#fail(request, result.searched, {});
        break;
      case 'nothing':
        break;
      case 'unknown':
        break;
    }
  }
}
