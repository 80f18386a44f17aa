import type { Finding } from '../verdict/finding.ts';

/**
 * The same text for the same fault in the next run, although lines, digests and tags have changed by then: rule,
 * image without tag, platforms, path and title, as 32 hexadecimal digits.
 */
export function fingerprintOf({ rule, image, platforms, path, title }: Finding): string {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const text = JSON.stringify([rule, name, platforms, path, title]);
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => fnv(text, seed)).join('');
}

/** FNV-1a over UTF-16 units; tells texts apart, protects nothing. */
function fnv(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
