/** Findings -> findings that know their line: build provenance is read only for platforms that have something to explain. */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';
import { decodeBytes } from '../base/plain-text.ts';
import type { Digest } from '../oci/digest.ts';
import { formatPlatform, type Platform } from '../oci/platform.ts';
import { type Origin, originsOf } from '../origin/locate.ts';
import type { Suspect } from '../origin/suspect.ts';
import type { Location, RelatedLocation } from '../origin/location.ts';
import { locatePlatformsLine, platformFiles } from '../origin/platforms-line.ts';
import { parseProvenance, type Provenance } from '../origin/provenance.ts';
import type { Repository } from '../origin/repository.ts';
import type { Located } from '../rootfs/entry.ts';
import type { IndexEntry, PlatformImage } from '../rules/facts.ts';
import { type Finding, holdsFor } from '../verdict/finding.ts';
import type { ImageAnswer } from './inspect-image.ts';
import type { Attestation, ManifestReader } from './platform-images.ts';
import type { PlatformOutcome } from './platform-report.ts';
import { secondPlace } from './second-place.ts';

/** The checkout, and what inputs or metadata say about the build. */
export interface BuildHints {
  readonly repository: Repository;
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly target: string | null;
  /** `acme/shop/.github/workflows/ci.yml@refs/heads/main` of the run; null outside Actions. */
  readonly workflowRef: string | null;
}

/** The same findings in the same order. What cannot be read or matched leaves them as they are. */
export async function pointAtLines(
  { findings, outcomes, attestations }: ImageAnswer,
  hints: BuildHints,
  reader: ManifestReader,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const origins = new Map<string, Promise<(suspect: Suspect) => Origin>>();
  const present = outcomes.flatMap(({ entry: { platform } }) => platform ?? []);
  return Promise.all(
    findings.map(async (finding) => {
      if (ASKED_FOR.has(finding.rule)) return { ...finding, location: asksFor(present, hints) };
      const outcome = outcomes.find(({ entry }) => isFirstOf(finding, entry));
      const image = outcome?.entry.image;
      if (outcome === undefined || !image) return finding;
      const { digest } = image.descriptor;
      const asked = origins.get(digest) ?? originsOfImage(image, attestations, hints, reader, signal);
      origins.set(digest, asked);
      const ask = await asked;
      const second = secondPlace(finding, outcome.versionsOf, ask);
      return withOrigin(finding, ask(suspectOf(finding, outcome)), second);
    }),
  );
}

/** Rules about which platforms the build asked for. */
const ASKED_FOR: ReadonlySet<string> = new Set(['missing-platform', 'unexpected-platform']);

/** Where the build asks for just the platforms that the image has. */
function asksFor(present: readonly Platform[], { repository, workflowRef }: BuildHints): Location | null {
  return locatePlatformsLine(present, platformFiles(repository, workflowRef));
}

/** A finding of several platforms is explained by the first of them. */
function isFirstOf(finding: Finding, { platform, descriptor: { digest } }: IndexEntry): boolean {
  if (platform === null) return false;
  const name = formatPlatform(platform);
  return name === finding.platforms[0] && holdsFor(finding, { platform: name, digest });
}

async function originsOfImage(
  image: PlatformImage,
  attestations: readonly Attestation[],
  hints: BuildHints,
  reader: ManifestReader,
  signal: AbortSignal,
): Promise<(suspect: Suspect) => Origin> {
  const provenance = await readProvenance(image, attestations, reader, signal);
  const layers = image.manifest.layers.map(({ digest }) => digest);
  return originsOf({ ...hints, layers, config: image.config, provenance });
}

/** null when there is none or it cannot be read: provenance explains, it never decides. */
async function readProvenance(
  { descriptor: { digest } }: PlatformImage,
  attestations: readonly Attestation[],
  reader: ManifestReader,
  signal: AbortSignal,
): Promise<Provenance | null> {
  const statements = attestations
    .filter(({ subject }) => subject === digest)
    .flatMap(({ manifest }) => manifest.layers)
    .filter(({ annotations }) => annotations['in-toto.io/predicate-type']?.startsWith(PROVENANCE) === true);
  for (const statement of statements) {
    try {
      const bytes = await reader.readBytes(statement, LIMITS.provenanceBytes, signal);
      const provenance = parseProvenance(decodeBytes(bytes));
      if (provenance !== null) return provenance;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return null;
}

const PROVENANCE = 'https://slsa.dev/provenance/';

function suspectOf(
  { rule, path, layer, evidence }: Finding,
  { facts, versionsOf }: PlatformOutcome,
): Suspect {
  const versions = path === null ? [] : versionsOf(path);
  const step = facts?.trace.steps.find(({ file }) => file !== null && file.path === path);
  const entry = step?.file?.located.entry ?? versions[0]?.entry ?? null;
  const about = evidence['workingDir'] === undefined ? rule : 'working-directory';
  return {
    rule: about,
    path,
    layer: layer ?? (PATH_ALONE.has(rule) ? layerOf(versions) : null),
    entry,
    versions,
  };
}

/** Rules that name a file and not its layer: about whole platforms, or about what a loader passed over. */
const PATH_ALONE: ReadonlySet<string> = new Set(['same-content', 'library-mismatch']);

function layerOf([visible]: readonly Located[]): Digest | null {
  return visible?.layer ?? null;
}

function withOrigin(
  finding: Finding,
  { createdBy, location, related, fix }: Origin,
  second: RelatedLocation | null,
): Finding {
  const known = [location, ...related].some(
    (one) => one?.file === second?.file && one?.line === second?.line,
  );
  const places = second === null || known ? related : [...related, second];
  return { ...finding, createdBy, location, related: places, fix: fix ?? finding.fix };
}
