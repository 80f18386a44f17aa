/**
 * The example of a rule page: a Dockerfile, what its build has put into the layers, and what the guard says of the
 * image when it stands in a registry. Nothing of the output is written by hand; only the registry's name is replaced.
 */
import { guard } from '../../../src/guard.ts';
import { renderPretty } from '../../../src/reports/pretty.ts';
import { PLAIN } from '../../../src/reports/reporter.ts';
import type { Report } from '../../../src/verdict/report.ts';
import { checkout } from '../../../__tests__/support/checkout.ts';
import { guardHost, guardRequest } from '../../../__tests__/support/guard-host.ts';
import { buildImage, type ImageSpec, type Tree } from '../../../__tests__/support/image-builder.ts';
import type { LayerCompression } from '../../../__tests__/support/layer-builder.ts';
import type { TestRegistry } from '../../../__tests__/support/in-memory-registry.ts';
import { quickClock } from '../../../__tests__/support/source-host.ts';

export interface RuleExample {
  /** What was built, in a sentence or two; Markdown. */
  readonly story: string;
  readonly dockerfile: string;
  /** Platform -> its layers, the base image's (one, unless it is scratch) and then one for each COPY and RUN. */
  readonly layers: Readonly<Record<string, readonly Tree[]>>;
  /** What is different from the image that the Dockerfile makes. */
  readonly image?: Partial<ImageSpec>;
  /** Default none: compressed bytes, and the digests in the pages with them, depend on the version of zlib. */
  readonly compression?: LayerCompression;
  readonly configFields?: Readonly<Record<string, unknown>>;
  readonly platforms?: readonly string[];
  readonly exactPlatforms?: 'required-only';
  readonly index?: 'forbidden';
  /** Which digest the step was given: default that of the image. */
  readonly digest?: 'of-another-build' | 'none';
  /** Other files of the checkout. */
  readonly files?: Readonly<Record<string, string>>;
}

const NAME = 'acme/shop:1.4.0';
const WORKFLOW = 'acme/shop/.github/workflows/ci.yml@refs/heads/main';

export async function reportOf(example: RuleExample, registry: TestRegistry): Promise<Report> {
  const image = buildImage({ platforms: platformsOf(example), ...example.image });
  registry.push(NAME, image);
  const { digest = 'of-this-build', platforms = [], dockerfile, files = {} } = example;
  const pinned = digest === 'none' ? null : image.root.digest;
  const other = buildImage({ platforms: platformsOf(example), annotations: { build: 'another' } });
  if (digest === 'of-another-build') registry.push('acme/shop:built', other);
  const host = guardHost({
    env: { GITHUB_WORKFLOW_REF: WORKFLOW },
    clock: quickClock(),
    repository: checkout({ Dockerfile: dockerfile, ...files }),
  });
  const report = await guard(
    guardRequest([`${registry.host}/${NAME}`], platforms, {
      digest: digest === 'of-another-build' ? other.root.digest : pinned,
      exactPlatforms: example.exactPlatforms ?? 'any',
      index: example.index ?? 'any',
    }),
    host,
  );
  const named: Report = JSON.parse(JSON.stringify(report).replaceAll(registry.host, 'ghcr.io'));
  return named;
}

export async function outputOf(example: RuleExample, registry: TestRegistry): Promise<string> {
  return renderPretty(await reportOf(example, registry), PLAIN);
}

function platformsOf({ dockerfile, layers, compression = 'none', configFields }: RuleExample): ImageSpec['platforms'] {
  const lines = dockerfile.replaceAll('\\\n', '').split('\n').map((line) => line.trim());
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  const base = last[0] === 'FROM scratch' ? [] : [{ created_by: 'ADD rootfs.tar / # buildkit' }];
  const history = [...base, ...last.slice(1).filter((line) => line !== '').map(historyOf)];
  return Object.entries(layers).map(([platform, trees]) => ({
    platform,
    layers: trees,
    config: configOf(last),
    compression,
    configFields: { history, ...configFields },
  }));
}

function historyOf(line: string): object {
  const comment = 'buildkit.dockerfile.v0';
  const [, keyword, rest = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
  if (keyword === 'RUN') return { created_by: `RUN /bin/sh -c ${rest} # buildkit`, comment };
  if (keyword === 'COPY' || keyword === 'ADD') {
    return { created_by: `${keyword} ${rest.replace(/^(?:--\S+ )+/, '')} # buildkit`, comment };
  }
  return { created_by: line, comment, empty_layer: true };
}

function configOf(lines: readonly string[]): Record<string, unknown> {
  const textOf = (keyword: string): string | undefined =>
    lines.find((line) => line.startsWith(`${keyword} `))?.slice(keyword.length + 1);
  const listOf = (keyword: string): unknown => JSON.parse(textOf(keyword) ?? 'null');
  const healthcheck = /^CMD (\[.*\])$/.exec(textOf('HEALTHCHECK') ?? '')?.[1];
  const test: unknown[] = healthcheck === undefined ? [] : ['CMD', ...JSON.parse(healthcheck)];
  return {
    Entrypoint: listOf('ENTRYPOINT'),
    Cmd: listOf('CMD'),
    User: textOf('USER') ?? '',
    WorkingDir: textOf('WORKDIR') ?? '/',
    ...(healthcheck !== undefined && { Healthcheck: { Test: test } }),
  };
}
