/** The same layers, packed as an image, and what guard() reports of it. */
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import type { KeptListings } from '../../src/layers/read-layer.ts';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { formatPlatform, type Platform } from '../../src/oci/platform.ts';
import { RULES } from '../../src/rules/index.ts';
import { exitStatusOf, failuresOf } from '../../src/verdict/judge.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type BuiltImage, writeLayout } from '../support/image-builder.ts';
import { type BuiltLayer, layerOf, type TarItem } from '../support/layer-builder.ts';
import type { KernelCase } from './kernel-case.ts';
import { type LargeFile, numberOf, partLargeFiles } from './large-files.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };

/** What people see of a run: nothing of how it came about. */
export interface GuardAnswer {
  readonly verdict: Report['verdict'];
  readonly exitStatus: number;
  /** `error program-not-found`, each once, sorted. */
  readonly findings: readonly string[];
  readonly messages: readonly string[];
  /** The text of every error. */
  readonly errors: readonly (string | null)[];
  /** What the report says is not known. */
  readonly leftOut: readonly string[];
}

export interface GuardAnswers {
  readonly start: GuardAnswer;
  readonly image: GuardAnswer;
}

/** A large layer below those of the cases: written once, read once. */
export interface BaseLayer {
  readonly layer: BuiltLayer;
  /** Where its bytes lie. */
  readonly blob: string;
}

const home = mkdtempSync(join(tmpdir(), 'kernel-layers-'));
afterAll(() => rmSync(home, { recursive: true }));

export function makeBase(content: Buffer | readonly TarItem[]): BaseLayer {
  const layer = layerOf(content, 'none');
  const blob = join(home, layer.descriptor.digest.replace(':', '-'));
  writeFileSync(blob, layer.bytes);
  return { layer, blob };
}

/** What is read of a layer is not read again. */
const LISTINGS = keptInMemory();

function keptInMemory(): KeptListings {
  const kept = new Map<string, Buffer>();
  const store = {
    get: (name: string) => Promise.resolve(kept.get(name) ?? null),
    put: (name: string, bytes: Buffer) => Promise.resolve(void kept.set(name, bytes)),
  };
  return { store, seal: { version: 'test', key: '' }, smallest: 16 * 1024 };
}

type Scope = 'start' | 'image';
type Users = 'image-user' | 'image-and-arbitrary-user';

/** The whole image is examined once for all cases that differ in their command, or in its script, alone. */
export async function askGuard(question: KernelCase): Promise<GuardAnswers> {
  const others = otherFilesOf(question);
  const isNew = !examined.has(others);
  examined.add(others);
  return withImage(question, [], async (ask) => {
    const start = await ask('start');
    return { start, image: isNew ? await ask('image') : start };
  });
}

const examined = new Set<string>();

function otherFilesOf({ layers, config, platform, runs }: KernelCase): string {
  const [command = ''] = config?.entrypoint ?? [];
  const others = layers.map((items) => items.filter(({ name }) => `/${name.toString()}` !== command));
  return JSON.stringify([others.map((items) => items.map(keyOf)), platform, runs]);
}

function keyOf({ data, ...item }: TarItem): unknown {
  return Buffer.isBuffer(data) ? [item, numberOf(data)] : [item, data];
}

/** Opens the image, with the bases below its layers, for as long as it is asked about. */
export async function withImage<T>(
  question: KernelCase,
  bases: readonly BaseLayer[],
  work: (ask: (scope: Scope, users?: Users) => Promise<GuardAnswer>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-image-'));
  try {
    const { large, layers } = partLargeFiles(question.layers);
    const below = [...bases, ...large.map(basedOn)];
    const { blobs, ...image } = imageOf({ ...question, layers }, below);
    const shared = new Map(below.map(({ layer, blob }) => [layer.descriptor.digest, blob]));
    const own = new Map([...blobs].filter(([digest]) => !shared.has(digest)));
    writeLayout(folder, { '': { ...image, blobs: own } });
    for (const [digest, blob] of shared) linkSync(blob, join(folder, 'blobs', digest.replace(':', '/')));
    const host = guardHost({ listings: LISTINGS });
    return await work(async (scope, users = 'image-user') =>
      answerOf(await guard(guardRequest([`oci:${folder}`], [], { scope, users }), host)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Once for each file. */
function basedOn({ key, item }: LargeFile): BaseLayer {
  const base = largeFiles.get(key) ?? makeBase([item]);
  largeFiles.set(key, base);
  return base;
}

const largeFiles = new Map<string, BaseLayer>();

function imageOf(question: KernelCase, below: readonly BaseLayer[]): BuiltImage {
  const platform = formatPlatform(question.platform ?? AMD64);
  const config = configOf(question.config ?? {});
  const layers = [...below.map(({ layer }) => layer), ...question.layers];
  return buildImage({ platforms: [{ platform, config, layers, compression: 'none' }] });
}

export function answerOf(report: Report): GuardAnswer {
  const { verdict, findings, images } = report;
  const failures = images.flatMap(failuresOf).map(({ code, message }) => `${code} ${message}`);
  return {
    verdict,
    exitStatus: exitStatusOf(report),
    findings: [...new Set(findings.map(({ severity, rule }) => `${severity} ${rule}`))].sort(),
    messages: [...failures, ...findings.map(({ message }) => message)],
    errors: findings.flatMap(({ severity, runtimeError }) => (severity === 'error' ? [runtimeError] : [])),
    leftOut: images.flatMap(({ platforms }) => platforms.flatMap(({ leftOut }) => leftOut)),
  };
}

/** As an image's config spells it. */
export function configOf({
  healthcheck,
  volumes,
  ...process
}: Partial<ProcessConfig>): Record<string, unknown> {
  return {
    User: process.user,
    WorkingDir: process.workingDir,
    Entrypoint: process.entrypoint,
    Cmd: process.cmd,
    Env: process.env,
    ...(healthcheck && { Healthcheck: { Test: healthcheck } }),
    ...(volumes && { Volumes: Object.fromEntries(volumes.map((path) => [path, {}])) }),
  };
}

/** Rules that speak of files which the start does not touch. */
const ABOUT_OTHER_FILES = new Set(RULES.filter(({ scope }) => scope === 'image').map(({ id }) => id));

/** In words, what the two scopes do not agree on: the larger one says all that the smaller one says, and more only of other files. */
export function scopeDisagreements({ start, image }: GuardAnswers): string[] {
  const lost = start.findings.filter((finding) => !image.findings.includes(finding));
  const more = image.findings.filter((finding) => !start.findings.includes(finding));
  const isAbove = more.filter((finding) => {
    const [severity = '', rule = ''] = finding.split(' ');
    return severity === 'error' && !ABOUT_OTHER_FILES.has(rule);
  });
  return [
    ...lost.map((finding) => `scope image does not say "${finding}"`),
    ...isAbove.map((finding) => `only scope image says "${finding}"`),
  ];
}

/** Verdict and exit status follow from the findings, and everything was read. */
export function inconsistencies(answer: GuardAnswer, { holds }: Pick<KernelCase, 'holds'> = {}): string[] {
  const { verdict, exitStatus, findings, messages } = answer;
  const hasErrors = findings.some((finding) => finding.startsWith('error '));
  const judged = hasErrors ? 'fail 1' : 'pass 0';
  const expected = holds === 'nothing' ? 'unverified 3' : judged;
  const found = `${verdict} ${exitStatus}`;
  return found === expected
    ? []
    : [`the verdict is ${found} with [${findings.join(', ')}]: ${messages.join('; ')}`];
}
