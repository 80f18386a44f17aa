import type { Finding } from '../verdict/finding.ts';

/**
 * For each finding the same text for the same fault in the next run, although lines, digests and tags have changed by
 * then: rule, image without tag, platforms, path and title, as 32 hexadecimal digits. No two of a report are alike,
 * because readers take those for one: the second of its kind has its number in it.
 */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, image, platforms, path, title }) => {
    const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const parts = [rule, name, platforms, path, title];
    const key = JSON.stringify(parts);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return hashOf(count === 0 ? key : JSON.stringify([...parts, count]));
  });
}

function hashOf(text: string): string {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b].map((seed) => fnv(text, seed)).join('');
}

/** FNV-1a over UTF-16 units; tells texts apart, protects nothing. */
function fnv(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
