/**
 * THE MAIN PATH. A request comes in, a report goes out:
 *
 *   references -> sources -> root descriptors -> platform images -> layers -> facts -> findings -> policy -> report
 *
 * Only here are sources, layers and inspection wired together. Whatever cannot be read becomes a failure in the
 * report and leaves the rest standing; only defects are thrown.
 */
import { Failure, type FailureRecord, recordOf } from './base/failure.ts';
import { binariesNotices, type WalkedPlatform, walkedOf } from './inspect/binaries-notices.ts';
import { failedImageReport, type ImageIdentity, imageReportOf, sizeOf } from './inspect/image-report.ts';
import { inspectImage } from './inspect/inspect-image.ts';
import { LayerReader } from './inspect/layer-reader.ts';
import { pointAtLines } from './inspect/point-at-lines.ts';
import { type Watch, watched } from './inspect/watch.ts';
import { ReadBudget } from './layers/expansion.ts';
import { KnownListings } from './layers/known-listings.ts';
import { type KeptListings, readLayer } from './layers/read-layer.ts';
import type { Descriptor } from './oci/descriptor.ts';
import type { Digest } from './oci/digest.ts';
import type { ImageSource } from './oci/image-source.ts';
import { type ImageReference, parseReference } from './oci/reference.ts';
import type { Repository } from './origin/repository.ts';
import { type Files, type Order, type OrderInputs, readOrders, settleOrder } from './producers/orders.ts';
import { combineDigests } from './sources/combined-digests.ts';
import { openSource } from './sources/index.ts';
import type { SourceHost } from './sources/source-host.ts';
import { verified, type VerifiedSource } from './sources/verified.ts';
import type { Finding } from './verdict/finding.ts';
import { foldFindings } from './verdict/fold-findings.ts';
import { judge } from './verdict/judge.ts';
import type { Policy } from './verdict/policy.ts';
import type { ImageReport, Report, Stats } from './verdict/report.ts';

/** What is to be checked, and how strictly. */
export interface GuardRequest extends OrderInputs {
  readonly index: 'forbidden' | 'any';
  readonly scope: 'start' | 'image';
  /** As whom the image must start; default: as its own USER alone. */
  readonly users?: 'image-user' | 'image-and-arbitrary-user';
  /** Globs of more files that are held to the strictness of the start chain. */
  readonly binaries: readonly string[];
  /** Exemptions (docs/exemptions.md) by name that are not to apply. */
  readonly exemptionsOff: readonly string[];
  /** Whether jars, wheels and zips are opened for the native libraries in them. */
  readonly archives: 'opened' | 'closed';
  readonly policy: Policy;
}

/** The world, passed in by the action or the command line. */
export interface GuardHost extends SourceHost {
  /** Aborted on SIGINT, SIGTERM and when the time is over. */
  readonly signal: AbortSignal;
  /** Told how far the work is. */
  readonly watch: Watch;
  /** Files of the checkout; nothing else on this machine is read for messages. */
  readonly repository: Repository;
  /** Layer listings kept between runs; null: every layer is read. */
  readonly listings: KeptListings | null;
  /** What the inputs `metadata` and `digests` name. */
  readonly files: Files;
  /** Called behind every image: nothing of it is needed any more but what the report has. */
  readonly imageDone?: () => void;
}

/** One reference, opened and looked up. */
interface Target {
  readonly reference: ImageReference;
  readonly source: VerifiedSource;
  readonly root: Descriptor;
}

/** References that are one image. Its content is read from `source`, by digest: no tag can move under us. */
interface Subject {
  readonly order: Order;
  readonly targets: readonly [Target, ...Target[]];
  readonly source: VerifiedSource;
  readonly expectedDigest: Digest | null;
}

interface Answer {
  readonly image: ImageReport;
  readonly findings: readonly Finding[];
  /** null when the image could not be read. Nothing here holds on to its layers: images in a run would add up. */
  readonly walked: readonly WalkedPlatform[] | null;
  readonly stats: Omit<Stats, 'seconds'>;
}

/** Failures are in the report, image by image and platform by platform. @throws {Failure} for wrong usage */
export async function guard(request: GuardRequest, host: GuardHost): Promise<Report> {
  const begun = host.clock.now();
  const orders = await readOrders(request, host.files, host);
  const answers: Answer[] = [];
  const known = new KnownListings();
  for (const order of orders) answers.push(...(await fulfil(order, request, host, known)));
  const report = judge({
    images: answers.map(({ image }) => image),
    findings: answers.flatMap(({ findings }) => findings),
    policy: request.policy,
    notices: binariesNotices(
      request,
      answers.map(({ walked }) => walked),
    ),
    stats: { ...sumOf(answers.map(({ stats }) => stats)), seconds: (host.clock.now() - begun) / 1000 },
  });
  // Only now: what is ignored by its path must still have one.
  return { ...report, findings: foldFindings(report.findings) };
}

/** One answer for each image that the order's names turn out to be, and one for each name that leads nowhere. */
async function fulfil(
  order: Order,
  request: GuardRequest,
  host: GuardHost,
  known: KnownListings,
): Promise<readonly Answer[]> {
  const found = new Map<string, Target | FailureRecord>();
  for (const name of order.names) found.set(name, await orFailure(() => lookUp(name, order, host)));
  const targets = [...found.values()].filter((one) => 'root' in one);
  const answers = new Map<string, Answer>();
  for (const subject of subjectsOf(targets, order, host)) {
    answers.set(subject.targets[0].reference.text, await examine(subject, request, host, known));
    host.imageDone?.();
  }
  return [...found].flatMap(([name, one]) =>
    'code' in one ? unread(identityOf(name, order), one) : (answers.get(name) ?? []),
  );
}

async function lookUp(name: string, { parts }: Order, host: GuardHost): Promise<Target> {
  const reference = parseReference(name);
  const source = verified(openParts(reference, parts, host));
  try {
    return { reference, source, root: await source.resolve(host.signal) };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** The digests of a matrix build are looked up together, as the image that they are about to become. */
function openParts(reference: ImageReference, parts: readonly Digest[], host: GuardHost): ImageSource {
  const [first, ...others] = parts;
  if (first === undefined) return openSource(reference, host);
  if (!isAskedByDigest(reference)) throw notByDigest(reference);
  return combineDigests(reference.text, [first, ...others], (digest) =>
    openSource({ ...reference, digest }, host),
  );
}

function notByDigest({ text }: ImageReference): Failure {
  return new Failure(
    'E_USAGE',
    `${text} cannot be asked for the digests of a matrix build`,
    'name the repository that the legs were pushed to',
  );
}

/**
 * With a digest all references are one subject: what was built is read, and each tag is held against it. Without
 * one, references are the same image when they point at the same digest.
 */
function subjectsOf(targets: readonly Target[], order: Order, host: GuardHost): readonly Subject[] {
  const groups =
    order.digest === null ? [...Map.groupBy(targets, ({ root }) => root.digest).values()] : [targets];
  return groups.flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const settled = settleOrder(order, first.root.digest);
    const expectedDigest = isAskedByDigest(first.reference) ? settled.digest : null;
    if (expectedDigest !== settled.digest && first.root.digest !== settled.digest) {
      host.notice(`${first.reference.text} has no digest that a build knows: it is not compared with digest`);
    }
    const source = sourceOf([first, ...others], expectedDigest, host);
    return [{ order: settled, targets: [first, ...others], source, expectedDigest }];
  });
}

/** A target that points at the digest, else the first one asked by digest. */
function sourceOf(
  targets: readonly [Target, ...Target[]],
  digest: Digest | null,
  host: GuardHost,
): VerifiedSource {
  const [{ reference, source }] = targets;
  const right = targets.find(({ root }) => root.digest === digest);
  if (right !== undefined || digest === null || !isAskedByDigest(reference)) return right?.source ?? source;
  return verified(openSource({ ...reference, digest }, host));
}

/** Engines and their archives have no digest that a build or a registry knows. */
function isAskedByDigest(
  reference: ImageReference,
): reference is Exclude<ImageReference, { scheme: 'docker-daemon' | 'docker-archive' }> {
  return reference.scheme !== 'docker-archive' && reference.scheme !== 'docker-daemon';
}

async function examine(
  subject: Subject,
  request: GuardRequest,
  host: GuardHost,
  known: KnownListings,
): Promise<Answer> {
  const { order, targets, source, expectedDigest } = subject;
  const identity = identityOf(targets[0].reference.text, order, subject);
  const answer = await orFailure(async () => {
    const root = await source.resolve(host.signal);
    const budget = new ReadBudget();
    const layers = new LayerReader(async (layer) => {
      const stream = () => watched(source.stream(layer.descriptor, host.signal), host.watch);
      const listing = await known.orRead(layer, budget, () =>
        readLayer(layer, stream, host.listings, budget, request.archives),
      );
      host.watch({ kind: 'layer-done' });
      return listing;
    });
    const question = {
      reference: identity.reference,
      root,
      required: order.platforms,
      exactPlatforms: request.exactPlatforms,
      index: request.index,
      isPartial: !isAskedByDigest(targets[0].reference),
      expectedDigest,
      tags: targets.map((target) => ({ tag: target.reference.text, digest: target.root.digest })),
      unpinned: expectedDigest === null && isPublished(order) && isByTag(targets[0].reference),
    };
    const found = await inspectImage(
      question,
      source,
      layers.read,
      { ...request, watch: host.watch },
      host.signal,
    );
    const workflowRef = host.env['GITHUB_WORKFLOW_REF'] ?? null;
    const hints = { ...order, repository: host.repository, workflowRef };
    return {
      image: imageReportOf(isPublished(order) ? { ...identity, root } : identity, found),
      findings: await pointAtLines(found, hints, source, host.signal),
      walked: found.outcomes.map(walkedOf),
      stats: { bytesFetched: source.bytesFetched(), layersRead: layers.layersRead, ...sizeOf(found, root) },
    };
  });
  await Promise.all([...targets, subject].map((one) => one.source.close()));
  return 'code' in answer ? unread(identity, answer) : answer;
}

function isByTag(reference: ImageReference): boolean {
  return reference.scheme === 'registry' && reference.digest === undefined;
}

/** The image that the digests of a matrix build are about to become has no digest that anybody else would know. */
function isPublished({ parts }: Order): boolean {
  return parts.length === 0;
}

function identityOf(reference: string, order: Order, subject?: Subject): ImageIdentity {
  const root = isPublished(order) ? (subject?.targets[0].root ?? null) : null;
  const digest = subject?.expectedDigest ?? root?.digest;
  const first = subject?.targets[0].reference;
  const name = first?.scheme === 'registry' ? `${first.registry}/${first.repository}` : null;
  return {
    reference,
    tags: subject?.targets.map((target) => target.reference.text) ?? [],
    root,
    pinned: name === null || digest === undefined ? null : `${name}@${digest}`,
    required: order.platforms,
  };
}

function unread(identity: ImageIdentity, failure: FailureRecord): Answer {
  const stats = { bytesFetched: 0, bytesTotal: 0, layersRead: 0, layersTotal: 0 };
  return { image: failedImageReport(identity, failure), findings: [], walked: null, stats };
}

async function orFailure<T>(work: () => Promise<T>): Promise<T | FailureRecord> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return recordOf(error);
    throw error;
  }
}

function sumOf(all: readonly Omit<Stats, 'seconds'>[]): Omit<Stats, 'seconds'> {
  const total = (key: keyof Omit<Stats, 'seconds'>): number => all.reduce((sum, one) => sum + one[key], 0);
  return {
    bytesFetched: total('bytesFetched'),
    bytesTotal: total('bytesTotal'),
    layersRead: total('layersRead'),
    layersTotal: total('layersTotal'),
  };
}
