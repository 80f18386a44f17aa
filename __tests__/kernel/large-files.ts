/** Large files that many cases have: taken out of their lowest layer, each a layer of its own that is packed and read once. */
import { dirname } from 'node:path';
import type { TarItem } from '../support/layer-builder.ts';
import type { KernelCase } from './kernel-case.ts';

/** Reading smaller ones takes no time worth saving. */
const LARGE = 32 * 1024;

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
export function partLargeFiles([lowest = [], ...above]: KernelCase['layers']): Parted {
  const names = lowest.map(({ name }) => name.toString());
  const others = new Set(lowest.flatMap(({ flag }, at) => (flag === '5' ? [] : [names[at]])));
  const isPlain =
    new Set(names).size === names.length &&
    !lowest.some(({ flag, name }) => flag === '1' || /(?:^|\/)(?:\.|\.wh\.)|\/\/|^\//.test(name.toString()));
  if (!isPlain) return { large: [], layers: [lowest, ...above] };
  const isLarge = ({ name, data, flag, pax }: TarItem) =>
    Buffer.isBuffer(data) &&
    data.length >= LARGE &&
    (flag ?? '0') === '0' &&
    pax === undefined &&
    !foldersOf(name.toString()).some((folder) => others.has(folder));
  const large = lowest.filter(isLarge).map((item) => ({ key: keyOf(item), item }));
  return { large, layers: [lowest.filter((item) => !isLarge(item)), ...above] };
}

function foldersOf(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

function keyOf({ data, name, mode, uid, gid }: TarItem): string {
  return [Buffer.isBuffer(data) && numberOf(data), mode, uid, gid, name.toString()].join();
}

const numbers = new WeakMap<Buffer, number>();
let counted = 0;

/** Of this buffer; equal bytes elsewhere have another: to compare them would take as long as to read them. */
export function numberOf(data: Buffer): number {
  const number = numbers.get(data) ?? counted++;
  numbers.set(data, number);
  return number;
}
