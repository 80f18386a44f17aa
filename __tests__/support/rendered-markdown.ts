/** Markdown as GitHub reads it (GitHub Flavored Markdown): every node of the document, by a parser of that dialect. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly MarkdownNode[];
}

export function parseMarkdown(text: string): MarkdownNode {
  return fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

export function* nodesOf(node: MarkdownNode): Generator<MarkdownNode> {
  yield node;
  for (const child of node.children ?? []) yield* nodesOf(child);
}

export function typesOf(root: MarkdownNode): ReadonlySet<string> {
  return new Set([...nodesOf(root)].map(({ type }) => type));
}

/** What GitHub turns into links after rendering: outside of code, nothing of this may be left. */
const LINKED_LATER = /@[A-Za-z0-9]|#\d|\bGH-\d|\b[0-9a-f]{7,40}\b|https?:\/\/|www\./g;

export function linkedLater(root: MarkdownNode): readonly string[] {
  const texts = [...nodesOf(root)].filter(({ type }) => type === 'text');
  return texts.flatMap(({ value = '' }) => value.match(LINKED_LATER) ?? []);
}
