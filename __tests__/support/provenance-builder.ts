/** Provenance statements as BuildKit writes them, in the shapes of SLSA v0.2 and v1. */
import type { Digest } from '../../src/oci/digest.ts';

export interface ModelStep {
  readonly lines: readonly (readonly [number, number])[];
  readonly source?: string;
  readonly layers?: readonly Digest[];
}

export interface StatementContent {
  readonly dockerfile: string;
  readonly name?: string;
  /** Steps in order; `layers` are all layers of the step's result, lowest first. */
  readonly steps?: readonly ModelStep[];
  readonly args?: Readonly<Record<string, string>>;
  readonly mode?: 'max' | 'min';
  readonly builderPlatform?: string;
  readonly directories?: Readonly<Record<string, string>>;
}

export function statementOf(version: 'v0.2' | 'v1', content: StatementContent): string {
  const { name = 'Dockerfile', args = {}, mode = 'max', builderPlatform = 'linux/amd64' } = content;
  const buildConfig = mode === 'max' ? { llbDefinition: definition(content) } : undefined;
  const buildkit = mode === 'max' ? metadata(content, name) : {};
  const v1 = {
    buildDefinition: {
      externalParameters: { configSource: { path: name }, request: { frontend: 'dockerfile.v0', args } },
      internalParameters: { buildConfig, builderPlatform },
    },
    runDetails: { builder: { id: '' }, metadata: { buildkit_metadata: buildkit } },
  };
  const v02 = {
    invocation: {
      configSource: { entryPoint: name },
      parameters: { frontend: 'dockerfile.v0', args },
      environment: { platform: builderPlatform },
    },
    buildConfig,
    metadata: { 'https://mobyproject.org/buildkit@v1#metadata': buildkit },
  };
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: `https://slsa.dev/provenance/${version}`,
    predicate: version === 'v1' ? v1 : v02,
  });
}

function definition({ steps = [] }: StatementContent): object[] {
  return steps.map(({ source }, index) => ({
    id: `step${index}`,
    op: { Op: source === undefined ? { exec: { meta: { args: [] } } } : { source: { identifier: source } } },
    inputs: index === 0 ? [] : [`step${index - 1}:0`],
  }));
}

/** BuildKit lists each line of an instruction by itself. */
function location([first, last]: readonly [number, number]): object {
  const lines = Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
  return { ranges: lines.map((line) => ({ start: { line }, end: { line } })) };
}

function metadata({ dockerfile, steps = [], directories }: StatementContent, filename: string): object {
  const locations = steps.map(({ lines }, index) => [`step${index}`, { locations: lines.map(location) }]);
  const layers = steps.flatMap(({ layers }, index) =>
    layers === undefined ? [] : [[`step${index}:0`, [layers.map((digest) => ({ digest, size: 1 }))]]],
  );
  return {
    vcs: directories,
    source: {
      infos: [{ filename, language: 'Dockerfile', data: Buffer.from(dockerfile).toString('base64') }],
      locations: Object.fromEntries(locations),
    },
    layers: Object.fromEntries(layers),
  };
}
