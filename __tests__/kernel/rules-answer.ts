/** The same case, traced and judged by the start rules alone: for words and files that no report tells. */
import { type ImageConfig, NO_PROCESS } from '../../src/oci/image-config.ts';
import type { Platform } from '../../src/oci/platform.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import type { PlatformFacts } from '../../src/rules/facts.ts';
import { RULES } from '../../src/rules/index.ts';
import type { Observation, Severity } from '../../src/rules/rule.ts';
import type { StartTrace } from '../../src/start/start-trace.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { sha256Of } from '../support/layer-builder.ts';
import { AMD64 } from './guard-answer.ts';
import type { KernelCase } from './kernel-case.ts';
import { listingsOf } from './layer-listings.ts';

export interface RulesAnswer {
  readonly trace: StartTrace;
  readonly observations: readonly RuledObservation[];
}

export interface RuledObservation {
  readonly rule: string;
  readonly severity: Severity;
  readonly observation: Observation;
}

export async function askRules(question: KernelCase): Promise<RulesAnswer> {
  const platform = question.platform ?? AMD64;
  const listings = await listingsOf(question.layers);
  const config = configOf(question, platform);
  const trace = traceStart(RootFs.of(listings.toReversed()), { config, platform });
  return { trace, observations: observationsOf(factsOf(config, trace)) };
}

function configOf(question: KernelCase, platform: Platform): ImageConfig {
  const process = { ...NO_PROCESS, ...question.config };
  return { platform, diffIds: [], history: [], process, labels: {} };
}

function factsOf(config: ImageConfig, trace: StartTrace): PlatformFacts {
  const descriptor = { mediaType: '', digest: sha256Of(''), size: 0, annotations: {} };
  const manifest = { mediaType: '', config: descriptor, layers: [], annotations: {} };
  const { platform } = config;
  return {
    image: { platform, claimed: null, descriptor, manifest, config },
    trace,
    survey: null,
    filesArchitecture: null,
  };
}

function observationsOf(facts: PlatformFacts): RuledObservation[] {
  return RULES.filter((rule) => rule.scope === 'start').flatMap((rule) =>
    [...rule.examine(facts)].map((observation) => ({
      rule: rule.id,
      severity: observation.severity ?? rule.severity,
      observation,
    })),
  );
}
