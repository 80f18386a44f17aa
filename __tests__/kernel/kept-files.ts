/** Files that many cases have: written once, and linked into the directories of each. */
import { linkSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenFiles } from './layer-directory.ts';

/** Smaller ones are written as fast. */
const WORTH_KEEPING = 32 * 1024;

export class KeptFiles {
  readonly #folder: string;
  readonly #paths: Map<string, string> = new Map();

  /** On the file system of the directories. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** Equal files of one root are files of their own: loaders take what is one inode for one library. */
  forOneRoot(): WrittenFiles {
    const used = new Set<string>();
    return {
      get: (twin) => {
        const isNew = !used.has(twin);
        used.add(twin);
        return isNew ? this.#paths.get(twin) : undefined;
      },
      set: (twin, path) => {
        if (this.#paths.has(twin) || statSync(path).size < WORTH_KEEPING) return;
        const kept = join(this.#folder, String(this.#paths.size));
        linkSync(path, kept);
        this.#paths.set(twin, kept);
      },
    };
  }
}
