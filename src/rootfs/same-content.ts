import type { Entry } from './entry.ts';

/** Whether two files certainly hold the same bytes, by what is known of them. */
export function hasSameContent(one: Entry, other: Entry): boolean {
  const [a, b] = [one.content, other.content];
  if (one.type !== 'file' || other.type !== 'file' || one.size !== other.size) return false;
  if (a?.kind === 'elf') return b?.kind === 'elf' && a.sha256 === b.sha256;
  if (a?.kind === 'empty') return b?.kind === 'empty';
  if (a?.kind === 'script') return b?.kind === 'script' && isSameText(a, b, one.size);
  return a?.kind === 'other' && b?.kind === 'other' && isSameText(a, b, one.size);
}

interface Kept {
  readonly head: string;
  readonly text: string | null;
}

function isSameText(one: Kept, other: Kept, size: number): boolean {
  if (one.text !== null || other.text !== null) return one.text === other.text;
  return one.head.length === size && one.head === other.head;
}
