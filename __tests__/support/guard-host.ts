/** A world without surprises for guard(): no log-ins, no programs, no waiting, no checkout. */
import type { GuardHost, GuardRequest } from '../../src/guard.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import { never, testHost } from './source-host.ts';

export function guardHost(more: Partial<GuardHost> = {}): GuardHost {
  const files = { read: noFile, list: noFile };
  return {
    ...testHost(),
    signal: never(),
    repository: () => null,
    files,
    listings: null,
    watch: () => {},
    ...more,
  };
}

function noFile(path: string): Promise<never> {
  return Promise.reject(new Error(`no files in this test: ${path}`));
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
    digests: [],
    metadata: null,
    platforms: platforms.map(parsePlatform),
    exactPlatforms: 'any',
    index: 'any',
    scope: 'image',
    binaries: [],
    exemptionsOff: [],
    archives: 'closed',
    dockerfile: null,
    context: null,
    target: null,
    policy: DEFAULT_POLICY,
    ...more,
  };
}
