import { readPlatform } from './descriptor.ts';
import { parseDigest, type Digest } from './digest.ts';
import { Fields } from './fields.ts';
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
  /** Paths that get a file system of their own. */
  readonly volumes: readonly string[];
}

export interface HistoryEntry {
  readonly createdBy: string;
  readonly comment: string;
  readonly emptyLayer: boolean;
}

/** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
export function parseImageConfig(bytes: Uint8Array, where: string): ImageConfig {
  const fields = Fields.parse(bytes, where);
  const rootfs = fields.object('rootfs');
  const process = fields.object('config');
  return {
    platform: readPlatform(fields),
    diffIds: (rootfs?.texts('diff_ids') ?? []).map((text) => parseDigest(text, `${where}: rootfs: diff_ids`)),
    history: fields.objects('history').map(readHistoryEntry),
    process: process ? readProcess(process) : NO_PROCESS,
    labels: process?.textMap('Labels') ?? {},
  };
}

/** What a config without the object says. */
export const NO_PROCESS: ProcessConfig = {
  user: '',
  workingDir: '',
  entrypoint: null,
  cmd: null,
  env: [],
  healthcheck: null,
  volumes: [],
};

function readProcess(fields: Fields): ProcessConfig {
  return {
    user: fields.text('User') ?? '',
    workingDir: fields.text('WorkingDir') ?? '',
    entrypoint: fields.texts('Entrypoint'),
    cmd: fields.texts('Cmd'),
    env: fields.texts('Env') ?? [],
    healthcheck: fields.object('Healthcheck')?.texts('Test') ?? null,
    volumes: fields.object('Volumes')?.names() ?? [],
  };
}

function readHistoryEntry(fields: Fields): HistoryEntry {
  return {
    createdBy: fields.text('created_by') ?? '',
    comment: fields.text('comment') ?? '',
    emptyLayer: fields.flag('empty_layer'),
  };
}
