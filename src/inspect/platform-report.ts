/** What the report says about one platform: what starts, from which files, and what was passed over on purpose. */
import type { FailureRecord } from '../base/failure.ts';
import { describeElf } from '../elf/describe-elf.ts';
import { formatPlatform } from '../oci/platform.ts';
import type { ContentFacts } from '../rootfs/content-facts.ts';
import type { Entry, Located } from '../rootfs/entry.ts';
import { type IndexEntry, type PlatformFacts, tracesIn } from '../rules/facts.ts';
import { entrypointOf } from '../start/command-line.ts';
import type { StartTrace } from '../start/start-trace.ts';
import type { ChainLink, PlatformReport, StartReport } from '../verdict/report.ts';

/** One entry of the index and what came of it: facts, a failure, or both when some of it was unreadable. */
export interface PlatformOutcome {
  readonly entry: IndexEntry;
  readonly facts: PlatformFacts | null;
  readonly failure: FailureRecord | null;
  /** The file at a canonical path and those it hides, the visible one first, as far as the layers read tell. */
  readonly versionsOf: (path: string) => readonly Located[];
}

/** As the report names it. */
export function platformNameOf({ platform }: IndexEntry): string {
  return platform === null ? 'unknown' : formatPlatform(platform);
}

/** `verdict` is left at `pass` or `unverified` here: findings are counted by the judge. */
export function platformReportOf({
  entry,
  facts,
  failure,
}: Omit<PlatformOutcome, 'versionsOf'>): PlatformReport {
  return {
    platform: platformNameOf(entry),
    digest: entry.descriptor.digest,
    verdict: failure === null ? 'pass' : 'unverified',
    inspected: failure === null,
    start: facts === null ? null : startReportOf(facts),
    exemptions: facts?.survey?.exemptions ?? [],
    leftOut: facts === null ? [] : leftOutOf(facts),
    filesExamined: facts === null ? 0 : filesExamined(facts),
    failure,
  };
}

function leftOutOf(facts: PlatformFacts): readonly string[] {
  const started = tracesIn(facts).flatMap(({ leftOut }) => leftOut);
  return [...new Set([...started, ...(facts.survey?.leftOut ?? [])])];
}

function filesExamined(facts: PlatformFacts): number {
  const started = tracesIn(facts).map(({ steps }) => steps.filter(({ file }) => file !== null).length);
  return facts.survey?.files ?? Math.max(...started);
}

function startReportOf({ image, trace }: PlatformFacts): StartReport {
  const entrypoint = entrypointOf(image.config.process);
  return {
    argv: trace.argv,
    entrypoint: entrypoint.length === 0 ? null : entrypoint,
    user: image.config.process.user,
    workingDir: trace.workingDir,
    chain: chainOf(trace),
  };
}

function chainOf(trace: StartTrace): ChainLink[] {
  return trace.steps
    .filter(({ chain }) => chain === 'start')
    .map(({ role, name, file }) => ({
      role,
      path: file?.path ?? name,
      resolvedPath: file?.located.path ?? null,
      format: file === null ? null : formatOf(file.located.entry),
      layer: file?.located.layer ?? null,
    }));
}

/** What a file is, in the words of file(1) as far as they matter here. */
export function formatOf(entry: Entry): string {
  return entry.content === undefined ? entry.type : contentFormat(entry.content);
}

function contentFormat(content: ContentFacts): string {
  switch (content.kind) {
    case 'elf':
      return describeElf(content);
    case 'script':
      return `script, ${content.head.split('\n', 1)[0]?.trimEnd() ?? '#!'}`;
    case 'empty':
      return 'empty file';
    case 'packages':
      return `${content.database} database`;
    case 'other':
      return content.detail === null ? content.format : `${content.format}, ${content.detail}`;
  }
}
