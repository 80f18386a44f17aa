/** What the rules about the start chain have in common: which steps are refused, and how they are named. */
import { describeElf } from '../elf/describe-elf.ts';
import { isOfSomeHosts } from '../start/kernel/abi.ts';
import type { Refusal } from '../start/refusal.ts';
import type { StartStep, StartTrace, StepRole } from '../start/start-trace.ts';
import type { Observation, Severity } from './rule.ts';
import { runtimeErrorOf } from './runtime-error.ts';

type Kind = Refusal['kind'];

export interface RefusedStep<Refused extends Refusal = Refusal> {
  readonly step: StartStep;
  readonly refusal: Refused;
}

/** Nothing was found. */
export const LOOKUPS = [
  'missing',
  'not-a-directory',
  'symlink-loop',
  'name-too-long',
  'not-in-path',
  'in-relative-path',
] as const;

export const PROGRAMS: readonly StepRole[] = ['program', 'child', 'interpreter'];

/** Refusals of these kinds in the container's own start: HEALTHCHECK has a rule of its own. */
export function* refusedSteps<Wanted extends Kind>(
  trace: StartTrace,
  kinds: readonly Wanted[],
  roles: readonly StepRole[] = PROGRAMS,
): Generator<RefusedStep<Extract<Refusal, { readonly kind: Wanted }>>> {
  const steps = trace.steps.filter(({ chain, role }) => chain === 'start' && roles.includes(role));
  const certain = new Set(steps.filter(({ reach }) => reach === 'certain').flatMap(faultsOf));
  for (const step of steps) {
    // What is surely at fault is not perhaps at fault besides.
    const isSaid = step.reach === 'possible' && faultsOf(step).some((fault) => certain.has(fault));
    if (isSaid) continue;
    for (const refusal of step.refusals) if (isOneOf(refusal, kinds)) yield { step, refusal };
  }
}

/** One of a file and what is wrong with it. */
function faultsOf({ file, refusals }: StartStep): readonly string[] {
  return file === null ? [] : refusals.map(({ kind }) => `${kind} ${file.located.path}`);
}

function isOneOf<Wanted extends Kind>(
  refusal: Refusal,
  kinds: readonly Wanted[],
): refusal is Extract<Refusal, { readonly kind: Wanted }> {
  return (kinds as readonly Kind[]).includes(refusal.kind);
}

/** The fields of an observation about a step that are the same for every rule. */
export function about(
  trace: StartTrace,
  { step, refusal }: RefusedStep,
): Pick<Observation, 'severity' | 'path' | 'layer' | 'evidence' | 'runtimeError'> {
  const layer = step.file?.located.layer ?? null;
  const runtimeError = runtimeErrorOf(trace, step, refusal);
  return {
    severity: severityOf(step, refusal),
    path: step.file?.located.path ?? step.name,
    ...(layer === null ? {} : { layer }),
    ...(runtimeError === null ? {} : { runtimeError }),
    evidence: evidenceOf(trace, step),
  };
}

function severityOf(step: StartStep, refusal: Refusal): Severity {
  if ('effect' in refusal && refusal.effect === 'ignored') return 'note';
  return step.reach === 'certain' && isCertain(refusal) ? 'error' : 'warning';
}

/** Whether the start surely fails: on every host, and at once. */
export function isCertain(refusal: Refusal): boolean {
  switch (refusal.kind) {
    case 'malformed-elf':
      return refusal.fault.certainty === 'certain';
    case 'wrong-abi':
      return refusal.abi.kind === 'compat-32-bit' ? refusal.abi.hosts === 'few' : !isOfSomeHosts(refusal.abi);
    case 'crlf':
    case 'capabilities-not-granted':
      return refusal.certainty === 'certain';
    default:
      if ('effect' in refusal && refusal.effect === 'perhaps') return false;
      return !('hosts' in refusal) || refusal.hosts.on === 'all';
  }
}

/**
 * `path` and `layer` of the file at the path where the trace came by it. What is missing has no place: the file that
 * asks for it has.
 */
export function placedAt({ steps }: StartTrace, path: string): Pick<Observation, 'path' | 'layer'> {
  const located = steps.find(({ file }) => file?.path === path || file?.located.path === path)?.file?.located;
  const layer = located?.layer ?? null;
  return { path: located?.path ?? path, ...(layer === null ? {} : { layer }) };
}

/** The script whose `#!` line asks for the interpreter, itself or over `env`; null when the step is no interpreter. */
export function scriptOf({ steps }: StartTrace, step: StartStep): string | null {
  return step.role === 'interpreter' ? scriptBehind({ steps }, step) : null;
}

/** The script that has the step started; null when only programs and the config have. */
export function scriptBehind({ steps }: Pick<StartTrace, 'steps'>, step: StartStep): string | null {
  for (let at = step.by; at !== null; at = steps[at]?.by ?? null) {
    const file = steps[at]?.file ?? null;
    if (file?.located.entry.content?.kind !== 'elf') return file?.path ?? null;
  }
  return null;
}

/** How the step was come by. */
function evidenceOf(trace: StartTrace, step: StartStep): Observation['evidence'] {
  const asker = step.by === null ? null : trace.steps[step.by];
  return {
    role: step.role,
    via: step.via,
    asked: step.name,
    ...(asker == null ? {} : { by: asker.file?.path ?? asker.name }),
    ...(step.searched.length === 0 ? {} : { searched: [...step.searched] }),
    ...(step.file === null || step.file.hops.length === 0
      ? {}
      : { hops: step.file.hops.map(({ path, target }) => `${path} -> ${target}`) }),
  };
}

/** `/server`; `/bin/sh, the interpreter of /entrypoint.sh`; `node, which tini starts`. */
export function nameOf({ steps }: StartTrace, step: StartStep): string {
  const name = step.file?.path ?? step.name;
  const asker = step.by === null ? undefined : steps[step.by];
  if (asker === undefined) return name;
  const who = asker.file?.path ?? asker.name;
  if (step.role === 'loader') return `${name}, the loader of ${who}`;
  return step.role === 'interpreter' ? `${name}, the interpreter of ${who}` : `${name}, which ${who} starts`;
}

/** Who asked for the step: the script of an interpreter. */
export function askerOf({ steps }: StartTrace, step: StartStep): string {
  const asker = step.by === null ? undefined : steps[step.by];
  return asker?.file?.path ?? asker?.name ?? step.name;
}

/** What the step's file is: `ELF 32-bit little-endian i386, static`. */
export function formatOf({ file }: StartStep): string | null {
  const content = file?.located.entry.content;
  return content?.kind === 'elf' ? describeElf(content) : null;
}
