import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import type { GuardHost } from '../guard.ts';
import type { Environment } from './environment.ts';
import { homeOf } from './home.ts';

type ListingStore = NonNullable<GuardHost['listings']>['store'];

/** What all kept listings together may take; the least used go first. */
const FOLDER_LIMIT = 1024 * 1024 * 1024;
const NAME = /^sha(?:256|512)-[0-9a-f]+$/;

export function listingFolderOf(env: Environment): string {
  const cache = env['XDG_CACHE_HOME'] || join(homeOf(env), '.cache');
  return env['EXEC_FORMAT_GUARD_CACHE_DIR'] ?? join(cache, 'exec-format-guard');
}

/**
 * Layer listings in a folder that is this user's alone, made if it is not there. Null when others could write to
 * it, or when it cannot be made: then nothing is kept.
 */
export async function openListingFolder(folder: string): Promise<ListingStore | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const status = await lstat(folder);
    if (!status.isDirectory() || !isOwn(status) || (status.mode & 0o022) !== 0) return null;
  } catch {
    return null;
  }
  return {
    get: (name) => read(folder, name).catch(() => null),
    put: (name, bytes) => write(folder, name, bytes).catch(() => undefined),
  };
}

function isOwn({ uid }: { readonly uid: number }): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

/** Never through a symlink, and nothing that somebody else put there. */
async function read(folder: string, name: string): Promise<Buffer | null> {
  const path = pathOf(folder, name);
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const status = await file.stat();
    if (!status.isFile() || !isOwn(status) || status.size > FOLDER_LIMIT) return null;
    const bytes = await file.readFile();
    await utimes(path, new Date(), status.mtime);
    return bytes;
  } finally {
    await file.close();
  }
}

function pathOf(folder: string, name: string): string {
  if (!NAME.test(name)) throw new RangeError(`not the name of a listing: ${name}`);
  return join(folder, name);
}

/** In one step: a run beside this one sees the whole file or none. */
async function write(folder: string, name: string, bytes: Buffer): Promise<void> {
  const path = pathOf(folder, name);
  const unfinished = `${path}.${process.pid}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await removeLeastUsed(folder);
}

async function removeLeastUsed(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => NAME.test(name));
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), status: await stat(join(folder, name)) })),
  );
  let total = 0;
  for (const { path, status } of files.sort((a, b) => b.status.atimeMs - a.status.atimeMs)) {
    total += status.size;
    if (total > FOLDER_LIMIT) await rm(path, { force: true });
  }
}
