/**
 * The `metadata` input: what build actions say about the image they just built. Shapes, told apart by their keys:
 * buildx `--metadata-file` and build-push-action (docs.docker.com/reference/cli/docker/buildx/build), bake with one
 * entry a target, metadata-action's `json`, the outputs of docker/github-builder, and any step's outputs that carry
 * one of these as text. Left out on purpose: everything that is not needed to find the image and its Dockerfile.
 */
import { Failure } from '../base/failure.ts';
import { isDigest } from '../oci/digest.ts';
import { readPlatform } from '../oci/descriptor.ts';
import { Fields } from '../oci/fields.ts';
import { parsePlatform, type Platform } from '../oci/platform.ts';
import { asConfiguration } from './as-configuration.ts';
import { type BuildOutput, NO_OUTPUT } from './build-output.ts';

/** Text that is the JSON itself, or the path of a file with it. @throws {Failure} E_CONFIG, and what `readFile` throws */
export async function readMetadata(
  input: string,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<readonly BuildOutput[]> {
  const isText = /^\s*[{[]/.test(input);
  const bytes = isText ? Buffer.from(input, 'utf8') : await readFile(input.trim());
  return parseMetadata(bytes, isText ? 'metadata' : `metadata file ${input.trim()}`);
}

/** At least one output. `where` names the document in messages. @throws {Failure} E_CONFIG that names the key */
export function parseMetadata(bytes: Uint8Array, where: string): readonly BuildOutput[] {
  return asConfiguration(HINT, () => outputsOf(Fields.parse(bytes, where)));
}

const HINT =
  'give the `metadata` output of build-push-action or bake-action, the `json` output of metadata-action, or the file of buildx --metadata-file';
const PROVENANCE = 'buildx.build.provenance';
const META_JSON = 'meta-json';

function outputsOf(fields: Fields): readonly BuildOutput[] {
  if (isBuild(fields)) return [buildOutput(fields, null)];
  if (fields.has(META_JSON)) return [builderOutput(fields)];
  if (typeof fields.value('metadata') === 'string') return stepOutputs(fields);
  if (fields.has('tags')) return [{ ...NO_OUTPUT, names: fields.texts('tags') ?? [] }];
  const targets = fields.names().filter((name) => !name.startsWith('buildx.'));
  const outputs = targets.map((name): BuildOutput => {
    const target = fields.value(name) instanceof Map ? fields.object(name) : undefined;
    if (target === undefined || !isBuild(target)) throw unknownShape(fields);
    return buildOutput(target, name);
  });
  if (outputs.length === 0) throw unknownShape(fields);
  return outputs;
}

/** buildx writes these for every build; a bake file has them one level down. */
function isBuild(fields: Fields): boolean {
  return fields
    .names()
    .some((name) => /^(?:containerimage\.|image\.name$|buildx\.build\.(?:ref$|provenance))/.test(name));
}

function buildOutput(fields: Fields, target: string | null): BuildOutput {
  const descriptor = fields.object('containerimage.descriptor');
  const provenances = fields.names().filter((name) => name.startsWith(PROVENANCE));
  const [first] = provenances;
  return {
    target,
    ref: refIn(fields.text('buildx.build.ref') ?? ''),
    names: namesIn(fields.text('image.name') ?? ''),
    digest: digestIn(fields, 'containerimage.digest') ?? (descriptor ? digestIn(descriptor, 'digest') : null),
    platforms: platformsOf(provenances, descriptor, fields.where),
    ...hintsIn(
      first === undefined || !(fields.value(first) instanceof Map) ? undefined : fields.object(first),
    ),
  };
}

/** A build for one platform only has it in the descriptor, when it made a manifest and no index. */
function platformsOf(
  keys: readonly string[],
  descriptor: Fields | undefined,
  where: string,
): readonly Platform[] {
  const asked = keys.flatMap((key) => platformOfKey(key, where) ?? []);
  const single = descriptor?.object('platform');
  return asked.length > 0 || single === undefined ? asked : [readPlatform(single)];
}

/** Names of a builder, its node and the build: nothing that leads out of buildx's folder. */
function refIn(text: string): string | null {
  return /^[\w-][\w.-]*\/[\w-][\w.-]*\/\w+$/.test(text) ? text : null;
}

function namesIn(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** null when absent or empty: nothing was pushed. */
function digestIn(fields: Fields, name: string): BuildOutput['digest'] {
  const text = fields.text(name) ?? '';
  if (text === '') return null;
  if (isDigest(text)) return text;
  throw new Failure('E_CONFIG', `${fields.where}: ${name} "${text.slice(0, 80)}" is not a digest`, HINT);
}

/** `buildx.build.provenance/linux/arm/v7`; the key of a build for the builder's own platform has none. */
function platformOfKey(key: string, where: string): Platform | null {
  const text = key.slice(PROVENANCE.length + 1).replace(/\([^)]*\)/, '');
  if (text === '') return null;
  try {
    return parsePlatform(text);
  } catch (cause) {
    throw new Failure('E_CONFIG', `${where}: the key "${key.slice(0, 120)}" ends in no platform`, HINT, {
      cause,
    });
  }
}

/** Provenance in the forms of SLSA v0.2 and v1. */
function hintsIn(provenance: Fields | undefined): Pick<BuildOutput, 'dockerfile' | 'context' | 'stage'> {
  const external = provenance?.object('buildDefinition')?.object('externalParameters');
  const invocation = provenance?.object('invocation');
  const config = (external ?? invocation)?.object('configSource');
  const request = external?.object('request') ?? invocation?.object('parameters');
  return {
    dockerfile: config?.text('path') ?? config?.text('entryPoint') ?? null,
    context: folderOfGit(config?.text('uri') ?? ''),
    stage: request?.object('args')?.text('target') ?? null,
  };
}

/** The folder in `https://github.com/acme/shop.git#main:services/cart`. */
function folderOfGit(uri: string): string | null {
  return /^[^#]*#[^:]*:(.+)$/.exec(uri)?.[1] ?? null;
}

/** Outputs of docker/github-builder's workflows: `needs.build.outputs` as JSON. */
function builderOutput(fields: Fields): BuildOutput {
  const type = fields.text('output-type') ?? 'image';
  if (type !== 'image') {
    throw new Failure(
      'E_CONFIG',
      `${fields.where}: output-type is "${type}", not "image"`,
      'check jobs that build images',
    );
  }
  const names = nested(fields, META_JSON).flatMap((output) => output.names);
  return { ...NO_OUTPUT, names, digest: digestIn(fields, 'digest') };
}

/** Outputs of a step as JSON: `toJSON(steps.build.outputs)`. */
function stepOutputs(fields: Fields): readonly BuildOutput[] {
  const digest = digestIn(fields, 'digest');
  const outputs = nested(fields, 'metadata');
  if (outputs.length === 0) return [{ ...NO_OUTPUT, digest }];
  return outputs.map((output) =>
    outputs.length === 1 ? { ...output, digest: output.digest ?? digest } : output,
  );
}

function nested(fields: Fields, name: string): readonly BuildOutput[] {
  const text = fields.text(name) ?? '';
  return text === '' ? [] : parseMetadata(Buffer.from(text, 'utf8'), `${fields.where}: ${name}`);
}

function unknownShape(fields: Fields): Failure {
  const names = fields
    .names()
    .slice(0, 5)
    .map((name) => `"${name.slice(0, 60)}"`);
  const found =
    names.length === 0 ? 'is empty' : `has the keys ${names.join(', ')}, which no build action writes`;
  return new Failure('E_CONFIG', `${fields.where} ${found}`, HINT);
}
