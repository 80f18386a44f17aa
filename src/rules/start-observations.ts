/**
 * What a rule about the start says where engines unpack the image differently. What fails under either of them is as
 * it is; what only some of them show is no error unless the others fail as well, in some other way.
 */
import type { PlatformFacts } from './facts.ts';
import type { Observation, StartRule } from './rule.ts';

/** `rules`: all about the start, which tell whether it fails. */
export function startObservations(
  rule: StartRule,
  facts: PlatformFacts,
  rules: readonly StartRule[],
): readonly Observation[] {
  const { otherwise } = facts.trace;
  if (otherwise === undefined) return [...rule.examine(facts)];
  const others = { ...facts, trace: otherwise.trace };
  const [seen, seenByOthers] = [[...rule.examine(facts)], [...rule.examine(others)]];
  const faults = [seen, seenByOthers].map((all) => new Set(all.map(faultOf)));
  const isShared = (each: Observation): boolean => faults.every((known) => known.has(faultOf(each)));
  const isSure = fails(rules, facts) && fails(rules, others);
  const directories = otherwise.directories.slice(0, SHOWN).join(', ');
  const doubted = (observation: Observation, engines: string, why: string): Observation => ({
    ...observation,
    title: `under ${engines} ${observation.title}`,
    ...(isSure || severityOf(rule, observation) !== 'error' ? {} : { severity: 'warning' }),
    message: `${observation.message} ${why}`,
    evidence: { ...observation.evidence, impliedDirectories: otherwise.directories.slice(0, KEPT) },
  });
  const here = `That is where containerd unpacks the image: no entry of its layer names ${directories}, and containerd takes mode and owner from the layer below. docker's own store and podman make it root's, 0755.`;
  const there = `That is where docker's own store or podman unpack the image: no entry of its layer names ${directories}, and they make it root's, 0755. containerd takes mode and owner from the layer below.`;
  return [
    ...seen.map((each) => (isShared(each) ? each : doubted(each, 'containerd', here))),
    ...seenByOthers
      .filter((each) => !isShared(each))
      .map((each) => doubted(each, 'docker and podman', there)),
  ];
}

const SHOWN = 3;
const KEPT = 50;

/** What is wrong with what; the message may name more: the user, what was searched. */
export function faultOf({ severity, title, path, runtimeError }: Observation): string {
  return JSON.stringify([severity, title, path, runtimeError]);
}

function fails(rules: readonly StartRule[], facts: PlatformFacts): boolean {
  return rules.some((rule) => [...rule.examine(facts)].some((seen) => severityOf(rule, seen) === 'error'));
}

function severityOf(rule: StartRule, { severity }: Observation): string {
  return severity ?? rule.severity;
}
