/** This machine as the guard's host: its environment, programs, clock and temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardHost } from '../guard.ts';
import type { Settings } from '../settings/settings.ts';
import { startDeadline } from './deadline.ts';
import type { Environment } from './environment.ts';
import { filesIn } from './files.ts';
import { homeOf } from './home.ts';
import { listingFolderOf, openListingFolder } from './listing-folder.ts';
import { programVersion } from './program-version.ts';
import { repositoryIn } from './repository.ts';
import { runProgram } from './run-program.ts';
import { spareMemory } from './spare-memory.ts';

/** What differs between the faces. */
export type Face = Pick<GuardHost, 'registerSecret' | 'notice' | 'warn' | 'progress' | 'watch' | 'signal'>;

/** Runs the work with a host that sees the checkout in `folder`, and whose temporary folder is private and gone afterwards. */
export async function withGuardHost<T>(
  settings: Settings,
  env: Environment,
  folder: string,
  face: Face,
  work: (host: GuardHost) => Promise<T>,
): Promise<T> {
  const base = env['RUNNER_TEMP'] || tmpdir();
  // Few runs need it: where none can be made, those that do say so.
  const own = await mkdtemp(join(base, 'exec-format-guard-')).catch(() => null);
  const deadline = startDeadline(settings.timeout);
  try {
    return await work({
      ...face,
      signal: AbortSignal.any([face.signal, deadline.signal]),
      env,
      home: homeOf(env),
      temporaryDirectory: own ?? base,
      insecureRegistries: settings.insecureRegistries,
      waitForImage: settings.waitForImage,
      githubToken: settings.githubToken,
      runProgram,
      repository: repositoryIn(folder),
      files: filesIn(folder),
      imageDone: spareMemory,
      listings: settings.cache ? await keptListings(env) : null,
      clock: {
        now: () => Date.now(),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
        random: () => Math.random(),
      },
    });
  } finally {
    deadline.end();
    if (own !== null) await rm(own, { recursive: true, force: true });
  }
}

/**
 * What this very program found in layers before; only a bundled program is known to be the same one. The key, a
 * secret, keeps those who can write the folder from forging what is in it.
 */
async function keptListings(env: Environment): Promise<GuardHost['listings']> {
  const version = await programVersion(process.argv[1] ?? '');
  if (version === null) return null;
  const store = await openListingFolder(listingFolderOf(env));
  const seal = { version, key: env['EXEC_FORMAT_GUARD_CACHE_KEY'] ?? '' };
  return store && { store, seal, smallest: 256 * 1024 };
}
