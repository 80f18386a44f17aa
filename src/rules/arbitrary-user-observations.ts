/**
 * What the rules about the start say when the container runs as an arbitrary user, and do not say already of the
 * image's own: the same fault, and for whom.
 */
import type { PlatformFacts } from './facts.ts';
import type { Observation, StartRule } from './rule.ts';
import { faultOf, startObservations } from './start-observations.ts';

export function* arbitraryUserObservations(
  rule: StartRule,
  facts: PlatformFacts,
  rules: readonly StartRule[],
): Generator<Observation> {
  const { arbitraryTrace: trace } = facts;
  if (trace === undefined || trace.credentials === null) return;
  const known = new Set(startObservations(rule, facts, rules).map(faultOf));
  const { uid, gid } = trace.credentials;
  for (const seen of startObservations(rule, { ...facts, trace }, rules)) {
    if (known.has(faultOf(seen))) continue;
    yield {
      ...seen,
      title: `as an arbitrary user ${seen.title}`,
      message: `${seen.message} That is when the container runs as ${uid}:${gid}, as on OpenShift.`,
      evidence: { ...seen.evidence, user: `${uid}:${gid}` },
    };
  }
}
