/** Small files that a loader reads whole: its cache, its list of preloads, its list of directories. */
import { textOf } from '../../rootfs/content-facts.ts';
import type { Execution } from '../execution.ts';
import { openFile } from '../open-file.ts';

export type LoaderText =
  | { readonly kind: 'text'; readonly text: string }
  /** Not there, or there is nothing that a loader could open as a file. */
  | { readonly kind: 'absent' | 'unusable' }
  /** It may say anything; `why` goes on after its path. */
  | { readonly kind: 'unread'; readonly why: string };

/** @throws {LayerNeeded} */
export function readLoaderText(execution: Execution, path: string): LoaderText {
  const opened = openFile(execution, path);
  if (opened.kind === 'absent') return { kind: 'absent' };
  if (opened.kind === 'outside') return { kind: 'unread', why: `what the host puts at ${opened.at} decides` };
  if (opened.kind !== 'file' || opened.file.located.entry.type !== 'file') return { kind: 'unusable' };
  const { content } = opened.file.located.entry;
  if (content?.kind === 'empty') return { kind: 'text', text: '' };
  const text = textOf(content);
  return text === null ? { kind: 'unread', why: 'its text was not kept' } : { kind: 'text', text };
}
