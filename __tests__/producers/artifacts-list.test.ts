import { describe, expect, test } from '@jest/globals';
import { parseArtifactsList } from '../../src/producers/artifacts-list.ts';

const [A, B] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const parse = (value: unknown): ReturnType<typeof parseArtifactsList> =>
  parseArtifactsList(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe("the runner's list of artifacts", () => {
  test('images, one for each digest; files are passed over', () => {
    const subjects = [
      { name: 'dist/app.tgz', digest: B, kind: 'file' },
      { name: 'ghcr.io/acme/shop:1.4', digest: A, kind: 'oci' },
      { name: `ghcr.io/acme/shop@${A}`, digest: A, kind: 'oci' },
      { name: 'ghcr.io/acme/cart:1.4', digest: B, kind: 'oci' },
    ];
    expect(parse({ version: 1, subjects })).toMatchObject([
      { names: ['ghcr.io/acme/shop:1.4', 'ghcr.io/acme/shop'], digest: A },
      { names: ['ghcr.io/acme/cart:1.4'], digest: B },
    ]);
  });

  test.each([
    ['an empty file, as the runner writes it when the feature is off', ''],
    ['no subjects', { version: 1, subjects: [] }],
  ])('%s: nothing', (_, value) => {
    expect(parse(value)).toEqual([]);
  });

  test.each([
    ['another version', { version: 2, subjects: [] }],
    ['no JSON', 'oops'],
    ['an image without a digest', { version: 1, subjects: [{ name: 'a', kind: 'oci' }] }],
    ['an image without a name', { version: 1, subjects: [{ digest: A, kind: 'oci' }] }],
  ])('%s is refused', (_, value) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'E_CONFIG' }));
  });
});
