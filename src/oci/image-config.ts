import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** The config of one platform image (image-spec, config.md), as far as it decides what starts. */
export interface ImageConfig {
  /** architecture, os, variant, os.version as the config claims them. */
  readonly platform: Platform;
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
  readonly process: ProcessConfig;
  readonly labels: Readonly<Record<string, string>>;
}

/** The `config` object: what the runtime executes. Absent lists are empty, absent strings ''. */
export interface ProcessConfig {
  readonly user: string;
  readonly workingDir: string;
  /** null: the field is absent or null. */
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  /** `NAME=value`, in order. */
  readonly env: readonly string[];
  /** Docker's extension: Test is ["CMD", …], ["CMD-SHELL", text] or ["NONE"]. */
  readonly healthcheck: readonly string[] | null;
  readonly shell: readonly string[] | null;
}

export interface HistoryEntry {
  readonly createdBy: string;
  readonly comment: string;
  readonly emptyLayer: boolean;
}
