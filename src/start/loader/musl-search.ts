/**
 * Where musl's loader looks for a library: `path_open`, `fixup_rpath` and the system path of `load_library` in
 * ldso/dynlink.c. The first file that opens is taken, whatever it is.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import type { MuslLoader } from '../../elf/loader-facts.ts';
import { byteLengthOf, parentOf } from '../../rootfs/path.ts';
import type { Execution } from '../execution.ts';
import { type LinkedObject, nameOf, type SearchResult } from './link-map.ts';
import type { LibraryPassedOver } from './library-refusal.ts';
import { readLoaderText } from './loader-text.ts';
import { lookAsMusl } from './musl-object.ts';
import { type Opened, openFile, outsideOf } from '../open-file.ts';
import type { StepFile, Unreadable } from '../start-trace.ts';

export interface MuslHost {
  readonly execution: Execution;
  /** The loader's file, what it has built in, and its name in PT_INTERP. */
  readonly loader: ElfFacts;
  readonly builtIn: MuslLoader;
  readonly loaderName: string;
}

/** What fits into `char buf[2*NAME_MAX+2]`; longer paths are passed over in silence. */
const PATH_BYTES = 511;
/** musl's strerror(3). */
const MUSL_WORDS = {
  EACCES: 'Permission denied',
  EISDIR: 'Is a directory',
  ELOOP: 'Symbolic link loop',
  ENAMETOOLONG: 'Filename too long',
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
} as const;
const NO_ERROR = 'No error information';

interface PathList {
  readonly via: string;
  readonly list: string;
  /** The list itself could not be read. */
  readonly unread?: Unreadable;
  /** Why there is no list. */
  readonly error?: keyof typeof MUSL_WORDS;
}

/** A second libc: musl takes itself. */
export interface IsLibc {
  readonly kind: 'is-libc';
}

/** @throws {LayerNeeded} */
export function searchAsMusl(
  world: MuslHost,
  name: string,
  by: LinkedObject,
  role: string,
): SearchResult | IsLibc {
  const searched: string[] = [];
  const passedOver: LibraryPassedOver[] = [];
  const trail = { searched, passedOver };
  /** Of the last file that was tried; the text of 0 where none was. */
  let error = NO_ERROR;
  if (name.includes('/')) return taken(world, openFile(world.execution, name), 'its path', trail);
  for (const { via, list, unread, error: listError } of pathLists(world, by, role)) {
    if (unread !== undefined) return { kind: 'unknown', unread, ...trail };
    if (listError !== undefined) error = MUSL_WORDS[listError];
    for (const directory of list.split(/[:\n]+/)) {
      const path = `${directory}/${name}`;
      if (directory === '' || byteLengthOf(path) > PATH_BYTES) continue;
      searched.push(directory);
      const opened = openFile(world.execution, path);
      error = MUSL_WORDS[opened.kind === 'absent' ? opened.error : 'ENOENT'];
      if (opened.kind === 'denied') {
        error = MUSL_WORDS.EACCES;
        passedOver.push({ path, because: 'unreadable', why: `the user may not read ${opened.at}` });
      } else if (opened.kind !== 'absent' && !isTooLong(opened)) {
        return taken(world, opened, via, trail);
      }
    }
  }
  return { kind: 'nothing', error, ...trail };
}

function isTooLong(opened: Opened): boolean {
  return opened.kind === 'unusable' && opened.error === 'ENAMETOOLONG';
}

function taken(
  world: MuslHost,
  opened: Opened,
  via: string,
  trail: Pick<SearchResult, 'searched' | 'passedOver'>,
): SearchResult | IsLibc {
  switch (opened.kind) {
    case 'file':
      return looked(opened.file, world, via, trail);
    case 'denied':
      return { kind: 'nothing', error: MUSL_WORDS.EACCES, ...trail };
    case 'unusable':
      return { kind: 'nothing', error: MUSL_WORDS[opened.error], ...trail };
    case 'outside':
      return { kind: 'unknown', unread: outsideOf(opened.at), ...trail };
    default:
      return { kind: 'nothing', error: MUSL_WORDS[opened.error], ...trail };
  }
}

function looked(
  file: StepFile,
  { loader, builtIn }: MuslHost,
  via: string,
  trail: Pick<SearchResult, 'searched' | 'passedOver'>,
): SearchResult | IsLibc {
  const look = lookAsMusl(file.located, loader, builtIn);
  switch (look.kind) {
    case 'maps':
      return { kind: 'found', file, elf: look.elf, via, ...trail };
    case 'fatal':
      return { kind: 'fatal', file, via, fault: look.fault, ...trail };
    case 'unread':
      return { kind: 'unknown', unread: { path: file.located.path, why: look.why }, ...trail };
    default:
      return { kind: 'is-libc' };
  }
}

/** LD_LIBRARY_PATH; RPATH or RUNPATH of who asks and of all before it; the system's path. */
function* pathLists(world: MuslHost, by: LinkedObject, role: string): Generator<PathList> {
  const { environment, mode } = world.execution;
  const list = mode === 'secure' ? undefined : environment.get('LD_LIBRARY_PATH');
  if (list !== undefined) yield { via: 'LD_LIBRARY_PATH', list };
  // A preload was asked for by nobody: it is searched for in no object's path, and its needs only in its own.
  let object: LinkedObject | null = role === 'preload' ? null : by;
  while (object !== null) {
    const own = runPathOf(mode, object);
    if (own !== null) yield { via: `RUNPATH of ${nameOf(object)}`, list: own };
    object = object.role === 'preload' ? null : object.by;
  }
  yield systemPathOf(world);
}

/** DT_RUNPATH wins over DT_RPATH; with any other token than `$ORIGIN` in it the whole path is ignored. */
function runPathOf(mode: Execution['mode'], object: LinkedObject): string | null {
  const path = object.elf.dynamic?.runpath ?? object.elf.dynamic?.rpath ?? null;
  if (path === null || !path.includes('$')) return path;
  if (/\$(?!ORIGIN|\{ORIGIN\})/.test(path)) return null;
  const isProgram = object.by === null;
  const file = isProgram ? object.file.located.path : object.file.path;
  if (mode === 'secure' && (isProgram || !file.startsWith('/'))) return null;
  const origin = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.';
  return path.replaceAll(/\$(?:ORIGIN|\{ORIGIN\})/g, () => origin);
}

/** `/etc/ld-musl-ARCH.path` below the directory above the loader's, else what is built in. */
function systemPathOf({ execution, builtIn, loaderName }: MuslHost): PathList {
  const prefix = loaderName.startsWith('/') ? parentOf(parentOf(loaderName)) : '/';
  const path = `${prefix === '/' ? '' : prefix}/etc/ld-musl-${builtIn.arch}.path`;
  const via = 'default directory';
  const found = readLoaderText(execution, path);
  switch (found.kind) {
    case 'text':
      // It is read up to its first NUL.
      return { via, list: found.text.split('\0', 1)[0] ?? '' };
    case 'unread':
      return { via, list: '', unread: { path, why: found.why } };
    default:
      return found.error === 'ENOENT'
        ? { via, list: builtIn.systemDirectories.join(':') }
        : { via, list: '', error: found.error };
  }
}
