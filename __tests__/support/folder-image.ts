/** Folders of this machine as the layers of an image, judged as the guard judges it, but for registries. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { runRules } from '../../src/inspect/run-rules.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import { isDigest } from '../../src/oci/digest.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import type { PlatformFacts } from '../../src/rules/facts.ts';
import { RULES } from '../../src/rules/index.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { surveyImage } from '../../src/survey/survey.ts';
import type { Finding } from '../../src/verdict/finding.ts';
import { entry, imageFacts } from './image-facts.ts';

export interface FolderImage {
  /** The lowest first. */
  readonly layers: readonly LayerListing[];
  /** `linux/arm64`. */
  readonly platform: string;
  readonly entrypoint: readonly string[];
}

export interface JudgedFolder {
  readonly facts: PlatformFacts;
  readonly findings: readonly Finding[];
}

export function judgeFolders({ layers, platform, entrypoint }: FolderImage): JudgedFolder {
  const { image: plain } = entry({ index: parsePlatform(platform) });
  if (plain === null) throw new Error('the entry has an image');
  const process = { ...plain.config.process, entrypoint };
  const image = { ...plain, config: { ...plain.config, process } };
  const rootfs = RootFs.of(layers.toReversed());
  const trace = traceStart(rootfs, image);
  const { config } = image;
  const context = { platform: image.platform, config, trace, binaries: [], exemptionsOff: [] };
  const survey = surveyImage(rootfs, context);
  const facts = { image, trace, survey, filesArchitecture: survey.majorityArchitecture };
  const entries = [{ descriptor: image.descriptor, platform: image.platform, image, failure: null }];
  return { facts, findings: runRules(RULES, imageFacts({ entries, platforms: [facts] })) };
}

export function listFolder(folder: string): Promise<LayerListing> {
  return listTar(() => tarOf(folder));
}

/** Asks for the bytes twice: once for the diffID, once for the walk. */
export async function listTar(bytes: () => AsyncIterable<Buffer>): Promise<LayerListing> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of bytes()) {
    hash.update(piece);
    size += piece.length;
  }
  const digest = `sha256:${hash.digest('hex')}`;
  if (!isDigest(digest)) throw new Error('sha256 gives a digest');
  const mediaType = 'application/vnd.oci.image.layer.v1.tar';
  const descriptor = { mediaType, digest, size, annotations: {} };
  return await listLayer({ descriptor, diffId: digest }, bytes());
}

async function* tarOf(folder: string): AsyncGenerator<Buffer> {
  const tar = spawn('tar', ['--sort=name', '-C', folder, '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(tar, 'close');
  for await (const piece of tar.stdout) if (Buffer.isBuffer(piece)) yield piece;
  const [status] = await ended;
  if (status !== 0) throw new Error(`tar ended with ${status}`);
}
