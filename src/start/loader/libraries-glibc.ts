/**
 * The libraries that glibc's loader maps before the program runs: `dl_main` of elf/rtld.c (preloads) and
 * `_dl_map_object_deps` of elf/dl-deps.c, breadth first, each name once. Unlike the loader, which ends at the first
 * library that it cannot map, this goes on, so that all of them are said at once. Left out: what the program loads
 * itself while it runs (dlopen), LD_AUDIT.
 */
import type { Entry } from '../../rootfs/entry.ts';
import { type GlibcHost, GlibcSearch } from './glibc-search.ts';
import {
  type Linked,
  type LinkedObject,
  type ObjectRole,
  programOf,
  type SearchResult,
  type UnlinkedObject,
} from './link-map.ts';
import { type Fruitless, glibcMessage, preloadMessage } from './loader-messages.ts';
import type { LibraryFault } from './library-refusal.ts';
import { readLoaderText } from './loader-text.ts';
import type { Unreadable } from '../start-trace.ts';
import { expandTokens, tokensIn } from './string-tokens.ts';
import { misplacedVdso, type VdsoRequest } from './vdso-order.ts';

export interface GlibcLinked extends Linked {
  /** Whether a host with another processor could have given something else. */
  readonly asksHost: boolean;
}

const EVERYWHERE = { on: 'all' } as const;

interface Request {
  readonly role: ObjectRole;
  readonly name: string;
  readonly by: LinkedObject;
  /** `DT_NEEDED`, `LD_PRELOAD` … */
  readonly asked: string;
  /** What happens when it cannot be mapped. */
  readonly without: 'stops' | 'ignored' | 'unnoticed';
}

/** What the kernel maps into every process, under the name that it has there. */
const VDSO_NAMES = ['linux-vdso.so.1', 'linux-gate.so.1', 'linux-vdso64.so.1', 'linux-vdso32.so.1'];

/** @throws {LayerNeeded} */
export function linkAsGlibc(world: GlibcHost, program: LinkedObject, loader: LinkedObject): GlibcLinked {
  const map = new LinkMap(world, program, loader);
  const listed = listedPreloads(world);
  for (const preload of preloadsOf(world, program, listed)) map.request(preload);
  for (const object of map.objects) for (const request of requestsOf(object)) map.request(request);
  return map.linked(listed.unread);
}

/** Entries of PT_DYNAMIC; a filter must be there like a library, an auxiliary may. */
function* requestsOf(by: LinkedObject): Generator<Request> {
  const { needed = [], filter = [], auxiliary = [] } = by.elf.dynamic ?? {};
  for (const name of needed) yield { role: 'library', name, by, asked: 'DT_NEEDED', without: 'stops' };
  for (const name of filter) yield { role: 'library', name, by, asked: 'DT_FILTER', without: 'stops' };
  for (const name of auxiliary) {
    yield { role: 'library', name, by, asked: 'DT_AUXILIARY', without: 'unnoticed' };
  }
}

interface ListedPreloads {
  readonly names: readonly string[];
  readonly unread: readonly Unreadable[];
}

/** What /etc/ld.so.preload says. */
function listedPreloads({ execution, builtIn: { preload } }: GlibcHost): ListedPreloads {
  if (preload === null) return { names: [], unread: [] };
  const found = readLoaderText(execution, preload);
  if (found.kind === 'unread') return { names: [], unread: [{ path: preload, why: found.why }] };
  const text = found.kind === 'text' ? found.text.replaceAll(/#[^\n]*/g, '') : '';
  return { names: text.split(/[: \t\n]+/).filter((name) => name !== ''), unread: [] };
}

/** LD_PRELOAD and then /etc/ld.so.preload: what cannot be preloaded is only complained of. */
function* preloadsOf(
  { execution, builtIn }: GlibcHost,
  program: LinkedObject,
  listed: ListedPreloads,
): Generator<Request> {
  const request = { role: 'preload', by: program, without: 'ignored' } as const;
  for (const name of (execution.environment.get('LD_PRELOAD') ?? '').split(/[ :]/)) {
    const isRefused = execution.mode === 'secure' && name.includes('/');
    if (name !== '' && !isRefused) yield { ...request, name, asked: 'LD_PRELOAD' };
  }
  for (const name of listed.names) yield { ...request, name, asked: builtIn.preload ?? '' };
}

class LinkMap {
  /** Grows while it is walked over. */
  readonly objects: LinkedObject[];
  readonly #world: GlibcHost;
  readonly #search: GlibcSearch;
  readonly #loader: LinkedObject;
  readonly #missing = new Map<string, UnlinkedObject>();
  readonly #unread: Unreadable[] = [];
  readonly #byName = new Map<string, LinkedObject>();
  readonly #bySoname = new Map<string, LinkedObject>();
  #vdso: VdsoRequest | null = null;
  /** Hard links and symlinks to a mapped file are that file. */
  readonly #byInode = new Map<Entry, LinkedObject>();

  constructor(world: GlibcHost, program: LinkedObject, loader: LinkedObject) {
    this.#world = world;
    this.#search = new GlibcSearch(world);
    this.#loader = loader;
    this.objects = [program];
    // The program goes by no name, the loader by that in PT_INTERP and by its own.
    this.#byName.set('', program);
    const soname = loader.elf.dynamic?.soname ?? loader.name;
    for (const name of [loader.name, soname, ...VDSO_NAMES]) this.#byName.set(name, loader);
    const own = program.elf.dynamic?.soname ?? null;
    if (own !== null) this.#bySoname.set(own, program);
  }

  request(request: Request): void {
    const { by, role, name: asked } = request;
    const { mode } = this.#world.execution;
    if (role === 'library' && mode === 'secure' && tokensIn(asked).length > 0) {
      const error = 'DST not allowed in SUID/SGID programs';
      this.#refuse(request, { kind: 'nothing', error, searched: [], passedOver: [] });
      return;
    }
    const name = expandTokens(asked, this.#search.tokensOf(by, asked)) ?? asked;
    const known = this.#byName.get(name) ?? this.#bySoname.get(name);
    if (known !== undefined) {
      this.#byName.set(name, known);
      if (known === this.#loader && VDSO_NAMES.includes(name)) {
        this.#vdso ??= { role, name, by, at: this.objects.length };
        return;
      }
      // The loader's own symbols count once somebody asks for it.
      if (known.role === 'loader' && !this.objects.includes(known)) this.objects.push(known);
      return;
    }
    const result = this.#search.find(
      name,
      by,
      mode === 'secure' && role === 'preload' ? 'set-uid files' : 'any file',
    );
    if (result.kind === 'found') this.#map(request, name, result);
    else if (result.kind === 'unknown') this.#unread.push(result.unread);
    else this.#refuse({ ...request, name }, result);
  }

  linked(unread: readonly Unreadable[]): GlibcLinked {
    const missing = [...this.#missing.values()];
    const isStopped = missing.some(({ refusal }) => refusal.effect === 'stops');
    const vdso =
      this.#vdso === null || isStopped
        ? null
        : misplacedVdso(this.#vdso, this.objects, this.#loader, this.#world.builtIn);
    return {
      objects: this.objects,
      named: this.#byName,
      missing: vdso === null ? missing : [...missing, vdso],
      unread: [...unread, ...this.#unread, ...this.#loaderUnread()],
      asksHost: this.#search.asksHost,
    };
  }

  #loaderUnread(): Unreadable[] {
    const { unread } = this.#search;
    return unread === null ? [] : [{ path: this.#loader.file.located.path, why: unread }];
  }

  #map(
    { role, by }: Request,
    name: string,
    { file, elf, via, searched }: SearchResult & { kind: 'found' },
  ): void {
    const mapped = this.#byInode.get(file.located.entry);
    const object = mapped ?? { role, name, by, file, elf, via, searched };
    this.#byName.set(name, object);
    if (mapped !== undefined) return;
    this.objects.push(object);
    this.#byInode.set(file.located.entry, object);
    if (!this.#byName.has(file.path)) this.#byName.set(file.path, object);
    const soname = elf.dynamic?.soname ?? null;
    if (soname !== null && !this.#bySoname.has(soname)) this.#bySoname.set(soname, object);
  }

  /** Each name is said once, with who asked first; what stops the start is said rather than what is ignored. */
  #refuse({ role, name, by, asked, without }: Request, result: Fruitless): void {
    const isFatal = result.kind === 'fatal';
    // A signal ends the start, whoever asked for the file.
    const effect = isFatal && result.fault.about === 'nothing' ? 'stops' : without;
    const known = this.#missing.get(name)?.refusal.effect;
    if (effect === 'unnoticed' || known === 'stops' || known === effect) return;
    const { passedOver, searched } = result;
    const error =
      effect === 'ignored' ? preloadMessage(name, asked, result) : glibcMessage(programOf(by), name, result);
    const refusal = { kind: kindOf(result), error, passedOver, hosts: EVERYWHERE, effect } as const;
    const file = isFatal ? result.file : null;
    this.#missing.set(name, { role, name, by, file, via: isFatal ? result.via : asked, searched, refusal });
  }
}

function kindOf(result: Fruitless): LibraryFault['kind'] {
  if (result.kind === 'fatal') return result.fault.file === 'broken' ? 'library-broken' : 'library-mismatch';
  return result.passedOver.some(({ because }) => because === 'foreign')
    ? 'library-mismatch'
    : 'library-not-found';
}
