/**
 * One platform image: its layers are read from the top, only as far as the question needs, and the trace is asked
 * again after each one. Scope `image` needs every layer and reads them side by side.
 */
import { Failure } from '../base/failure.ts';
import { printable } from '../base/plain-text.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { type Digest, shortDigest } from '../oci/digest.ts';
import { isTarLayer } from '../oci/media-type.ts';
import type { LayerListing } from '../rootfs/layer-listing.ts';
import { LayerNeeded, RootFs } from '../rootfs/rootfs.ts';
import type { PlatformFacts, PlatformImage } from '../rules/facts.ts';
import { architectureOf } from '../start/abi.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { traceStart } from '../start/trace-start.ts';
import { surveyImage } from '../survey/survey.ts';

export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/** Reads a layer whole, checks size, digest and diffID, and lists it; the same layer is read once a run. */
export type ReadLayer = (layer: Layer) => Promise<LayerListing>;

export interface InspectOptions {
  readonly scope: 'start' | 'image';
  /** Globs of further files that are held to the strictness of the start chain. */
  readonly binaries: readonly string[];
}

/** @throws {Failure} when a layer that the answer rests on cannot be read. */
export async function inspectPlatform(
  image: PlatformImage,
  readLayer: ReadLayer,
  options: InspectOptions,
): Promise<PlatformFacts> {
  const layers = layersOf(image);
  if (options.scope === 'start') return await inspectStart(image, layers, readLayer);
  const listings = await Promise.all(layers.map(readLayer));
  const rootfs = RootFs.of(listings.toReversed());
  const trace = traceStart(rootfs, image);
  const survey = surveyImage(rootfs);
  return { image, trace, survey, filesArchitecture: survey.majorityArchitecture ?? firstArchitecture(trace) };
}

async function inspectStart(
  image: PlatformImage,
  layers: readonly Layer[],
  readLayer: ReadLayer,
): Promise<PlatformFacts> {
  const mounted: LayerListing[] = [];
  for (const layer of layers.toReversed()) {
    const trace = tryTrace(RootFs.ofUpper(mounted), image);
    if (trace !== null) return { image, trace, survey: null, filesArchitecture: firstArchitecture(trace) };
    mounted.push(await readLayer(layer));
  }
  const trace = traceStart(RootFs.of(mounted), image);
  return { image, trace, survey: null, filesArchitecture: firstArchitecture(trace) };
}

/** null when a layer further down decides. */
function tryTrace(rootfs: RootFs, image: PlatformImage): StartTrace | null {
  try {
    return traceStart(rootfs, image);
  } catch (error) {
    if (error instanceof LayerNeeded) return null;
    throw error;
  }
}

function firstArchitecture(trace: StartTrace): string | null {
  for (const { file } of trace.steps) {
    const content = file?.located.entry.content;
    if (content?.kind === 'elf') return architectureOf(content);
  }
  return null;
}

/** The layers with their diffIDs, lowest first. @throws {Failure} when one of them is of a kind we do not read. */
export function layersOf({ manifest, config }: PlatformImage): readonly Layer[] {
  return manifest.layers.map((descriptor, index) => {
    const diffId = config.diffIds[index];
    if (diffId === undefined) throw new Error('more layers than diffIDs: platform-images.ts lets none pass');
    if (!isTarLayer(descriptor.mediaType)) {
      throw new Failure(
        'E_UNSUPPORTED',
        `the layer ${shortDigest(descriptor.digest)} has the media type "${printable(descriptor.mediaType, 120)}", which cannot be read`,
        'publish the image with tar layers (plain, gzip or zstd)',
      );
    }
    return { descriptor, diffId };
  });
}
