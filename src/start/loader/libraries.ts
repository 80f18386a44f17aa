/**
 * Everything that a program's loader maps, with what refuses it, on all hosts that the platform may mean: where the
 * answer depends on the host's processor, each kind of host is asked, and a fault says on which it shows.
 */
import type { GlibcLoader, MuslLoader } from '../../elf/loader-facts.ts';
import type { Execution } from '../execution.ts';
import { boundToForeignCode } from './foreign-code.ts';
import { brokenInitializers } from './initializers.ts';
import { type HostProfile, hostProfilesOf } from '../kernel/host-profile.ts';
import { linkAsGlibc } from './libraries-glibc.ts';
import { linkAsMusl } from './libraries-musl.ts';
import type { Linked, LinkedObject, UnlinkedObject } from './link-map.ts';
import type { LibraryRefusal } from './library-refusal.ts';
import { endedBy } from './loader-messages.ts';
import { losesPages } from '../kernel/lost-pages.ts';
import type { Unreadable } from '../start-trace.ts';
import { leavesPacked } from './musl-relocations.ts';
import { olderLibc } from './older-libc.ts';
import { passedOverRelocations, undeclaredRelocations } from './packed-relocations.ts';
import { perhapsSecondLoaders, secondLoaders } from './second-loader.ts';
import { eagernessIn, unboundCalls, unboundSymbols } from './symbol-binding.ts';
import { unmetVersions } from './symbol-versions.ts';
import { unversionedLibraries } from './unversioned-library.ts';

export interface Fault {
  /** What could not be mapped, or is mapped and lacks something. */
  readonly of: LinkedObject | UnlinkedObject;
  readonly refusal: LibraryRefusal;
}

export interface Libraries {
  /** Mapped, without the program and its loader: as on the oldest host, and what is faulty on others. */
  readonly objects: readonly LinkedObject[];
  readonly missing: readonly UnlinkedObject[];
  readonly faults: readonly Fault[];
  /** What could not be read and may decide, on any of the hosts. */
  readonly unread: readonly Unreadable[];
  /** What only the run of the program would tell. */
  readonly leftOut: readonly string[];
}

export interface LoaderStart {
  readonly execution: Execution;
  readonly program: LinkedObject;
  readonly loader: LinkedObject;
  readonly builtIn: GlibcLoader | MuslLoader;
  /** What the loader was told to map first; null: what LD_PRELOAD says. */
  readonly preload: string | null;
}

interface World {
  readonly linked: Linked;
  readonly asksHost: boolean;
  readonly faults: readonly Fault[];
}

/** @throws {LayerNeeded} */
export function loadLibraries(start: LoaderStart): Libraries {
  const [oldest, ...newer] = hostProfilesOf(start.execution.platform);
  const first = linkOn(oldest, start);
  const hosts = first.asksHost ? [oldest, ...newer] : [oldest];
  const worlds = [first, ...hosts.slice(1).map((host) => linkOn(host, start))];
  const roots = [start.program, start.loader];
  const objects = first.linked.objects.filter((object) => !roots.includes(object));
  const faults = mergeFaults(worlds, hosts);
  const faulty = new Set(faults.map(({ of }) => of));
  const others = [...faulty].filter(isLinked).filter((of) => ![...roots, ...objects].includes(of));
  const ends = (of: LinkedObject) => faults.some((fault) => fault.of === of && endsEverywhere(fault));
  return {
    objects: [...objects, ...others],
    missing: [...faulty].filter(isUnlinked),
    faults,
    unread: worlds.flatMap((world) => [
      ...world.linked.unread,
      ...doubtsOn(world.linked.objects.filter((object) => !ends(object))),
      ...(world.faults.some(endsStart) ? [] : laterDoubts(world.linked, start)),
    ]),
    leftOut: first.faults.some(endsStart) ? [] : callsLeftOut(first.linked, start),
  };
}

function endsStart({ refusal }: Fault): boolean {
  return !('effect' in refusal) || refusal.effect === 'stops';
}

function endsEverywhere(fault: Fault): boolean {
  return fault.refusal.hosts.on === 'all' && endsStart(fault);
}

function callsLeftOut(linked: Linked, { builtIn, execution }: LoaderStart): string[] {
  return builtIn.libc === 'glibc' ? unboundCalls(linked, eagernessIn(execution.environment)) : [];
}

/** What can only do harm once everything is mapped and has its versions. */
function laterDoubts(linked: Linked, start: LoaderStart): Unreadable[] {
  return [
    ...leftPacked(linked.objects, start),
    ...(start.builtIn.libc === 'glibc' ? perhapsSecondLoaders(linked, start.loader, start.builtIn) : []),
  ];
}

/** Tables of mapped files that the loader reads and that we could not, or that point nowhere. */
function doubtsOn(objects: readonly LinkedObject[]): Unreadable[] {
  return objects.flatMap(({ file, elf }) => {
    const doubt = elf.problems.find(({ part, kind }) => kind !== 'cut' && LOADER_READS.has(part));
    return doubt === undefined ? [] : [{ path: file.located.path, why: doubt.text }];
  });
}

/** Addresses that stay as they are do harm when something uses them; a program that has initializers does. */
function leftPacked(objects: readonly LinkedObject[], { builtIn, program }: LoaderStart): Unreadable[] {
  if (builtIn.libc === 'glibc') return passedOverRelocations(objects, builtIn);
  if (!leavesPacked(builtIn)) return [];
  const why = `its relocations are packed (DT_RELR), which musl ${builtIn.version ?? ''} leaves undone`;
  return objects
    .filter(({ elf: { dynamic } }) => dynamic?.hasPackedEntries === true)
    .filter((object) => object !== program || object.elf.dynamic?.packedInitializers === false)
    .map(({ file }) => ({ path: file.located.path, why }));
}

const LOADER_READS: ReadonlySet<string> = new Set(['dynamic', 'symbols', 'versions']);

function linkOn(host: HostProfile, start: LoaderStart): World {
  return start.builtIn.libc === 'musl'
    ? linkMusl(start, start.builtIn)
    : linkGlibc(host, start, start.builtIn);
}

function linkGlibc(
  host: HostProfile,
  { execution, program, loader }: LoaderStart,
  builtIn: GlibcLoader,
): World {
  const linked = linkAsGlibc({ execution, loader: loader.elf, builtIn, host }, program, loader);
  const eagerness = eagernessIn(execution.environment);
  const { version } = builtIn;
  const versions = [...unmetVersions(linked, version), ...unversionedLibraries(linked, eagerness, version)];
  const packed = undeclaredRelocations(linked.objects, builtIn);
  // The loader ends before it binds anything, and a library that has the versions may well have the symbols.
  const symbols = versions.length > 0 ? [] : unboundSymbols(linked, 'glibc', eagerness);
  const second = versions.length > 0 ? [] : secondLoaders(linked, loader, builtIn);
  const broken = brokenInitializers(linked, program, loader, 'glibc');
  const cut = perhapsBroken(linked, program, loader);
  const before = [...missingOf(linked), ...versions, ...packed, ...symbols];
  const older = before.some(endsStart) ? [] : olderLibc(linked, loader, builtIn);
  const faults = [...before, ...second, ...older, ...broken, ...cut];
  return { linked, asksHost: linked.asksHost, faults };
}

function linkMusl({ execution, program, loader, preload }: LoaderStart, builtIn: MuslLoader): World {
  const world = { execution, loader: loader.elf, builtIn, loaderName: loader.name };
  const linked = linkAsMusl(world, program, loader, preload);
  const foreign = boundToForeignCode(linked, loader);
  const broken = brokenInitializers(linked, program, loader, 'musl');
  const unbound = unboundSymbols(linked, 'musl', 'all');
  const faults = [
    ...missingOf(linked),
    ...foreign,
    ...unbound,
    ...broken,
    ...perhapsBroken(linked, program, loader),
  ];
  return { linked, asksHost: false, faults };
}

/** Libraries that are cut off, or contradict themselves, where the loader itself does not look. */
function perhapsBroken({ objects }: Linked, ...roots: readonly LinkedObject[]): Fault[] {
  return objects.flatMap((of) => {
    const { problems, contradiction } = of.elf;
    const isCut = problems.some(({ part, kind }) => part === 'segments' && kind === 'cut');
    const isDoubtful = isCut || contradiction !== null;
    const signal = losesPages(of.elf) ? 'SIGBUS' : isDoubtful ? 'SIGSEGV' : null;
    if (signal === null || roots.includes(of)) return [];
    return [{ of, refusal: { ...endedBy(signal), kind: 'library-broken', effect: 'perhaps' } }];
  });
}

function missingOf({ missing }: Linked): Fault[] {
  return missing.map((object) => ({ of: object, refusal: object.refusal }));
}

/** Each fault once, with the hosts on which it shows, of the object of the first of them that has it. */
function mergeFaults(worlds: readonly World[], hosts: readonly HostProfile[]): Fault[] {
  const objects = worlds.flatMap(({ linked }) => linked.objects);
  const firstOf = (of: Fault['of']) => objects.find((object) => isSame(object, of)) ?? of;
  const merged = new Map<string, { readonly fault: Fault; readonly on: Set<number> }>();
  for (const [index, { faults }] of worlds.entries()) {
    for (const fault of faults) {
      const key = `${fault.refusal.kind} ${fault.of.name}`;
      const known = merged.get(key) ?? { fault: { ...fault, of: firstOf(fault.of) }, on: new Set() };
      merged.set(key, known);
      known.on.add(index);
    }
  }
  return [...merged.values()].map(({ fault, on }) => {
    if (on.size === worlds.length) return fault;
    // Hosts of one level differ in what `$PLATFORM` is there.
    const names = new Set([...on].map((index) => hosts[index]?.name ?? ''));
    return {
      ...fault,
      refusal: { ...fault.refusal, hosts: { on: 'some', processors: [...names].join(', ') } },
    };
  });
}

function isLinked(of: Fault['of']): of is LinkedObject {
  return 'elf' in of;
}

function isUnlinked(of: Fault['of']): of is UnlinkedObject {
  return !isLinked(of);
}

/** The same file mapped for the same name, on two hosts. */
function isSame(one: LinkedObject, other: Fault['of']): boolean {
  return isLinked(other) && one.name === other.name && one.file.located.path === other.file.located.path;
}
