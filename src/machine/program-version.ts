import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A hash of the bundle that is running: of its first file and of the parts beside it that are loaded when they are
 * wanted. Null for a program that is no bundle: what of it was loaded is not known.
 */
export async function programVersion(program: string): Promise<string | null> {
  const file = await realpath(program).catch(() => program); // npm's links to commands have no `.js`
  if (!file.endsWith('.js')) return null;
  const folder = dirname(file);
  const parts = (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  const hash = createHash('sha256');
  for (const part of await Promise.all(parts.map((name) => readFile(join(folder, name))))) {
    hash.update(createHash('sha256').update(part).digest());
  }
  return hash.digest('hex');
}
