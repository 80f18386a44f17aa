import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Digest } from '../../src/oci/digest.ts';
import { originsOf } from '../../src/origin/locate.ts';
import { parseProvenance } from '../../src/origin/provenance.ts';
import { openFixture } from '../support/buildx-fixture.ts';
import { checkout } from '../support/checkout.ts';
import { buildWith, layerDigest, modelFile } from '../support/dockerfile-model.ts';
import { originSources } from '../support/origin-sources.ts';
import { type ModelStep, type StatementContent, statementOf } from '../support/provenance-builder.ts';

const DOCKERFILE = 'FROM alpine\nRUN a\nCOPY b \\\n /b\n';
const LAYERS = [0, 1, 2, 3].map(layerDigest);
const upTo = (count: number): readonly Digest[] => LAYERS.slice(0, count);

/** `file:first-last` of each layer, asked of the statement alone: the config has no history. */
function linesOf(
  statement: string,
  layers: readonly Digest[] = LAYERS,
  files: Readonly<Record<string, string>> = {},
): (string | null)[] {
  const ask = originsOf(
    originSources({ layers, provenance: parseProvenance(statement), repository: checkout(files) }),
  );
  return layers.map((layer) => {
    const { location } = ask({ rule: 'any', path: '/x', layer, entry: null, versions: [] });
    return location && `${location.file}:${location.line}-${location.endLine}`;
  });
}

const FROM = { source: 'docker-image://docker.io/library/alpine', lines: [[1, 1]] } as const;
const STEPS: readonly ModelStep[] = [
  { ...FROM, layers: upTo(2) },
  { lines: [[2, 2]], layers: upTo(3) },
  { lines: [[3, 4]], layers: upTo(4) },
];
const content: StatementContent = { dockerfile: DOCKERFILE, steps: STEPS };

describe.each(['v0.2', 'v1'] as const)('provenance in the form of SLSA %s', (version) => {
  test('each layer leads to the lines of its step, those of a base image to FROM', () => {
    const lines = ['Dockerfile:1-1', 'Dockerfile:1-1', 'Dockerfile:2-2', 'Dockerfile:3-4'];
    expect(linesOf(statementOf(version, content))).toEqual(lines);
  });

  test('what the build was told', () => {
    const args = { target: 'final', 'build-arg:A': '1', 'label:x': 'y' };
    const directories = { 'localdir:context': 'app', 'localdir:dockerfile': 'deploy' };
    expect(parseProvenance(statementOf(version, { ...content, args, directories }))).toMatchObject({
      target: 'final',
      buildArgs: new Map([['A', '1']]),
      builderPlatform: 'linux/amd64',
      dockerfile: 'Dockerfile',
      contextDirectory: 'app',
      dockerfileDirectory: 'deploy',
    });
  });

  test('mode=min tells the name only, and no build argument for certain', () => {
    const provenance = parseProvenance(statementOf(version, { ...content, mode: 'min' }));
    expect(provenance).toMatchObject({ dockerfile: 'Dockerfile', dockerfiles: [], buildArgs: null });
  });
});

describe('when the attestation does not say for certain, nothing is said', () => {
  const nothing = LAYERS.map(() => null);
  test.each<[string, readonly ModelStep[], readonly Digest[]]>([
    ['layers compressed anew since', STEPS, LAYERS.map((_, index) => layerDigest(index + 10))],
    ['no layers at all', STEPS.map(({ lines }) => ({ lines })), LAYERS],
    ['a step without lines', STEPS.map((step) => ({ ...step, lines: [] })), LAYERS],
    [
      'one step for lines of two stages',
      STEPS.map((step) => ({
        ...step,
        lines: [
          [1, 1],
          [2, 2],
        ] as const,
      })),
      LAYERS,
    ],
    [
      'lines at which no instruction stands',
      STEPS.map((step) => ({ ...step, lines: [[4, 4]] as const })),
      LAYERS,
    ],
    ['a command that seems to make four layers', [{ lines: [[2, 2]], layers: LAYERS }], LAYERS],
    [
      'two steps with the same result',
      [...STEPS, ...STEPS.map((step) => ({ ...step, lines: [[2, 2]] as const }))],
      LAYERS,
    ],
  ])('%s', (_, steps, layers) => {
    expect(linesOf(statementOf('v1', { dockerfile: DOCKERFILE, steps }), layers)).toEqual(nothing);
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"predicateType":"https://slsa.dev/provenance/v1"}',
    '['.repeat(100_000),
  ])('a statement like %.20s gives no line and no failure', (text) => {
    expect(linesOf(text)).toEqual(nothing);
  });
});

describe('files of known lines, built with provenance', () => {
  test('every layer has its line', () => {
    fc.assert(
      fc.property(modelFile('buildkit'), fc.constantFrom('v0.2', 'v1'), (file, version) => {
        const { layers, made } = buildWith('buildkit', file);
        const from = file.text.split('\n').findLastIndex((line) => line.startsWith('FROM ')) + 1;
        const ours = made.flatMap((instruction, index) =>
          instruction === null
            ? []
            : [
                {
                  lines: [[instruction.line, instruction.endLine]] as const,
                  layers: layers.slice(0, index + 1),
                },
              ],
        );
        const steps = [
          { ...FROM, lines: [[from, from]] as const, layers: layers.slice(0, layers.length - ours.length) },
          ...ours,
        ];
        const expected = made.map((instruction) =>
          instruction === null
            ? `Dockerfile:${from}-${from}`
            : `Dockerfile:${instruction.line}-${instruction.endLine}`,
        );
        expect(linesOf(statementOf(version, { dockerfile: file.text, steps }), layers)).toEqual(expected);
      }),
    );
  });
});

test('a real statement with any part replaced by anything is read without a failure', async () => {
  const { provenance } = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
  const paths: string[] = [];
  JSON.parse(provenance ?? '', (key, value: unknown) => (paths.push(key), value));
  fc.assert(
    fc.property(fc.nat(paths.length - 1), fc.jsonValue(), (at, anything) => {
      let seen = -1;
      const changed: unknown = JSON.parse(provenance ?? '', (_, value: unknown) =>
        ++seen === at ? anything : value,
      );
      expect(() => linesOf(JSON.stringify(changed) ?? '')).not.toThrow();
    }),
  );
});

describe('the Dockerfile in the repository', () => {
  const paths = { Dockerfile: DOCKERFILE, 'deploy/Dockerfile': `# moved\n${DOCKERFILE}` };
  test('is the one with the very text that was built, wherever the build says it lies', () => {
    const directories = { 'localdir:dockerfile': 'deploy' };
    const statement = statementOf('v1', { ...content, directories });
    expect(linesOf(statement, LAYERS, paths)[2]).toBe('Dockerfile:2-2');
    expect(linesOf(statement, LAYERS, { 'deploy/Dockerfile': paths['deploy/Dockerfile'] })[2]).toBe(
      'deploy/Dockerfile:3-3',
    );
  });

  test('is not looked for outside the repository, whatever the image says', () => {
    const asked: string[] = [];
    for (const name of ['../../etc/passwd', '/etc/passwd', '..', 'a/../../b', 'x\0y']) {
      const provenance = parseProvenance(
        statementOf('v1', { ...content, name, directories: { 'localdir:dockerfile': '../up' } }),
      );
      const sources = originSources({
        layers: LAYERS,
        provenance,
        repository: (path) => (asked.push(path), null),
      });
      originsOf(sources)({ rule: 'any', path: '/x', layer: layerDigest(2), entry: null, versions: [] });
    }
    expect(
      asked.filter((path) => path.startsWith('/') || path.includes('..') || path.includes('\0')),
    ).toEqual([]);
  });
});
