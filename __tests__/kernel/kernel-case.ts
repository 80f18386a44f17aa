/** One question that is put before a kernel and before the rules, and the answer that both must give. */
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import type { Platform } from '../../src/oci/platform.ts';
import { file, type TarItem } from '../support/layer-builder.ts';

export interface KernelCase {
  /** A sentence. */
  readonly name: string;
  /** The lowest layer first. */
  readonly layers: readonly (readonly TarItem[])[];
  readonly config?: Partial<ProcessConfig>;
  /** Default linux/amd64. */
  readonly platform?: Platform;
  /** What the runtime's reading of USER must be; default root. */
  readonly as?: RunAs;
  /** Which command is started; default `start`. */
  readonly runs?: 'start' | 'healthcheck';
  readonly expect: Expected;
  /** With an error: what is said besides. */
  readonly besides?: string;
  /** With a warning about some hosts: this machine is one of them. */
  readonly here?: 'ends';
  /** With a warning about some engines: the one of this machine is one of them. */
  readonly engine?: 'refuses';
  /** Where the runtime refuses before any kernel is asked: a user that does not exist, no command. */
  readonly decidedBy?: 'runtime';
  /** An image without a single file is never judged: it stays unverified, whatever else is said. */
  readonly holds?: 'nothing';
  /** What the kernel must say, where the case is about that: `execve ENOEXEC`, `lookup ENOENT`, `signal 11`, `exit 127`. */
  readonly kernel?: string;
  /** A part of what must be printed. */
  readonly prints?: string;
  /** Where the error's text cannot be known, or is that of other versions than those here. */
  readonly tells?: 'nothing' | 'otherwise';
}

/**
 * `starts`: the program ends with status 0 or keeps running, and no rule says a word. Else the only rule that may
 * speak, and must; with a warning or a note the program starts here all the same.
 */
export type Expected =
  | 'starts'
  | { readonly error: string }
  | { readonly warning: string }
  | { readonly note: string }
  /** It does not start, and no rule knows: the report says in such words that it is not known. */
  | { readonly leftOut: string };

export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary, without `gid`. */
  readonly groups: readonly number[];
}

export const ROOT: RunAs = { uid: 0, gid: 0, groups: [] };

type More = Omit<KernelCase, 'name' | 'layers' | 'expect'>;

/** A case of one layer that starts `entrypoint`; the expectation is `starts`, the id of a rule, or `not known: ` and words. */
export function kernelCase(
  name: string,
  items: readonly TarItem[],
  entrypoint: string | readonly string[],
  expect: string,
  { config, ...more }: More = {},
): KernelCase {
  const words = typeof entrypoint === 'string' ? [entrypoint] : entrypoint;
  const process = { entrypoint: words, ...config };
  return { name, layers: [items], config: process, expect: expectedOf(expect), ...more };
}

/** A case of several layers, the lowest first. */
export function layered(
  name: string,
  layers: readonly (readonly TarItem[])[],
  word: string,
  expect: string,
): KernelCase {
  return { ...kernelCase(name, [], word, expect), layers };
}

const NOT_KNOWN = 'not known: ';

function expectedOf(text: string): Expected {
  if (text === 'starts') return text;
  return text.startsWith(NOT_KNOWN) ? { leftOut: text.slice(NOT_KNOWN.length) } : { error: text };
}

/** A file that everybody may read and execute. */
export function program(name: string, data: string | Buffer, options: Partial<TarItem> = {}): TarItem {
  return file(name, data, { mode: 0o755, ...options });
}

/** What is smaller takes no time worth saving. */
const LARGE = 200_000;

/** A root without the large programs that no word of the text names: reading those would take most of the time. */
export function onlyNamed(items: readonly TarItem[], text: string): readonly TarItem[] {
  const words = new Set(text.split(/[^\w.-]+/));
  return items.filter(({ name, data }) => {
    const [folder = '', base = ''] = name.toString().split(/\/(?=[^/]+$)/);
    const isLarge = Buffer.isBuffer(data) && data.length > LARGE;
    return !isLarge || !/^(?:usr\/)?s?bin$/.test(folder) || base === 'sh' || words.has(base);
  });
}
