/**
 * What there is to check: inputs, what the build left behind, and what the runner knows, brought to one shape. One
 * order is one image under all its names.
 */
import { Failure } from '../base/failure.ts';
import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import { parseArtifactsList } from './artifacts-list.ts';
import type { BuildOutput } from './build-output.ts';
import { readDigests } from './digests.ts';
import { type Surroundings, withLocalState } from './local-state.ts';
import { readMetadata } from './metadata.ts';

/** The inputs that say what was built. Inputs win over what metadata says. */
export interface OrderInputs {
  /** References as the user wrote them. */
  readonly images: readonly string[];
  readonly digest: Digest | null;
  /** A list of digests, or the path of a folder with files named by them. */
  readonly digests: readonly string[];
  /** JSON, or the path of a file with it. */
  readonly metadata: string | null;
  readonly platforms: readonly Platform[];
  readonly exactPlatforms: 'required-only' | 'any';
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly target: string | null;
}

export interface Order {
  /** References; several names of one image. */
  readonly names: readonly string[];
  /** What was just built; every name must point at it. */
  readonly digest: Digest | null;
  /** Digests of a matrix build that are one image together; empty for an image that has a digest of its own. */
  readonly parts: readonly Digest[];
  /** The platforms that must be there; empty: no presence check. */
  readonly platforms: readonly Platform[];
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly target: string | null;
  /** Bake targets, one of which this image is: {@link settleOrder} tells which. */
  readonly candidates: readonly BuildOutput[];
}

/** Files beside the build; paths are relative to the working folder. Both throw E_CONFIG. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  list(folder: string): Promise<readonly string[]>;
}

/** At least one order. @throws {Failure} E_USAGE, E_CONFIG */
export async function readOrders(
  inputs: OrderInputs,
  files: Files,
  surroundings: Surroundings & { readonly notice: (text: string) => void },
): Promise<readonly Order[]> {
  const orders = await ordersOf(inputs, files, surroundings);
  if (inputs.exactPlatforms === 'required-only') for (const order of orders) requirePlatforms(order);
  return orders;
}

async function ordersOf(
  inputs: OrderInputs,
  files: Files,
  surroundings: Surroundings & { readonly notice: (text: string) => void },
): Promise<readonly Order[]> {
  const read = (path: string): Promise<Uint8Array> => files.read(path);
  const all = await outputsOf(inputs, files, surroundings.env['GITHUB_ARTIFACTS_LIST']);
  const found = withoutOtherTargets(all, surroundings.notice);
  const outputs = await Promise.all(found.map((output) => withLocalState(output, surroundings, read)));
  const plain: Order = { ...inputs, names: inputs.images, parts: [], candidates: [] };
  if (inputs.digests.length > 0) {
    const parts = await readDigests(inputs.digests, (folder) => files.list(folder));
    return requireNames(inputs.images).map((name) => ({ ...plain, names: [name], digest: null, parts }));
  }
  if (outputs.length === 0) return [{ ...plain, names: requireNames(inputs.images) }];
  if (outputs.length > 1 && inputs.images.length > 0) {
    return inputs.images.map((name) => ({ ...plain, names: [name], candidates: outputs }));
  }
  return outputs.map((output) => orderOf(output, inputs));
}

/** The order of an image that turned out to be `found`, when several bake targets may be meant. @throws {Failure} E_USAGE */
export function settleOrder(order: Order, found: Digest): Order {
  const { candidates, names } = order;
  if (candidates.length === 0) return order;
  const output =
    candidates.find(({ digest }) => digest === found) ??
    candidates.find((candidate) => candidate.names.some((name) => names.includes(name)));
  if (output !== undefined) return { ...orderOf(output, { ...order, images: names }), candidates: [] };
  throw new Failure(
    'E_USAGE',
    `metadata is about ${candidates.length} targets, none of which is ${names.join(', ')}`,
    'leave image out: metadata names the image of every target',
  );
}

/** Of a bake with several targets those that made no image: tests, linters, what was only cached or written to a folder. */
function withoutOtherTargets(
  outputs: readonly BuildOutput[],
  notice: (text: string) => void,
): readonly BuildOutput[] {
  const images = outputs.filter(({ names, digest }) => names.length > 0 || digest !== null);
  if (images.length === 0) return outputs;
  for (const { target } of outputs.filter((output) => !images.includes(output))) {
    notice(`metadata: the target ${target ?? ''} made no image and is passed over`);
  }
  return images;
}

async function outputsOf(
  { images, digests, metadata }: OrderInputs,
  files: Files,
  artifactsList: string | undefined,
): Promise<readonly BuildOutput[]> {
  if (metadata !== null) return readMetadata(metadata, (path) => files.read(path));
  if (images.length > 0 || digests.length > 0 || (artifactsList ?? '') === '') return [];
  return parseArtifactsList(await files.read(artifactsList ?? ''));
}

function orderOf(
  output: BuildOutput,
  inputs: Omit<OrderInputs, 'digests' | 'metadata' | 'exactPlatforms'>,
): Order {
  const { images, digest, platforms, dockerfile, context, target } = inputs;
  const names = images.length > 0 ? images : output.names;
  if (names.length === 0) {
    const what = output.target === null ? 'metadata' : `metadata of the target ${output.target}`;
    throw new Failure(
      'E_CONFIG',
      `${what} names no image`,
      'give the build a tag, or name the image with the input image',
    );
  }
  return {
    names,
    digest: digest ?? output.digest,
    parts: [],
    platforms: platforms.length > 0 ? platforms : output.platforms,
    dockerfile: dockerfile ?? output.dockerfile,
    context: context ?? output.context,
    target: target ?? output.stage,
    candidates: [],
  };
}

/** Of no platforms all that an image has would be one too many. */
function requirePlatforms({ names, platforms, candidates }: Order): void {
  const known = [platforms, ...candidates.map((candidate) => candidate.platforms)];
  if (known.some((list) => list.length > 0)) return;
  throw new Failure(
    'E_USAGE',
    `exact-platforms has nothing to hold ${names.join(', ')} against: no platforms are required`,
    'name them in platforms',
  );
}

function requireNames(images: readonly string[]): readonly string[] {
  if (images.length > 0) return images;
  throw new Failure(
    'E_USAGE',
    'no image to check',
    'name one, for example ghcr.io/acme/shop:1.4; in a workflow: image: ${{ steps.meta.outputs.tags }}',
  );
}
