/** About how many bytes of memory the facts of an entry take: what an image may make us hold is bounded by it. */
import type { Entry } from './entry.ts';

/** An object or a string of V8, and a place in it. */
const OBJECT = 32;
const PLACE = 8;

/** Nothing for a file of plain data: such facts are shared, and entries are counted elsewhere. */
export function weightOf({ target, content, accessList }: Entry): number {
  const listed = accessList === undefined ? 0 : sizeOf(accessList);
  return listed + weightOfContent(target, content);
}

function weightOfContent(target: Entry['target'], content: Entry['content']): number {
  if (target !== undefined) return target.length;
  if (content === undefined || content.kind === 'empty') return 0;
  const isPlain = content.kind === 'other' && content.head === '' && content.text === null;
  return isPlain && content.archived === undefined ? 0 : sizeOf(content);
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return OBJECT + value.length;
  if (typeof value !== 'object' || value === null) return PLACE;
  if (ArrayBuffer.isView(value)) return OBJECT + value.byteLength;
  let size = OBJECT;
  for (const part of Object.values<unknown>({ ...value })) size += PLACE + sizeOf(part);
  return size;
}
