import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceHost } from '../../src/sources/source-host.ts';

/** A host for tests: an empty environment, no home, no programs, waits that take no time. */
export function testHost(changes: Partial<SourceHost> = {}): SourceHost {
  return {
    env: {},
    home: '/dev/null',
    temporaryDirectory: tmpdir(),
    insecureRegistries: [],
    waitForImage: 0,
    githubToken: null,
    runProgram: () => Promise.reject(new Error('no programs in this test')),
    registerSecret: () => {},
    notice: () => {},
    warn: () => {},
    certificateFolders: [],
    progress: () => {},
    clock: quickClock(),
    ...changes,
  };
}

/** Time passes only by sleeping, and sleeping takes none. */
export function quickClock(start = Date.UTC(2026, 10, 21)): SourceHost['clock'] {
  let now = start;
  return {
    now: () => now,
    async sleep(milliseconds, signal) {
      now += milliseconds;
      await sleep(0, undefined, { signal });
    },
    random: () => 0.5,
  };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
