import { expect, test } from '@jest/globals';
import type { Platform } from '../../src/oci/platform.ts';
import { malformedPlatform } from '../../src/rules/malformed-platform.ts';
import { entry, imageFacts, says } from '../support/image-facts.ts';

const CASES: readonly [platform: Platform, severity: 'error' | 'warning' | null][] = [
  [{ os: 'linux', architecture: '' }, 'error'],
  [{ os: '', architecture: 'amd64' }, 'error'],
  [{ os: 'linux', architecture: 'armv8' }, 'error'],
  [{ os: 'linux', architecture: 'x86_64' }, 'error'],
  [{ os: 'linux', architecture: 'arm', variant: 'v8' }, 'error'],
  [{ os: 'linux', architecture: 'arm64', variant: 'v7' }, 'error'],
  [{ os: 'linux', architecture: 'amd64', variant: 'v8' }, 'error'],
  [{ os: 'linux', architecture: 'sw64' }, 'warning'],
  [{ os: 'linux', architecture: 'arm64', variant: 'v8.2' }, null],
  [{ os: 'linux', architecture: 'arm', variant: 'v6' }, null],
  [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, null],
  [{ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' }, null],
  [{ os: 'wasi', architecture: 'wasm' }, null],
  [{ os: 'linux', architecture: 'riscv64' }, null],
];

test.each(CASES)('%j: %s', (index, severity) => {
  const spelled = [index.os, index.architecture, index.variant]
    .filter((part) => part !== undefined)
    .join('/');
  const said = severity === null ? [] : [`${severity}: no host matches the platform "${spelled}"`];
  expect(says(malformedPlatform, imageFacts({ entries: [entry({ index })] }))).toEqual(said);
});
