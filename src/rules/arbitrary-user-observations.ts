/**
 * What the rules about the start say when the container runs as an arbitrary user, and do not say already of the
 * image's own: the same fault, and for whom.
 */
import type { PlatformFacts } from './facts.ts';
import type { Observation, StartRule } from './rule.ts';

export function* arbitraryUserObservations(rule: StartRule, facts: PlatformFacts): Generator<Observation> {
  const { arbitraryTrace: trace } = facts;
  if (trace === undefined || trace.credentials === null) return;
  const known = new Set([...rule.examine(facts)].map(faultOf));
  const { uid, gid } = trace.credentials;
  for (const seen of rule.examine({ ...facts, trace })) {
    if (known.has(faultOf(seen))) continue;
    yield {
      ...seen,
      title: `as an arbitrary user ${seen.title}`,
      message: `${seen.message} That is when the container runs as ${uid}:${gid}, as on OpenShift.`,
      evidence: { ...seen.evidence, user: `${uid}:${gid}` },
    };
  }
}

/** What is wrong with what; the message names the user too. */
function faultOf({ severity, title, path, runtimeError }: Observation): string {
  return JSON.stringify([severity, title, path, runtimeError]);
}
