/** What is said about images that a real BuildKit built: with its provenance, without it, and after the Dockerfile changed. */
import { describe, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { repositoryIn } from '../../src/machine/repository.ts';
import type { Repository } from '../../src/origin/repository.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import {
  BUILDKIT_CASES,
  BUILDKIT_FIXTURES,
  type BuildkitCase,
  unpackCase,
} from '../support/buildkit-cases.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { EXPECTED } from './buildkit-expected.ts';

const folder = temporaryFolder();

async function findingsOf(
  { name, dockerfile }: BuildkitCase,
  provenance: 'with' | 'without',
  repository: Repository = repositoryIn(`${BUILDKIT_FIXTURES}/${name}`),
): Promise<readonly Finding[]> {
  const file = unpackCase(name, folder, provenance);
  const request = guardRequest([`oci-archive:${file}`], [], dockerfile === undefined ? {} : { dockerfile });
  const { findings } = await guard(request, guardHost({ repository }));
  return findings.filter(({ severity }) => severity !== 'note');
}

/** `rule path @ Dockerfile:4`, and behind it every reason with its line; a question mark where it is not proven. */
function said({ rule, path, location, related }: Finding): readonly string[] {
  const place = location === null ? 'nowhere' : `${location.file}:${location.line}`;
  return [
    `${rule} ${path} @ ${place}`,
    ...related.map(({ label, file, line, proven }) => `${proven ? '' : '? '}${label} @ ${file}:${line}`),
  ];
}

describe('images of a real BuildKit', () => {
  test.each(BUILDKIT_CASES.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const attested = await findingsOf(one, 'with');
    expect(attested.map(said)).toEqual(EXPECTED[name]?.attested);
    for (const { location } of attested) expect(location?.by).toMatch(/provenance|repository/);
    const plain = await findingsOf(one, 'without');
    expect(plain.map(said)).toEqual(EXPECTED[name]?.plain ?? EXPECTED[name]?.attested);
    for (const { location } of plain) expect(location?.by ?? 'history').toMatch(/history|repository/);
  });

  test('every row is about a case', () => {
    expect(Object.keys(EXPECTED).toSorted()).toEqual(BUILDKIT_CASES.map(({ name }) => name).toSorted());
  });
});

const COPY_LINE = /^COPY [^\\`<]*$/;
const CHANGES: Readonly<Record<string, (lines: readonly string[]) => readonly string[]>> = {
  'a comment more': (lines) => ['# since', '', ...lines],
  'a RUN behind each FROM': (lines) =>
    lines.flatMap((line) => (line.startsWith('FROM') ? [line, 'RUN since'] : [line])),
  'two instructions more at the end': (lines) => [...lines, 'COPY late /late', 'RUN since'],
  'a stage more at the end': (lines) => [...lines, 'FROM scratch', 'COPY bin/app-amd64 /usr/local/bin/app'],
  'the first COPY gone': (lines) => {
    const first = lines.findIndex((line) => COPY_LINE.test(line));
    return lines.filter((_, index) => index !== first);
  },
  'each COPY twice': (lines) => lines.flatMap((line) => (COPY_LINE.test(line) ? [line, line] : [line])),
  'other sources': (lines) => lines.map((line) => line.replace('app-amd64', 'app-new')),
  'the order turned round': (lines) =>
    lines.some((line) => /[\\`]$|<</.test(line))
      ? lines
      : [...lines.slice(0, 1), ...lines.slice(1).toReversed()],
};

/** With provenance the built Dockerfile is known, and only its lines are looked for again. */
const OFTEN = ['the first COPY gone', 'each COPY twice'];

describe('a Dockerfile that changed since: every line that is named says what it said', () => {
  test.each(BUILDKIT_CASES.map((one) => [one.name, one] as const))(
    '%s',
    async (_, one) => {
      const path = one.dockerfile ?? 'Dockerfile';
      const built = repositoryIn(`${BUILDKIT_FIXTURES}/${one.name}`);
      const truth = (await findingsOf(one, 'with')).map(snippetsOf);
      for (const [name, change] of Object.entries(CHANGES)) {
        const lines = change((built(path)?.text ?? '').split('\n'));
        const changed: Repository = (asked) => {
          const file = built(asked);
          return asked === path && file !== null ? { ...file, text: lines.join('\n') } : file;
        };
        for (const provenance of OFTEN.includes(name)
          ? (['with', 'without'] as const)
          : (['without'] as const)) {
          for (const [index, { location, related }] of (
            await findingsOf(one, provenance, changed)
          ).entries()) {
            const named = [location, ...related.filter(({ proven }) => proven)];
            for (const place of named.filter((place) => place?.file === path)) {
              const here = lines.slice((place?.line ?? 0) - 1, place?.endLine).join('\n');
              expect([name, truth[index]]).toEqual([name, expect.arrayContaining([here])]);
            }
          }
        }
      }
    },
    60_000,
  );
});

function snippetsOf({ location, related }: Finding): readonly string[] {
  return [location, ...related].flatMap((place) => (place === null ? [] : [place.snippet]));
}
