/** Images that a real buildx wrote (__tests__/fixtures/buildx), as archives, in both scopes. */
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { filesIn } from '../../src/machine/files.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';

const FIXTURES = '__tests__/fixtures/buildx';
const THREE = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];
const TWO = ['linux/amd64', 'linux/arm64'];

const GOOD: readonly [name: string, platforms: readonly string[], attestations: number][] = [
  ['good-docker-mediatypes', THREE, 0],
  ['good-no-provenance', THREE, 0],
  ['good-provenance-max', THREE, 3],
  ['good-provenance-min', THREE, 3],
  ['good-uncompressed', THREE, 0],
  ['good-zstd', THREE, 0],
  ['merged-legs', TWO, 2],
  ['bake-app', TWO, 2],
];

/** rule and platforms of every error. */
type Errors = readonly (readonly [rule: string, platforms: readonly string[]])[];

const BAD: readonly [name: string, platforms: readonly string[], errors: Errors][] = [
  ['wrong-arch-hidden-default', THREE, [['wrong-architecture', ['linux/arm/v7', 'linux/arm64']]]],
  ['bake-tool', TWO, [['wrong-architecture', ['linux/arm64']]]],
  ['wrong-arch-and-crlf', TWO, [['crlf-script', TWO]]],
  ['single-arch', TWO, [['missing-platform', ['linux/arm64']]]],
  ['single-arch-provenance', TWO, [['missing-platform', ['linux/amd64']]]],
];

/** What only scope `image` sees: the program that the broken script never gets to start. */
const BEHIND: ReadonlyMap<string, Errors> = new Map([
  ['wrong-arch-and-crlf', [['foreign-binary', ['linux/arm64']]]],
]);

describe.each(['start', 'image'] as const)('scope %s', (scope) => {
  test.each(GOOD)('%s passes as built', async (name, platforms, attestations) => {
    const report = await check(name, platforms, scope);
    expect(errorsOf(report)).toEqual([]);
    expect(report.verdict).toBe('pass');
    const [image] = report.images;
    expect(image?.platforms.map(({ platform }) => platform).sort()).toEqual(platforms.toSorted());
    expect(image?.attestations).toBe(attestations);
  });

  test.each(BAD)('%s fails for exactly what is wrong', async (name, platforms, errors) => {
    const report = await check(name, platforms, scope);
    expect(errorsOf(report)).toEqual([...errors, ...(scope === 'image' ? (BEHIND.get(name) ?? []) : [])]);
    expect(report.verdict).toBe('fail');
  });
});

async function check(name: string, platforms: readonly string[], scope: 'start' | 'image'): Promise<Report> {
  const image = `oci-archive:${FIXTURES}/${name}.oci.tar`;
  return guard(guardRequest([image], platforms, { scope }), guardHost());
}

function errorsOf(report: Report): Errors {
  return report.findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, platforms }) => [rule, platforms.toSorted()]);
}

describe('with the metadata file of the build and no platforms', () => {
  type Case = [archive: string, metadata: string, verdict: string, platforms: readonly string[]];
  const good = GOOD.filter(([name]) => name.startsWith('good-'));
  const METADATA: readonly Case[] = [
    ...good.map(([name]): Case => [name, name, 'pass', THREE]),
    ['bake-app', 'bake', 'pass', TWO],
    ['bake-tool', 'bake', 'fail', TWO],
    ['wrong-arch-hidden-default', 'wrong-arch-hidden-default', 'fail', THREE],
    ['wrong-arch-and-crlf', 'wrong-arch-and-crlf', 'fail', TWO],
    ['single-arch', 'single-arch', 'pass', ['linux/amd64']],
    ['single-arch-provenance', 'single-arch-provenance', 'pass', []],
  ];

  test.each(METADATA)('%s (%s.metadata.json): %s', async (archive, metadata, verdict, platforms) => {
    const report = await guard(
      guardRequest([`oci-archive:${FIXTURES}/${archive}.oci.tar`], [], {
        metadata: `${FIXTURES}/${metadata}.metadata.json`,
      }),
      guardHost({ files: filesIn('.') }),
    );
    expect(errorsOf(report).filter(([rule]) => rule === 'tag-mismatch')).toEqual([]);
    expect(report.images.map((image) => image.requiredPlatforms.toSorted())).toEqual([platforms.toSorted()]);
    expect(report.verdict).toBe(verdict);
  });
});
