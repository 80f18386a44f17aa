/** Paths of an image as text: absolute, with single slashes, bytes carried as in `decodeBytes`. */

import { LIMITS } from '../base/limits.ts';

/** The absolute path that a name in an archive stands for: cleaned as text alone, and never above the root. */
export function canonicalPath(name: string): string {
  const start = name.startsWith('./') ? 2 : name.startsWith('/') ? 1 : 0;
  const end = name.endsWith('/') ? Math.max(start, name.length - 1) : name.length;
  // Joined, not concatenated: a flat string, because a million of them are kept as keys.
  const path = ['', name.slice(start, end)].join('/');
  const clean = !path.includes('//') && !path.includes('/.') && !(path.length > 1 && path.endsWith('/'));
  return clean ? path : cleanPath(path);
}

function cleanPath(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

/** By words alone, and relative where the path is: `..` at its start is kept (Go's filepath.Clean). */
export function cleanedPath(path: string): string {
  const root = path.startsWith('/') ? '/' : '';
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (part === '..' ? root === '' : part !== '' && part !== '.') kept.push(part);
  }
  return `${root}${kept.join('/')}` || '.';
}

/** What a path means to a process, cleaned as text alone. */
export function wholePath(workingDir: string, path: string): string {
  return canonicalPath(path.startsWith('/') ? path : `${workingDir}/${path}`);
}

/** Components in reverse, for a stack. */
export function componentsOf(path: string): string[] {
  return path.split('/').reverse();
}

/** How many bytes the text was made of: a lone surrogate of `decodeBytes` is one. */
export function byteLengthOf(text: string): number {
  const lone = text.match(/[\udc80-\udcff]/gu);
  return Buffer.byteLength(text, 'utf8') - 2 * (lone?.length ?? 0);
}

/** symlink(2) takes 1 to PATH_MAX - 1 bytes. */
export function isSymlinkTarget(text: string): boolean {
  return text !== '' && byteLengthOf(text) < LIMITS.pathBytes;
}

/** `/usr/bin` of `/usr/bin/env`, `/` of `/usr`. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

/** Both canonical; a directory does not lie below itself. */
export function liesBelow(path: string, directory: string): boolean {
  return path !== directory && (directory === '/' || path.startsWith(`${directory}/`));
}

export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** `env` of `/usr/bin/env`. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
