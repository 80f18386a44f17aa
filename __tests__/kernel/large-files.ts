/** Large files that many cases have: taken out of their lowest layer, each a layer of its own that is packed and read once. */
import { dirname } from 'node:path';
import type { TarItem } from '../support/layer-builder.ts';
import type { KernelCase } from './kernel-case.ts';

/** Reading smaller ones takes no time worth saving. */
const LARGE = 12 * 1024;

export interface Parted {
  /** Below all layers, in no order. */
  readonly large: readonly LargeFile[];
  readonly layers: KernelCase['layers'];
}

export interface LargeFile {
  /** Equal for equal files. */
  readonly key: string;
  readonly item: TarItem;
}

/** The same root: nothing else of the lowest layer may say what lies where the large files do. */
export function partLargeFiles([all = [], ...above]: KernelCase['layers']): Parted {
  const lowest = [...new Map(all.map((item) => [keyOf(item) ?? item, item])).values()];
  const names = lowest.map(({ name }) => name.toString());
  const others = new Set(names.filter((_, at) => lowest[at]?.flag !== '5'));
  const isPlain =
    new Set(names).size === names.length &&
    !lowest.some(({ flag, name }) => flag === '1' || /(?:^|\/)\.|\/\/|^\//.test(name.toString()));
  if (!isPlain) return { large: [], layers: [all, ...above] };
  const large: LargeFile[] = [];
  const rest: TarItem[] = [];
  for (const item of lowest) {
    const key = keyOf(item);
    const isBelowFile = foldersOf(item.name.toString()).some((folder) => others.has(folder));
    if (key === null || isBelowFile) rest.push(item);
    else large.push({ key, item });
  }
  return { large, layers: [rest, ...above] };
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

/** Of a large file; null for everything else. */
function keyOf({ flag = '0', data, name, mode, uid, gid, pax }: TarItem): string | null {
  if (flag !== '0' || !Buffer.isBuffer(data) || data.length < LARGE || pax !== undefined) return null;
  return [numberOf(data), mode, uid, gid, name.toString()].join();
}

const numbers = new WeakMap<Buffer, number>();
let counted = 0;

/** Of this buffer; equal bytes elsewhere have another: to compare them would take as long as to read them. */
export function numberOf(data: Buffer): number {
  const number = numbers.get(data) ?? counted++;
  numbers.set(data, number);
  return number;
}
