/** Borders where text comes in. */
import { printable } from '../../src/base/plain-text.ts';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { parseImageConfig } from '../../src/oci/image-config.ts';
import { parseManifestOrIndex } from '../../src/oci/manifest-or-index.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-type.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { parseProvenance } from '../../src/origin/provenance.ts';
import { parseMetadata } from '../../src/producers/metadata.ts';
import { mdBlock, mdCode, mdProse } from '../../src/reports/markdown-text.ts';
import { xmlText } from '../../src/reports/xml-text.ts';
import { parseConfigFile } from '../../src/settings/config-file.ts';
import { parseChallenges } from '../../src/sources/registry/challenge.ts';
import { parseDockerConfig } from '../../src/sources/registry/docker-config.ts';
import { parseRetryAfter } from '../../src/sources/registry/retry.ts';
import { parseShebang } from '../../src/start/kernel/shebang.ts';
import { buildImage } from '../support/image-builder.ts';
import { quickClock } from '../support/source-host.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const image = buildImage({
  platforms: [
    {
      platform: 'linux/arm/v7',
      config: { Entrypoint: ['/app'], Cmd: null, Env: ['A=b'], User: '1:2', Labels: { a: 'b' } },
      configFields: { history: [{ created_by: 'RUN x', empty_layer: true }] },
      layers: [{ app: 'x' }],
    },
  ],
  annotations: { a: 'b' },
});
const documents = [...image.blobs.values()].filter((bytes) => bytes[0] === 0x7b);
const [manifest = Buffer.alloc(0), index = Buffer.alloc(0)] = documents.slice(-2);
const [config = Buffer.alloc(0)] = documents;
const AUTH = '{"auths":{"r.test":{"auth":"dTpw"}},"credsStore":"x","credHelpers":{"h.test":"y"}}';
const METADATA = '{"containerimage.digest":"sha256:0","image.name":"a/b:1","buildx.build.provenance":{}}';
const PROVENANCE =
  '{"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{"externalParameters":{}},"metadata":{"buildkit_metadata":{"source":{"infos":[{"filename":"Dockerfile","data":"RlJPTSBh"}]}}}}}';
const DOCKERFILE =
  'ARG A=1\nFROM --platform=$BUILDPLATFORM a AS b\nRUN <<EOF\nx\nEOF\nCOPY --from=b \\\n /x /y\nENTRYPOINT ["/y"]\n';
const YAML = 'fail-on: warning\nignore:\n  - rule: exec-stack\n    reason: known\n    until: 2030-01-01\n';

const text = (bytes: Buffer): string => bytes.toString('utf8');

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'reference',
    seeds: () => [
      'ghcr.io:443/a/b:1@sha256:'.concat('0'.repeat(64)),
      'oci:a/b:c',
      'docker-archive:x',
      '[::1]:5000/a',
    ],
    read: (bytes) => parseReference(text(bytes)),
  },
  { name: 'platform', seeds: () => ['linux/arm/v7', 'x86_64'], read: (bytes) => parsePlatform(text(bytes)) },
  { name: 'docker-config', seeds: () => [AUTH], read: (bytes) => parseDockerConfig(bytes, 'config.json') },
  {
    name: 'challenges',
    seeds: () => ['Bearer realm="https://a/t",service="r",scope="a:b", Basic realm="x\\"y", Negotiate aGk='],
    read: (bytes) => parseChallenges(bytes.toString('latin1')),
  },
  {
    name: 'retry-after',
    seeds: () => ['120', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    read: (bytes) => parseRetryAfter(bytes.toString('latin1'), quickClock()),
  },
  {
    name: 'manifest',
    seeds: () => [manifest],
    read: (bytes) => parseManifestOrIndex(bytes, OCI_MANIFEST, 'm'),
  },
  { name: 'index', seeds: () => [index], read: (bytes) => parseManifestOrIndex(bytes, OCI_INDEX, 'i') },
  { name: 'image-config', seeds: () => [config], read: (bytes) => parseImageConfig(bytes, 'c') },
  { name: 'metadata', seeds: () => [METADATA], read: (bytes) => parseMetadata(bytes, 'm') },
  { name: 'provenance', seeds: () => [PROVENANCE], read: (bytes) => parseProvenance(text(bytes)) },
  { name: 'dockerfile', seeds: () => [DOCKERFILE], read: (bytes) => parseDockerfile(text(bytes)) },
  {
    name: 'config-file',
    seeds: () => [YAML],
    read: (bytes) => parseConfigFile(text(bytes), 'f.yml', { rules: ['exec-stack'], today: '2026-01-01' }),
  },
  {
    name: 'shebang',
    seeds: () => ['#!/bin/sh -e\n', '#! /usr/bin/env\tpython\r\n'],
    read: (bytes) => parseShebang(bytes.toString('latin1')),
  },
  {
    name: 'encoders',
    seeds: () => ['::error::x\n##[set-output a]b', '<!-- a --> @b #1 `c` | ]]>&\u202e\ud800'],
    read: (bytes) => encoded(text(bytes)),
  },
];

/** What a log, Markdown and XML get to see. */
function encoded(untrusted: string): readonly string[] {
  const line = printable(untrusted);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|##\[|^\s*::/u.test(line)) throw new Error(`not printable: ${line}`);
  return [line, mdProse(untrusted), mdCode(untrusted), mdBlock([untrusted], 'text'), xmlText(untrusted)];
}
