import { describe, expect, test } from '@jest/globals';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import {
  DOCKER_CONFIG,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isForeignLayer,
  isTarLayer,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
} from '../../src/oci/media-type.ts';
import { codeOf } from '../support/failure-code.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const CONFIG = { mediaType: OCI_CONFIG, digest: DIGEST, size: 10 };
const LAYER = { mediaType: `${OCI_LAYER}+gzip`, digest: DIGEST, size: 10 };
const MANIFEST = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...LAYER, mediaType: OCI_MANIFEST }] };

function parse(document: object | string, promised: string | readonly string[]): unknown {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return parseManifestOrIndex(Buffer.from(text), promised, 'document');
}

function parseCode(document: object | string, promised: string | readonly string[]): string {
  return codeOf(() => parse(document, promised));
}

describe('parseManifestOrIndex', () => {
  test('reads a manifest', () => {
    expect(parse(MANIFEST, OCI_MANIFEST)).toEqual({
      kind: 'manifest',
      manifest: {
        mediaType: OCI_MANIFEST,
        config: { ...CONFIG, annotations: {} },
        layers: [{ ...LAYER, annotations: {} }],
        annotations: {},
      },
    });
  });

  test('reads an index, with the platforms as they are spelled there', () => {
    const platform = {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      'os.version': '1',
      'os.features': ['x'],
    };
    const index = { ...INDEX, manifests: [{ ...INDEX.manifests[0], platform, annotations: { a: 'b' } }] };
    expect(parse(index, OCI_INDEX)).toMatchObject({
      kind: 'index',
      index: {
        manifests: [
          {
            platform: {
              os: 'linux',
              architecture: 'arm64',
              variant: 'v8',
              osVersion: '1',
              osFeatures: ['x'],
            },
            annotations: { a: 'b' },
          },
        ],
      },
    });
  });

  test.each([
    ['layers', { ...INDEX, layers: [] }, OCI_INDEX],
    ['config', { ...INDEX, config: CONFIG }, OCI_INDEX],
    ['config in other case', { ...INDEX, CONFIG }, OCI_INDEX],
    ['manifests', { ...MANIFEST, manifests: [] }, OCI_MANIFEST],
    ['Manifests', { ...MANIFEST, Manifests: [] }, OCI_MANIFEST],
    ['manifests, under the other media type', { ...MANIFEST, manifests: [] }, OCI_INDEX],
  ])('C05 a document that also has %s is E_AMBIGUOUS_MANIFEST', (_, document, promised) => {
    expect(parseCode(document, promised)).toBe('E_AMBIGUOUS_MANIFEST');
  });

  const types = [undefined, OCI_MANIFEST, OCI_INDEX];
  const combinations = types.flatMap((written) =>
    types.flatMap((sent) => types.map((described) => [written, sent, described])),
  );
  test.each(combinations)(
    'C06 a manifest with the field %s, the header %s and the descriptor %s',
    (written, sent, described) => {
      const { mediaType: _, ...bare } = MANIFEST;
      const document = written === undefined ? bare : { ...bare, mediaType: written };
      const promises = [sent, described].filter((type) => type !== undefined);
      const agrees = [written, sent, described].every((type) => type === undefined || type === OCI_MANIFEST);
      expect(parseCode(document, promises)).toBe(agrees ? 'no failure' : 'E_AMBIGUOUS_MANIFEST');
    },
  );

  test('C06 without the field the promised type counts, when it is of the same kind', () => {
    const { mediaType: _, ...bare } = MANIFEST;
    expect(parse(bare, DOCKER_MANIFEST)).toMatchObject({ manifest: { mediaType: DOCKER_MANIFEST } });
    expect(parseCode(bare, DOCKER_LIST)).toBe('E_AMBIGUOUS_MANIFEST');
    expect(parseCode({ ...MANIFEST, mediaType: DOCKER_MANIFEST }, OCI_MANIFEST)).toBe('E_AMBIGUOUS_MANIFEST');
  });

  test.each([
    '{"layers":[A],"Layers":[B]',
    '{"config":A,"Config":B',
    '{"layers":[],"Mediatype":"x","mediaType":"x"',
  ])('C01 keys that differ by case in %s} are E_JSON_AMBIGUOUS', (start) => {
    const text = `${start},"schemaVersion":2}`.replaceAll(/[AB](?=[\],}])/g, JSON.stringify(LAYER));
    expect(parseCode(text, OCI_MANIFEST)).toBe('E_JSON_AMBIGUOUS');
  });

  test('C01 two lists of manifests are E_JSON_AMBIGUOUS', () => {
    expect(parseCode({ ...INDEX, Manifests: [] }, OCI_INDEX)).toBe('E_JSON_AMBIGUOUS');
  });

  test.each([-1, 1.5, 2 ** 63, '10', null])('C08 a descriptor with the size %j is E_JSON', (size) => {
    expect(parseCode({ ...MANIFEST, layers: [{ ...LAYER, size }] }, OCI_MANIFEST)).toBe('E_JSON');
  });

  test.each([
    'sha256:../../../etc/passwd',
    `SHA256:${'ab'.repeat(32)}`,
    `sha256:${'AB'.repeat(32)}`,
    'sha256:abc',
    `md5:${'ab'.repeat(16)}`,
    `sha384:${'ab'.repeat(48)}`,
    `sha512:${'ab'.repeat(32)}`,
    `${DIGEST}/..`,
    '',
    null,
  ])('C09 the digest %j is E_JSON before it gets near a URL or path', (digest) => {
    expect(parseCode({ ...MANIFEST, config: { ...CONFIG, digest } }, OCI_MANIFEST)).toBe('E_JSON');
  });

  test.each([
    ['a schema 1 manifest', { schemaVersion: 1, name: 'a', fsLayers: [], history: [] }],
    [
      'a signed schema 1 manifest',
      { schemaVersion: 1, mediaType: 'application/vnd.docker.distribution.manifest.v1+prettyjws' },
    ],
    [
      'an ORAS artifact manifest',
      { mediaType: 'application/vnd.cncf.oras.artifact.manifest.v1+json', blobs: [] },
    ],
    ['an image config', { architecture: 'amd64', os: 'linux', rootfs: {} }],
    ['an error answer', { errors: [] }],
    ['an empty object', {}],
  ])('C18 %s is E_UNSUPPORTED', (_, document) => {
    expect(parseCode(document, [])).toBe('E_UNSUPPORTED');
  });

  test('C20 data that is not base64 is E_JSON', () => {
    expect(parseCode({ ...MANIFEST, config: { ...CONFIG, data: '%%%' } }, OCI_MANIFEST)).toBe('E_JSON');
    expect(parse({ ...MANIFEST, config: { ...CONFIG, data: 'aGk=' } }, OCI_MANIFEST)).toMatchObject({
      manifest: { config: { data: Buffer.from('hi') } },
    });
  });

  test('C21 no layer is fine, more than 1,000 are E_LIMIT', () => {
    expect(parseCode({ ...MANIFEST, layers: [] }, OCI_MANIFEST)).toBe('no failure');
    expect(parseCode({ ...MANIFEST, layers: Array.from({ length: 1_000 }, () => LAYER) }, OCI_MANIFEST)).toBe(
      'no failure',
    );
    expect(parseCode({ ...MANIFEST, layers: Array.from({ length: 1_001 }, () => LAYER) }, OCI_MANIFEST)).toBe(
      'E_LIMIT',
    );
  });

  test('a manifest without a config is E_JSON', () => {
    expect(parseCode({ schemaVersion: 2, layers: [] }, OCI_MANIFEST)).toBe('E_JSON');
  });
});

describe('layer media types', () => {
  test.each([
    [OCI_LAYER, 'tar'],
    [`${OCI_LAYER}+gzip`, 'tar'],
    [`${OCI_LAYER}+zstd`, 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar', 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'tar'],
    ['application/vnd.docker.image.rootfs.diff.tar.zstd', 'tar'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'foreign'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'foreign'],
    [`${OCI_LAYER}+gzip+encrypted`, 'other'],
    ['application/vnd.oci.image.layer.squashfs', 'other'],
    ['application/vnd.in-toto+json', 'other'],
    ['application/vnd.cncf.helm.chart.content.v1.tar+gzip', 'other'],
    ['application/vnd.wasm.content.layer.v1+wasm', 'other'],
    [DOCKER_CONFIG, 'other'],
    ['', 'other'],
  ])('C18 %j is %s', (mediaType, kind) => {
    const found = isForeignLayer(mediaType) ? 'foreign' : isTarLayer(mediaType) ? 'tar' : 'other';
    expect(found).toBe(kind);
  });
});
