import { expect, test } from '@jest/globals';
import type { IndexEntry } from '../../src/rules/facts.ts';
import { duplicatePlatform } from '../../src/rules/duplicate-platform.ts';
import { digest, entry, imageFacts, says } from '../support/image-facts.ts';

const windows = (osVersion: string, letter: string): IndexEntry =>
  entry({ index: { os: 'windows', architecture: 'amd64', osVersion }, letter, diffIds: [digest(letter)] });

function withFeatures(letter: string, ...osFeatures: readonly string[]): IndexEntry {
  const index = { os: 'linux', architecture: 'amd64', osFeatures };
  return entry({ index, letter, diffIds: [digest(letter)] });
}

const CASES: readonly [name: string, entries: readonly IndexEntry[], said: readonly string[]][] = [
  [
    'the same platform with different content',
    [entry({ letter: 'a', diffIds: [digest('1')] }), entry({ letter: 'd', diffIds: [digest('2')] })],
    ['warning: {platforms} is in the index twice, with different content'],
  ],
  [
    'linux/arm64 and linux/arm64/v8 with different content',
    [
      entry({ index: 'linux/arm64' }),
      entry({ index: 'linux/arm64/v8', letter: 'd', diffIds: [digest('2')] }),
    ],
    ['warning: {platforms} is in the index twice, with different content'],
  ],
  [
    'linux/amd64 and linux/x86_64 with different content',
    [entry(), entry({ index: { os: 'linux', architecture: 'x86_64' }, letter: 'd', diffIds: [digest('2')] })],
    ['warning: {platforms} is in the index twice, with different content'],
  ],
  [
    'one of them for runtimes with a feature, as nydus converts images',
    [entry(), withFeatures('d', 'nydus.remoteimage.v1')],
    [],
  ],
  [
    'both for runtimes with the same features',
    [withFeatures('d', 'a', 'b'), withFeatures('e', 'b', 'a', 'b')],
    ['warning: {platforms} is in the index twice, with different content'],
  ],
  ['gzip and zstd twins of one file system', [entry({ letter: 'a' }), entry({ letter: 'd' })], []],
  ['one digest listed twice', [entry(), entry()], ['note: {platforms} is listed twice']],
  [
    'amd64 and amd64/v3',
    [entry(), entry({ index: 'linux/amd64/v3', letter: 'd', diffIds: [digest('2')] })],
    [],
  ],
  ['two Windows versions', [windows('10.0.17763.1', 'a'), windows('10.0.20348.1', 'd')], []],
];

test.each(CASES)('%s', (_, entries, said) => {
  expect(says(duplicatePlatform, imageFacts({ entries }))).toEqual(said);
});
