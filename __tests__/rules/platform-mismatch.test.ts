import { expect, test } from '@jest/globals';
import type { Platform } from '../../src/oci/platform.ts';
import { platformMismatch } from '../../src/rules/platform-mismatch.ts';
import { entry, imageFacts } from '../support/image-facts.ts';

const CASES: readonly [index: string, config: string, severity: 'error' | 'warning' | null][] = [
  ['linux/arm64', 'linux/amd64', 'error'],
  ['linux/arm64', 'linux/arm64/v8', null],
  ['linux/arm/v7', 'linux/arm', null],
  ['linux/arm/v6', 'linux/arm', 'warning'],
  ['linux/arm/v6', 'linux/arm/v7', 'error'],
  ['linux/amd64', 'windows/amd64', 'error'],
];

test.each(CASES)('index %s, config %s: %s', (index, config, severity) => {
  const seen = [...platformMismatch.examine(imageFacts({ entries: [entry({ index, config })] }))];
  expect(seen.map((one) => one.severity)).toEqual(severity === null ? [] : [severity]);
});

test('a spelling that Docker and containerd read as the same platform is no other platform', () => {
  const spelled: readonly Platform[] = [
    { os: 'linux', architecture: 'x86_64' },
    { os: '', architecture: 'AMD64' },
  ];
  const entries = spelled.map((config) => entry({ index: 'linux/amd64', config }));
  expect([...platformMismatch.examine(imageFacts({ entries }))]).toEqual([]);
});

test('a config without an architecture is said to have none', () => {
  const facts = imageFacts({ entries: [entry({ config: { os: 'linux', architecture: '' } })] });
  expect([...platformMismatch.examine(facts)].map(({ title }) => title)).toEqual([
    'the index says {platforms}, the config names no architecture',
  ]);
});

test.each([
  ['amd64', 'the index'],
  ['arm64', 'the config'],
  ['riscv64', 'both'],
])('files for %s show that %s is wrong', (filesArchitecture, wrong) => {
  const lying = entry({ index: 'linux/arm64', config: 'linux/amd64' });
  const image = lying.image;
  if (image === null) throw new Error('the entry has an image');
  const trace = {
    platform: image.platform,
    argv: [],
    workingDir: '/',
    user: '',
    credentials: null,
    steps: [],
    refusals: [],
    leftOut: [],
    unreadable: [],
  };
  const facts = imageFacts({
    entries: [lying],
    platforms: [{ image, trace, survey: null, filesArchitecture }],
  });
  expect([...platformMismatch.examine(facts)].map(({ evidence }) => evidence['wrong'])).toEqual([wrong]);
});
