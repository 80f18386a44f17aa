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
import { architectureOfPe } from '../rootfs/portable-executable.ts';
import { LayerNeeded, RootFs } from '../rootfs/rootfs.ts';
import type { PlatformFacts, PlatformImage } from '../rules/facts.ts';
import { architectureOf } from '../start/kernel/abi.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { systemOf } from '../start/system.ts';
import { traceStart } from '../start/trace-start.ts';
import { surveyImage } from '../survey/survey.ts';
import { meantPlatform } from './meant-platform.ts';
import type { Watch } from './watch.ts';

export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/** Reads a layer whole, checks size, digest and diffID, and lists it; the same layer is read once a run. */
export type ReadLayer = (layer: Layer) => Promise<LayerListing>;

export interface InspectOptions {
  readonly scope: 'start' | 'image';
  /** As whom the image must start; default: as its own USER alone. */
  readonly users?: 'image-user' | 'image-and-arbitrary-user';
  /** Globs of further files that are held to the strictness of the start chain. */
  readonly binaries: readonly string[];
  /** Exemptions (survey/exemptions) by name that are not to apply. */
  readonly exemptionsOff: readonly string[];
  readonly watch?: Watch;
}

export interface InspectedPlatform {
  readonly facts: PlatformFacts;
  /** As much of the file system as had to be read. */
  readonly rootfs: RootFs;
}

/** @throws {Failure} when a layer that the answer rests on cannot be read. */
export async function inspectPlatform(
  image: PlatformImage,
  readLayer: ReadLayer,
  options: InspectOptions,
): Promise<InspectedPlatform> {
  const meant = { ...image, platform: meantPlatform(image.platform, image.config.platform) };
  const { facts, rootfs } = await inspectMeant(meant, readLayer, options);
  return { facts: { ...facts, image }, rootfs };
}

async function inspectMeant(
  image: PlatformImage,
  readLayer: ReadLayer,
  options: InspectOptions,
): Promise<InspectedPlatform> {
  const layers = layersOf(image);
  const system = systemOf(image.platform, image.manifest.annotations);
  // Nothing but the start is known of other systems, and a Windows base has gigabytes that it need not.
  if (options.scope === 'start' || system !== 'linux')
    return await inspectStart(image, layers, readLayer, options);
  const listings = await Promise.all(layers.map(readLayer));
  const rootfs = RootFs.of(listings.toReversed());
  const traces = tracesOf(rootfs, image, options);
  const { trace } = traces;
  const survey = surveyImage(rootfs, {
    platform: image.platform,
    config: image.config,
    trace,
    binaries: options.binaries,
    exemptionsOff: options.exemptionsOff,
  });
  const filesArchitecture = survey.majorityArchitecture ?? firstArchitecture(trace);
  return { facts: { image, ...traces, survey, filesArchitecture }, rootfs };
}

async function inspectStart(
  image: PlatformImage,
  layers: readonly Layer[],
  readLayer: ReadLayer,
  options: InspectOptions,
): Promise<InspectedPlatform> {
  const mounted: LayerListing[] = [];
  for (const layer of layers.toReversed()) {
    const rootfs = RootFs.ofUpper([...mounted]);
    const traces = ifKnown(() => tracesOf(rootfs, image, options));
    if (traces !== null) return startOnly(image, traces, rootfs);
    mounted.push(await readLayer(layer));
  }
  const rootfs = RootFs.of(mounted);
  return startOnly(image, tracesOf(rootfs, image, options), rootfs);
}

type Traces = Pick<PlatformFacts, 'trace' | 'arbitraryTrace'>;

/** @throws {LayerNeeded} when a layer further down decides. */
function tracesOf(rootfs: RootFs, image: PlatformImage, { users }: InspectOptions): Traces {
  const trace = traceStart(rootfs, image);
  if (users !== 'image-and-arbitrary-user') return { trace };
  return { trace, arbitraryTrace: traceStart(rootfs, image, { runAs: 'arbitrary-user' }) };
}

function startOnly(image: PlatformImage, traces: Traces, rootfs: RootFs): InspectedPlatform {
  const filesArchitecture = firstArchitecture(traces.trace);
  return { facts: { image, ...traces, survey: null, filesArchitecture }, rootfs };
}

/** null when a layer further down decides. */
function ifKnown<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (error) {
    if (error instanceof LayerNeeded) return null;
    throw error;
  }
}

function firstArchitecture(trace: StartTrace): string | null {
  for (const { file } of trace.steps) {
    const content = file?.located.entry.content;
    if (content?.kind === 'elf') return architectureOf(content);
    if (content?.kind === 'other' && content.pe !== undefined) return architectureOfPe(content.pe);
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
