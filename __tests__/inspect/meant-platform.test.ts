import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { meantPlatform } from '../../src/inspect/meant-platform.ts';
import { formatPlatform } from '../../src/oci/platform.ts';
import { malformedPlatform } from '../../src/rules/malformed-platform.ts';
import { exitStatusOf } from '../../src/verdict/judge.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { MachineName } from '../support/elf-machines.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { entry, imageFacts } from '../support/image-facts.ts';
import { buildImage } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { quickClock } from '../support/source-host.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const SPELLINGS: readonly [spelled: string, meant: string][] = [
  ['armv8', 'linux/arm64'],
  ['aarch64', 'linux/arm64'],
  ['armhf', 'linux/arm/v7'],
  ['armv6', 'linux/arm/v6'],
  ['x86_64', 'linux/amd64'],
  ['AMD64', 'linux/amd64'],
  ['armel', 'linux/arm/v6'],
  ['i686', 'linux/386'],
  ['ppc64el', 'linux/ppc64le'],
  ['sw64', 'linux/sw64'],
  ['', 'linux/'],
];

test.each(SPELLINGS)('"%s" means %s, and is reported whatever it means', (architecture, meant) => {
  const index = { os: 'linux', architecture };
  expect(formatPlatform(meantPlatform(index, index))).toBe(meant);
  const said = [...malformedPlatform.examine(imageFacts({ entries: [entry({ index })] }))];
  expect(said).toHaveLength(1);
});

interface Answer {
  readonly rules: readonly string[];
  readonly status: number;
}

async function answerTo(
  architecture: string,
  machine: MachineName,
  descriptorFields: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const app = { data: Buffer.from(buildElf({ machine })), mode: 0o755 };
  const layers = [{ app }];
  const platform = `linux/${architecture}`;
  const image = buildImage({
    platforms: [{ platform, layers, config: { Entrypoint: ['/app'] }, descriptorFields }],
  });
  registry.push(`acme/${architecture}-${machine}:1`, image);
  const request = guardRequest([`${registry.host}/acme/${architecture}-${machine}:1`], [], {
    digest: image.root.digest,
  });
  const report = await guard(request, guardHost({ clock: quickClock() }));
  return { rules: report.findings.map(({ rule }) => rule), status: exitStatusOf(report) };
}

test('the image is examined as what is meant; one that nobody knows is not verified', async () => {
  expect(await answerTo('armv8', 'arm64')).toEqual({ rules: ['malformed-platform'], status: 1 });
  const wrong = { rules: ['malformed-platform', 'wrong-architecture'], status: 1 };
  expect(await answerTo('armv8', 'amd64')).toEqual(wrong);
  expect(await answerTo('x86_64', 'amd64')).toEqual({ rules: ['malformed-platform'], status: 0 });
  expect(await answerTo('x86_64', 'arm64')).toEqual({ rules: wrong.rules.toReversed(), status: 1 });
  expect(await answerTo('sw64', 'arm64')).toEqual({ rules: ['malformed-platform'], status: 3 });
});

test('an index without an architecture leaves it to the config', async () => {
  const nameless = { platform: { os: 'linux', architecture: '' } };
  const rules = ['malformed-platform', 'platform-mismatch'];
  expect(await answerTo('arm64', 'arm64', nameless)).toEqual({ rules, status: 1 });
  const wrong = { rules: [...rules, 'wrong-architecture'], status: 1 };
  expect(await answerTo('arm64', 'amd64', nameless)).toEqual(wrong);
});
