/**
 * The libraries that musl's loader maps before the program runs: `load_library` and `load_deps` of ldso/dynlink.c.
 * Left out: what the program loads itself while it runs (dlopen).
 */
import type { Entry } from '../../rootfs/entry.ts';
import type { Linked, LinkedObject, SearchResult, UnlinkedObject } from './link-map.ts';
import type { LibraryFault } from './library-refusal.ts';
import { type Fruitless, muslMessage } from './loader-messages.ts';
import { type MuslHost, searchAsMusl } from './musl-search.ts';
import type { Unreadable } from '../start-trace.ts';

/** `load_library`'s list of names that are the loader itself, whatever lies in the directories. */
const BUILT_IN = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;

/** `preload`: what the loader was told to map first instead of LD_PRELOAD. @throws {LayerNeeded} */
export function linkAsMusl(
  world: MuslHost,
  program: LinkedObject,
  loader: LinkedObject,
  preload: string | null = null,
): Linked {
  const link = new MuslLink(world, program, loader);
  const { environment, mode } = world.execution;
  const listed = mode === 'secure' ? '' : (environment.get('LD_PRELOAD') ?? '');
  for (const name of (preload ?? listed).split(/[\s:]+/)) {
    if (name !== '') link.load({ name, by: program, role: 'preload' });
  }
  for (const object of link.objects) {
    const needed = object === loader ? [] : (object.elf.dynamic?.needed ?? []);
    for (const name of needed) link.load({ name, by: object, role: 'library' });
  }
  return link.linked();
}

const EVERYWHERE = { on: 'all' } as const;

interface Request {
  readonly name: string;
  readonly by: LinkedObject;
  readonly role: 'preload' | 'library';
}

class MuslLink {
  /** Grows while it is walked over. */
  readonly objects: LinkedObject[];
  readonly #world: MuslHost;
  readonly #loader: LinkedObject;
  readonly #missing = new Map<string, UnlinkedObject>();
  readonly #unread: Unreadable[] = [];
  readonly #named = new Map<string, LinkedObject>();
  /** Found by a search, by the last part of the path; sonames mean nothing to musl. */
  readonly #byShortName = new Map<string, LinkedObject>();
  readonly #byInode = new Map<Entry, LinkedObject>();

  constructor(world: MuslHost, program: LinkedObject, loader: LinkedObject) {
    this.#world = world;
    this.#loader = loader;
    this.objects = [program];
  }

  linked(): Linked {
    return {
      objects: this.objects,
      named: this.#named,
      missing: [...this.#missing.values()],
      unread: this.#unread,
    };
  }

  load(request: Request): void {
    const { name, by, role } = request;
    if (BUILT_IN.test(name) || name === this.#loader.name) {
      this.#takeLoader(name);
      return;
    }
    if (!name.includes('/') && this.#byShortName.has(name)) return;
    const result = searchAsMusl(this.#world, name, by, role);
    switch (result.kind) {
      case 'found':
        this.#map(request, result);
        break;
      case 'is-libc':
        this.#takeLoader(name);
        break;
      case 'unknown':
        this.#unread.push(result.unread);
        break;
      default:
        this.#refuse(request, result);
    }
  }

  /** The loader is the libc, and its symbols count from its first request on. */
  #takeLoader(name: string): void {
    if (!this.objects.includes(this.#loader)) this.objects.push(this.#loader);
    this.#named.set(name, this.#loader);
  }

  #map({ name, by, role }: Request, { file, elf, via, searched }: SearchResult & { kind: 'found' }): void {
    const mapped = this.#byInode.get(file.located.entry);
    const object = mapped ?? { role, name, by, file, elf, via, searched };
    this.#named.set(name, object);
    if (!name.includes('/')) this.#byShortName.set(name, object);
    if (mapped !== undefined) return;
    this.#byInode.set(file.located.entry, object);
    this.objects.push(object);
  }

  /** A preload that cannot be mapped is left out in silence, one that cannot be relocated is not; each name is said once. */
  #refuse({ name, by, role }: Request, result: Fruitless): void {
    const isMapped =
      result.kind === 'fatal' && (result.fault.about === 'relocation' || result.fault.about === 'nothing');
    if ((role === 'preload' && !isMapped) || this.#missing.has(name)) return;
    const { passedOver, searched } = result;
    const isFatal = result.kind === 'fatal';
    const error = muslMessage(by, name, result);
    const refusal = { kind: kindOf(result), error, passedOver, hosts: EVERYWHERE, effect: 'stops' } as const;
    const file = isFatal ? result.file : null;
    this.#missing.set(name, {
      role,
      name,
      by,
      file,
      via: isFatal ? result.via : 'DT_NEEDED',
      searched,
      refusal,
    });
  }
}

function kindOf(result: Fruitless): LibraryFault['kind'] {
  if (result.kind === 'nothing') return 'library-not-found';
  return result.fault.file === 'broken' ? 'library-broken' : 'library-mismatch';
}
