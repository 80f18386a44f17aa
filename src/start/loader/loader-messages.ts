/** What people see when a loader gives up, word for word, because that is what they search for. */
import type { LinkedObject, SearchResult } from './link-map.ts';
import { calledAs, nameOf } from './link-map.ts';
import type { LibraryFault } from './library-refusal.ts';
import { SIGNAL_WORDS } from './loading-fault.ts';

export type Fruitless = Extract<SearchResult, { kind: 'fatal' | 'nothing' }>;

/** elf/rtld.c and elf/dl-error-skeleton.c of glibc. */
export function glibcMessage(program: LinkedObject, name: string, result: Fruitless): string {
  const said = (about: string, error: string) =>
    `${calledAs(program)}: error while loading shared libraries: ${about}: ${error}`;
  if (result.kind === 'nothing') return said(name, result.error);
  const { about, error } = result.fault;
  return about === 'nothing' ? error : said(about === 'path' ? result.file.path : name, error);
}

const STRERROR = /: (?:No such file or directory|Permission denied|Error \d+)$/;

/** `do_preload` of elf/rtld.c: the loader says so, without the words of strerror(3), and goes on. */
export function preloadMessage(name: string, from: string, result: Fruitless): string {
  const error = result.kind === 'nothing' ? result.error : result.fault.error;
  return `ERROR: ld.so: object '${name}' from ${from} cannot be preloaded (${error.replace(STRERROR, '')}): ignored.`;
}

/** `load_direct_deps` and `do_relocs` of musl's ldso/dynlink.c. */
export function muslMessage(by: LinkedObject, name: string, result: Fruitless): string {
  const fault = result.kind === 'fatal' ? result.fault : { about: 'name', error: result.error };
  if (fault.about === 'nothing') return fault.error;
  return fault.about === 'relocation' && result.kind === 'fatal'
    ? `Error relocating ${result.file.path}: ${fault.error}`
    : `Error loading shared library ${name}: ${fault.error} (needed by ${nameOf(by)})`;
}

/** A file that a loader takes and that is none of its libraries: the process ends by the signal, without a word of it. */
export function endedBy(signal: keyof typeof SIGNAL_WORDS): LibraryFault {
  return {
    kind: 'library-mismatch',
    error: SIGNAL_WORDS[signal],
    passedOver: [],
    hosts: { on: 'all' },
    effect: 'stops',
  };
}
