import { expect, test } from '@jest/globals';
import type { PlatformFacts } from '../../src/rules/facts.ts';
import { sameContent } from '../../src/rules/same-content.ts';
import type { StartStep } from '../../src/start/start-trace.ts';
import { digest, entry, imageFacts, says } from '../support/image-facts.ts';
import { program, surveyed } from '../support/surveyed.ts';
import { plainElf } from '../support/plain-elf.ts';

interface Program {
  readonly platform: string;
  readonly filesArchitecture: string;
  readonly sha256: string;
  readonly layer?: string;
}

function factsOf({ platform, filesArchitecture, sha256, layer = '1' }: Program): PlatformFacts {
  const { image } = entry({ index: platform, diffIds: [digest(layer)] });
  if (image === null) throw new Error('the entry has an image');
  const content = plainElf({ sha256 });
  const located = {
    path: '/app',
    layer: null,
    entry: { type: 'file', mode: 0o755, uid: 0, gid: 0, size: 1, content },
  } as const;
  const step: StartStep = {
    index: 0,
    by: null,
    role: 'program',
    chain: 'start',
    reach: 'certain',
    credentials: null,
    name: '/app',
    via: 'ENTRYPOINT',
    searched: [],
    file: { path: '/app', located, hops: [] },
    refusals: [],
  };
  const trace = {
    platform: image.platform,
    argv: ['/app'],
    workingDir: '/',
    user: '',
    credentials: null,
    steps: [step],
    refusals: [],
    leftOut: [],
    unreadable: [],
  };
  return { image, trace, survey: null, filesArchitecture };
}

const AMD64 = { platform: 'linux/amd64', filesArchitecture: 'amd64', sha256: 'x' };

const CASES: readonly [name: string, other: Program, titles: readonly string[]][] = [
  [
    'one program under two architectures',
    { platform: 'linux/arm64', filesArchitecture: 'amd64', sha256: 'x', layer: '2' },
    ['{platforms} {starts|start} the very file of linux/amd64'],
  ],
  [
    'one file system under two architectures',
    { platform: 'linux/arm64', filesArchitecture: 'amd64', sha256: 'x' },
    ['{platforms} {has|have} the file system of linux/amd64'],
  ],
  [
    'different programs',
    { platform: 'linux/arm64', filesArchitecture: 'arm64', sha256: 'y', layer: '2' },
    [],
  ],
  ['one program for two levels', { platform: 'linux/amd64/v2', filesArchitecture: 'amd64', sha256: 'x' }, []],
];

test.each(CASES)('%s', (_, other, titles) => {
  const facts = imageFacts({ platforms: [factsOf(AMD64), factsOf(other)] });
  expect([...sameContent.examine(facts)].map(({ title }) => title)).toEqual(titles);
});

test('files that are right under one platform and foreign under the other', async () => {
  const tools = {
    'usr/bin/a': program({ machine: 'amd64' }),
    'usr/bin/b': program({ machine: 'amd64', padding: 1 }),
  };
  const wrong = await surveyed({ platform: 'linux/arm64', layers: [tools] });
  const right = await surveyed({ platform: 'linux/amd64', layers: [tools] });
  expect(says(sameContent, imageFacts({ platforms: [right, wrong] }))).toEqual([
    'note: {platforms} {has|have} 2 programs of linux/amd64',
  ]);
});

test('files that are foreign under both are no proof', async () => {
  const tools = { 'usr/bin/a': program({ machine: 's390x' }) };
  const platforms = await Promise.all(
    ['linux/arm64', 'linux/amd64'].map((platform) => surveyed({ platform, layers: [tools] })),
  );
  expect(says(sameContent, imageFacts({ platforms }))).toEqual([]);
});
