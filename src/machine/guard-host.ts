/** This machine as the guard's host: its environment, programs, clock and temporary folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardHost } from '../guard.ts';
import type { Settings } from '../settings/settings.ts';
import { filesIn } from './files.ts';
import { repositoryIn } from './repository.ts';
import { runProgram } from './run-program.ts';

/** What differs between the faces. */
export type Face = Pick<GuardHost, 'registerSecret' | 'notice' | 'progress' | 'signal'>;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the work with a host that sees the checkout in `folder`, and whose temporary folder is private and gone afterwards. */
export async function withGuardHost<T>(
  settings: Settings,
  env: Environment,
  folder: string,
  face: Face,
  work: (host: GuardHost) => Promise<T>,
): Promise<T> {
  const temporaryDirectory = await mkdtemp(join(env['RUNNER_TEMP'] ?? tmpdir(), 'exec-format-guard-'));
  try {
    return await work({
      ...face,
      env,
      home: env['HOME'] ?? homedir(),
      temporaryDirectory,
      insecureRegistries: settings.insecureRegistries,
      waitForImage: settings.waitForImage,
      githubToken: settings.githubToken,
      runProgram,
      repository: repositoryIn(folder),
      files: filesIn(folder),
      clock: {
        now: () => Date.now(),
        sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
        random: () => Math.random(),
      },
    });
  } finally {
    await rm(temporaryDirectory, { recursive: true, force: true });
  }
}
