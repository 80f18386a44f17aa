/** One image: every platform under its root descriptor is examined, then all rules are asked. */
import { Failure, type FailureRecord, recordOf } from '../base/failure.ts';
import { type Descriptor, distinctBlobs } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { type Platform, samePlatform } from '../oci/platform.ts';
import { type ImageFacts, type IndexEntry, type PlatformFacts, tracesIn } from '../rules/facts.ts';
import { RULES } from '../rules/index.ts';
import type { Finding } from '../verdict/finding.ts';
import { NO_FILE } from '../verdict/judge.ts';
import { type InspectOptions, inspectPlatform, type ReadLayer } from './inspect-platform.ts';
import { type Attestation, type ManifestReader, readPlatformImages } from './platform-images.ts';
import type { PlatformOutcome } from './platform-report.ts';
import { runRules } from './run-rules.ts';

/** What is asked of one image. */
export interface ImageQuestion {
  readonly reference: string;
  readonly root: Descriptor;
  readonly required: readonly Platform[];
  readonly exactPlatforms: 'required-only' | 'any';
  /** `forbidden`: whoever takes the image takes a single one only. */
  readonly index: 'forbidden' | 'any';
  /** True for an engine and what it saved: it may hold only some platforms of an image. */
  readonly isPartial: boolean;
  /** What was just built; null when nobody said. */
  readonly expectedDigest: Digest | null;
  readonly tags: readonly { readonly tag: string; readonly digest: Digest }[];
  readonly unpinned: boolean;
}

export interface ImageAnswer {
  readonly outcomes: readonly PlatformOutcome[];
  readonly attestations: readonly Attestation[];
  readonly artifacts: readonly Descriptor[];
  /** Indexes below the root. */
  readonly nested: readonly Descriptor[];
  readonly findings: readonly Finding[];
}

/** @throws {Failure} when the root cannot be read or holds no platform image; platforms fail one by one. */
export async function inspectImage(
  question: ImageQuestion,
  reader: ManifestReader,
  readLayer: ReadLayer,
  options: InspectOptions,
  signal: AbortSignal,
): Promise<ImageAnswer> {
  const read = await readPlatformImages(reader, question.root, signal);
  const { isIndex, attestations, artifacts, nested } = read;
  const entries = read.entries.filter((entry) => !isLeftOut(entry, question));
  const layers = distinctBlobs(entries.flatMap(({ image }) => image?.manifest.layers ?? []));
  options.watch?.({ kind: 'found', platforms: entries.length, layers: layers.count, bytes: layers.bytes });
  const outcomes = await Promise.all(
    entries.map(async (entry) => {
      const outcome = await examine(entry, readLayer, options);
      options.watch?.({ kind: 'platform-done' });
      return outcome;
    }),
  );
  const platforms = outcomes.flatMap(({ facts }) => facts ?? []);
  const facts: ImageFacts = { ...question, isIndex, entries, attestations: attestations.length, platforms };
  return { outcomes, attestations, artifacts, nested, findings: runRules(RULES, facts) };
}

/** Where somebody said what is wanted, an engine need not have the rest; without that, the image is not all there. */
function isLeftOut(
  { platform, image, failure }: IndexEntry,
  { isPartial, required }: ImageQuestion,
): boolean {
  if (!isPartial || required.length === 0 || image !== null || failure?.code !== 'E_NOT_FOUND') return false;
  return platform !== null && !required.some((wanted) => samePlatform(wanted, platform));
}

async function examine(
  entry: IndexEntry,
  readLayer: ReadLayer,
  options: InspectOptions,
): Promise<PlatformOutcome> {
  const unread = { entry, facts: null, versionsOf: () => [] };
  if (entry.image === null) return { ...unread, failure: entry.failure };
  try {
    const { facts, rootfs } = await inspectPlatform(entry.image, readLayer, options);
    return {
      entry,
      facts,
      failure: rootfs.isEmpty() ? NO_FILE : doubtOf(facts),
      versionsOf: (path) => rootfs.versions(path),
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...unread, failure: recordOf(error) };
  }
}

/** Why facts are not enough for a verdict: something that the trace rests on was unreadable. */
function doubtOf(facts: PlatformFacts): FailureRecord | null {
  const [unreadable] = tracesIn(facts).flatMap((trace) => trace.unreadable);
  if (unreadable === undefined) return null;
  return {
    code: 'E_ELF',
    message: `${unreadable.path} decides whether the container starts and could not be read: ${unreadable.why}`,
    hint: 'check this file by hand, or report the image to us if runtimes start it',
  };
}
