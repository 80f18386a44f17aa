import type { FailureRecord } from '../base/failure.ts';
import type { Finding } from './finding.ts';
import type { FailOn, IgnoredFinding } from './policy.ts';

/** The whole outcome of a run as plain data: what every reporter prints (INTERFACE of the JSON format, schemaVersion 1). */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  /** From which severity on a finding fails the run; with `never` a `fail` exits 0. */
  readonly failOn: FailOn;
  readonly images: readonly ImageReport[];
  readonly findings: readonly Finding[];
  /** Findings that an ignore entry silenced, with the entry's reason. */
  readonly ignored: readonly IgnoredFinding[];
  /** Things to know that are about the run: a stale ignore entry, a token that could not be read … */
  readonly notices: readonly string[];
  readonly stats: Stats;
}

export type Verdict = 'pass' | 'fail' | 'unverified';

export interface ImageReport {
  /** As the user wrote it. */
  readonly reference: string;
  /** Every reference that turned out to be this image, as written; the first is `reference`. */
  readonly tags: readonly string[];
  readonly digest: string | null;
  readonly mediaType: string | null;
  /** `name@sha256:…`, the thing to deploy; null for sources without a name and before a digest is known. */
  readonly pinned: string | null;
  readonly verdict: Verdict;
  readonly requiredPlatforms: readonly string[];
  readonly missingPlatforms: readonly string[];
  readonly platforms: readonly PlatformReport[];
  /** Build attestations in the index: counted, never inspected as images. */
  readonly attestations: number;
  /** Signatures, SOCI indexes and other entries of the index that are no images: counted likewise. */
  readonly artifacts: number;
  readonly failure: FailureRecord | null;
}

export interface PlatformReport {
  readonly platform: string;
  readonly digest: string;
  readonly verdict: Verdict;
  readonly inspected: boolean;
  readonly start: StartReport | null;
  /** What was passed over on purpose, by name, with how many files: `qemu-user payload: 12`. */
  readonly exemptions: readonly { readonly name: string; readonly count: number }[];
  /** What cannot be known without running: `the script /entrypoint.sh decides at run time`. */
  readonly leftOut: readonly string[];
  readonly filesExamined: number;
  readonly failure: FailureRecord | null;
}

export interface StartReport {
  /** ENTRYPOINT and CMD joined. */
  readonly argv: readonly string[];
  /** The config's ENTRYPOINT alone; null when CMD is the whole command. */
  readonly entrypoint?: readonly string[] | null;
  readonly user: string;
  readonly workingDir: string;
  readonly chain: readonly ChainLink[];
}

export interface ChainLink {
  readonly role: string;
  /** As asked for, and the file that was found. */
  readonly path: string;
  readonly resolvedPath: string | null;
  /** `ELF 64-bit little-endian x86-64, static`; null when nothing was found. */
  readonly format: string | null;
  readonly layer: string | null;
}

export interface Stats {
  readonly seconds: number;
  readonly bytesFetched: number;
  readonly bytesTotal: number;
  readonly layersRead: number;
  readonly layersTotal: number;
}
