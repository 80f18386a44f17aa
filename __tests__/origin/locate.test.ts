import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { decodeBytes } from '../../src/base/plain-text.ts';
import { type Origin, originsOf } from '../../src/origin/locate.ts';
import type { OriginSources } from '../../src/origin/place.ts';
import { parseProvenance } from '../../src/origin/provenance.ts';
import type { Repository } from '../../src/origin/repository.ts';
import { type FixtureImage, FIXTURES, openFixture } from '../support/buildx-fixture.ts';

/** A checkout whose files are those of a folder, with some replaced or (null) missing. */
function checkout(replaced: Readonly<Record<string, string | null>> = {}): Repository {
  return (path) => {
    const text = replaced[path];
    if (text === null) return null;
    const bytes = text === undefined ? readIfThere(`${FIXTURES}/${path}`) : Buffer.from(text);
    if (bytes === null) return null;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { text: decodeBytes(bytes), sha256, executable: true };
  };
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function ask(image: FixtureImage, rule: string, path: string, changes: Partial<OriginSources> = {}): Origin {
  const located = image.rootfs.lookup(path);
  const sources: OriginSources = {
    layers: image.layers,
    config: image.config,
    provenance: image.provenance === null ? null : parseProvenance(image.provenance),
    repository: checkout(),
    dockerfile: null,
    context: null,
    target: null,
    ...changes,
  };
  return originsOf(sources)({ rule, path, layer: located?.layer ?? null, entry: located?.entry ?? null });
}

const APP = '/usr/local/bin/app';
const COPY_LINE = 'COPY --from=build /out/app /usr/local/bin/app';

describe('a file of a real image leads to the line that copies it in', () => {
  test('by provenance', async () => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    expect(ask(image, 'wrong-architecture', APP)).toMatchObject({
      createdBy: 'COPY /out/app /usr/local/bin/app # buildkit',
      location: {
        file: 'hidden-default.Dockerfile',
        line: 7,
        endLine: 7,
        snippet: COPY_LINE,
        by: 'provenance',
      },
    });
  });

  test('by provenance, over all lines of a continued instruction', async () => {
    const image = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
    const snippet = 'COPY --from=build \\\n     /out/app \\\n     /usr/local/bin/app';
    expect(ask(image, 'wrong-architecture', APP).location).toEqual({
      file: 'pinned-stage.Dockerfile',
      line: 6,
      endLine: 8,
      snippet,
      by: 'provenance',
    });
  });

  test('by history alone, when the Dockerfile is known by name', async () => {
    for (const platform of ['linux/amd64', 'linux/arm64', 'linux/arm/v7']) {
      const image = await openFixture('good-no-provenance', platform);
      const { location } = ask(image, 'wrong-architecture', APP, { dockerfile: 'good.Dockerfile' });
      expect(location).toMatchObject({ file: 'good.Dockerfile', line: 8, snippet: COPY_LINE, by: 'history' });
    }
  });
});
