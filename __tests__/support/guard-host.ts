/** A world without surprises for guard(): no log-ins, no programs, no waiting. */
import { tmpdir } from 'node:os';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import type { GuardHost, GuardRequest } from '../../src/guard.ts';
import { parsePlatform } from '../../src/oci/platform.ts';

export function guardHost(more: Partial<GuardHost> = {}): GuardHost {
  return {
    env: {},
    home: '/nonexistent',
    temporaryDirectory: tmpdir(),
    insecureRegistries: [],
    waitForImage: 0,
    githubToken: null,
    runProgram: (program) => Promise.reject(new Error(`no program runs in this test: ${program}`)),
    registerSecret: () => undefined,
    notice: () => undefined,
    progress: () => undefined,
    clock: { now: () => 0, sleep: () => Promise.resolve(), random: () => 0 },
    signal: new AbortController().signal,
    ...more,
  };
}

/** Images with what is required of them; everything else as the command line has it by default. */
export function guardRequest(
  images: readonly string[],
  platforms: readonly string[] = [],
  more: Partial<GuardRequest> = {},
): GuardRequest {
  return {
    images,
    digest: null,
    platforms: platforms.map(parsePlatform),
    exactPlatforms: 'any',
    scope: 'image',
    binaries: [],
    policy: DEFAULT_POLICY,
    ...more,
  };
}
