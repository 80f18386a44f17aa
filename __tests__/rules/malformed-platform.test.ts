import { expect, test } from '@jest/globals';
import type { Platform } from '../../src/oci/platform.ts';
import { malformedPlatform } from '../../src/rules/malformed-platform.ts';
import { entry, imageFacts, says } from '../support/image-facts.ts';

const NO_HOST = 'no host matches the platform';
const SOME = 'only some runtimes match the platform';

const CASES: readonly [platform: Platform, said: string | null][] = [
  [{ os: 'linux', architecture: '' }, `error: ${NO_HOST}`],
  [{ os: '', architecture: '' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'armv8' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'ARMv7' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'i686' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'arm', variant: 'v8' }, 'error: no host has the platform'],
  [{ os: 'linux', architecture: 'arm', variant: '8' }, 'error: no host has the platform'],
  [{ os: 'linux', architecture: 'arm', variant: 'v9' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'arm64', variant: 'v7' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'amd64', variant: 'v8' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'x86_64', variant: 'v8' }, `error: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'sw64' }, `warning: ${NO_HOST}`],
  [{ os: 'linux', architecture: 'constructor' }, `warning: ${NO_HOST}`],
  [{ os: 'linux ', architecture: 'amd64' }, `warning: ${NO_HOST}`],
  [{ os: '', architecture: 'amd64' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'x86_64' }, `warning: ${SOME}`],
  [{ os: 'Linux', architecture: 'AMD64', variant: 'V3' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'aarch64', variant: 'v8' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'i386', variant: 'v8' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'armhf' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'armel' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'arm', variant: '7' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'arm64', variant: '8' }, `warning: ${SOME}`],
  [{ os: 'macos', architecture: 'arm64' }, `warning: ${SOME}`],
  [{ os: 'linux', architecture: 'arm64', variant: 'v8.2' }, null],
  [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, null],
  [{ os: 'linux', architecture: 'arm', variant: 'v6' }, null],
  [{ os: 'linux', architecture: 'arm' }, null],
  [{ os: 'linux', architecture: 'amd64', variant: 'v1' }, null],
  [{ os: 'linux', architecture: 'amd64', variant: 'v3' }, null],
  [{ os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' }, null],
  [{ os: 'wasi', architecture: 'wasm' }, null],
  [{ os: 'linux', architecture: 'riscv64' }, null],
  [{ os: 'unknown', architecture: 'unknown' }, null],
];

test.each(CASES)('%j: %s', (index, said) => {
  const spelled = [index.os, index.architecture, index.variant]
    .filter((part) => part !== undefined)
    .join('/');
  expect(says(malformedPlatform, imageFacts({ entries: [entry({ index })] }))).toEqual(
    said === null ? [] : [`${said} "${spelled}"`],
  );
});

test('says who reads such words as what they mean, and who does not', () => {
  const x86 = { os: 'linux', architecture: 'x86_64' };
  const texts = [entry({ index: x86 }), entry({ index: null, config: x86 })].flatMap((one) =>
    [...malformedPlatform.examine(imageFacts({ entries: [one] }))].map(({ message }) => message),
  );
  expect(texts).toEqual([
    'The index says "linux/x86_64": Docker and containerd take it for linux/amd64; Podman and CRI-O compare the words as they are and find no image for it.',
    'The config says "linux/x86_64": Docker and containerd take it for linux/amd64; Podman and CRI-O compare the words as they are and warn that it is another platform than theirs.',
  ]);
});
