/**
 * BuildKit's build provenance: which step made which layers, and which lines of the Dockerfile say so.
 * in-toto statement with a SLSA v0.2 or v1 predicate, fields as in BuildKit's docs/attestations/slsa-definitions.md and
 * solver/pb/ops.proto. Written by whoever built the image: material to look at, never a reason for a failure, so
 * whatever cannot be read is left out.
 */
import { decodeBytes } from '../base/plain-text.ts';
import { type Digest, isDigest } from '../oci/digest.ts';

export interface Provenance {
  /** The Dockerfiles that were built; only with `mode=max`. */
  readonly dockerfiles: readonly { readonly name: string; readonly text: string }[];
  /** By id: `step2`. */
  readonly steps: ReadonlyMap<string, BuildStep>;
  /** What each step's result consists of, lowest layer first. */
  readonly chains: readonly { readonly step: string; readonly layers: readonly Digest[] }[];
  /** The Dockerfile's name as given to the builder. */
  readonly dockerfile: string | null;
  readonly target: string | null;
  /** `--build-arg`s; null when the attestation leaves them out (`mode=min`). */
  readonly buildArgs: ReadonlyMap<string, string> | null;
  /** Names of `--build-context`s, lower case: they come before stages and images of the same name. */
  readonly namedContexts: ReadonlySet<string>;
  /** `linux/amd64`: where the build ran. */
  readonly builderPlatform: string | null;
  /** Directories of context and Dockerfile in the repository, as buildx noted them. */
  readonly contextDirectory: string | null;
  readonly dockerfileDirectory: string | null;
}

export interface BuildStep {
  readonly ranges: readonly SourceRange[];
  /** `source` takes an image, a folder or a download; everything else works on what other steps made. */
  readonly kind: 'source' | 'other';
}

/** Lines of `dockerfiles[source]`, 1-based. */
export interface SourceRange {
  readonly source: number;
  readonly line: number;
  readonly endLine: number;
}

/** null when the text is not a provenance statement. */
export function parseProvenance(text: string): Provenance | null {
  const statement = parseJson(text);
  if (!/^https:\/\/slsa\.dev\/provenance\/v(0\.2|1)$/.test(textOf(at(statement, 'predicateType'))))
    return null;
  const predicate = at(statement, 'predicate');
  const definition = at(predicate, 'buildDefinition');
  const external = at(definition, 'externalParameters');
  const internal = at(definition, 'internalParameters');
  const invocation = at(predicate, 'invocation');
  const metadata =
    at(predicate, 'runDetails', 'metadata', 'buildkit_metadata') ??
    at(predicate, 'metadata', 'https://mobyproject.org/buildkit@v1#metadata');
  const buildConfig = at(internal, 'buildConfig') ?? at(predicate, 'buildConfig');
  const args = at(external, 'request', 'args') ?? at(invocation, 'parameters', 'args');
  return {
    dockerfiles: listOf(at(metadata, 'source', 'infos')).map((info) => ({
      name: textOf(at(info, 'filename')),
      text: decodeBytes(Buffer.from(textOf(at(info, 'data')), 'base64')),
    })),
    steps: stepsOf(buildConfig, at(metadata, 'source', 'locations')),
    chains: chainsOf(at(metadata, 'layers')),
    dockerfile:
      nameOf(at(external, 'configSource', 'path')) ?? nameOf(at(invocation, 'configSource', 'entryPoint')),
    target: nameOf(at(args, 'target')),
    buildArgs: buildConfig === undefined ? null : buildArgsOf(args),
    namedContexts: namedContextsOf(args),
    builderPlatform:
      nameOf(at(internal, 'builderPlatform')) ?? nameOf(at(invocation, 'environment', 'platform')),
    contextDirectory: nameOf(at(metadata, 'vcs', 'localdir:context')),
    dockerfileDirectory: nameOf(at(metadata, 'vcs', 'localdir:dockerfile')),
  };
}

function stepsOf(buildConfig: unknown, locations: unknown): ReadonlyMap<string, BuildStep> {
  const steps = new Map<string, BuildStep>();
  for (const step of listOf(at(buildConfig, 'llbDefinition'))) {
    const id = textOf(at(step, 'id'));
    const ranges = listOf(at(locations, id, 'locations')).flatMap((location) => rangeOf(location) ?? []);
    steps.set(id, { ranges, kind: at(step, 'op', 'Op', 'source') === undefined ? 'other' : 'source' });
  }
  return steps;
}

/** A location lists each line of an instruction by itself. */
function rangeOf(location: unknown): SourceRange | null {
  const ranges = listOf(at(location, 'ranges'));
  const starts = ranges.map((range) => numberOf(at(range, 'start', 'line')));
  const ends = ranges.map((range) => numberOf(at(range, 'end', 'line')));
  if (starts.length === 0 || [...starts, ...ends].some((line) => line < 1)) return null;
  const source = numberOf(at(location, 'sourceIndex'));
  return { source, line: Math.min(...starts), endLine: Math.max(...ends) };
}

function chainsOf(layers: unknown): Provenance['chains'] {
  return entriesOf(layers).flatMap(([result, chains]) =>
    listOf(chains).map((chain) => ({
      step: result.replace(/:\d+$/, ''),
      layers: listOf(chain)
        .map((layer) => textOf(at(layer, 'digest')))
        .filter(isDigest),
    })),
  );
}

function buildArgsOf(args: unknown): ReadonlyMap<string, string> {
  return new Map(
    entriesOf(args).flatMap(([key, value]) =>
      key.startsWith('build-arg:') ? [[key.slice('build-arg:'.length), textOf(value)] as const] : [],
    ),
  );
}

/** `context:NAME`, or `context:NAME::PLATFORM`. */
function namedContextsOf(args: unknown): ReadonlySet<string> {
  const names = entriesOf(args).flatMap(([key]) =>
    key.startsWith('context:') ? [key.slice('context:'.length).replace(/::.*$/, '').toLowerCase()] : [],
  );
  return new Set(names);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value at a path of keys; undefined where there is none. */
function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function nameOf(value: unknown): string | null {
  return textOf(value) === '' ? null : textOf(value);
}

function numberOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Number(value) : 0;
}
