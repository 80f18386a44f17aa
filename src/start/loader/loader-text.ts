/** Small files that a loader reads whole: its cache, its list of preloads, its list of directories. */
import { textOf } from '../../rootfs/content-facts.ts';
import type { Execution } from '../execution.ts';
import { openFile } from '../open-file.ts';

export type LoaderText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent'; readonly error: 'ENOENT' | 'ENOTDIR' }
  /** It cannot be opened, or is no file. */
  | { readonly kind: 'unusable'; readonly error: 'EACCES' | 'EISDIR' | 'ELOOP' | 'ENAMETOOLONG' }
  /** It may say anything; `why` goes on after its path. */
  | { readonly kind: 'unread'; readonly why: string };

/** @throws {LayerNeeded} */
export function readLoaderText(execution: Execution, path: string): LoaderText {
  const opened = openFile(execution, path);
  if (opened.kind === 'absent' || opened.kind === 'unusable') return opened;
  if (opened.kind === 'denied') return { kind: 'unusable', error: 'EACCES' };
  if (opened.kind === 'outside') return { kind: 'unread', why: `what the host puts at ${opened.at} decides` };
  if (opened.file.located.entry.type !== 'file') return { kind: 'unusable', error: 'EISDIR' };
  const { content } = opened.file.located.entry;
  if (content?.kind === 'empty') return { kind: 'text', text: '' };
  const text = textOf(content);
  return text === null ? { kind: 'unread', why: 'its text was not kept' } : { kind: 'text', text };
}
