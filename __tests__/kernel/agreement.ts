/** Compares what a kernel says of a case with what the rules say, and both with what the case expects. */
import type { KernelAnswer } from './judge.ts';
import { type KernelCase, ROOT } from './kernel-case.ts';
import type { RulesAnswer } from './rules-answer.ts';

/** In words, everything that does not agree; empty when all does. `kernel` is null where the runtime decides alone. */
export function disagreements(
  question: KernelCase,
  kernel: KernelAnswer | null,
  rules: RulesAnswer,
): readonly string[] {
  const found: string[] = [];
  const expected = expectedOf(question);
  const spoken = [...new Set(rules.observations.map(({ severity, rule }) => `${severity} ${rule}`))].sort();
  if (spoken.join() !== expected.speaks.join()) {
    found.push(`the rules say [${spoken.join(', ')}] instead of [${expected.speaks.join(', ')}]`);
  }
  for (const { path, why } of rules.trace.unreadable) found.push(`unreadable: ${path}: ${why}`);
  if (question.as !== undefined || kernel !== null) found.push(...userDisagreements(question, rules));
  if (kernel === null) return found;
  if (kernel.starts !== expected.starts) found.push(`the kernel says: ${kernel.how}`);
  if (question.kernel !== undefined && question.kernel !== kernel.how) {
    found.push(`the kernel says "${kernel.how}" instead of "${question.kernel}"`);
  }
  if (question.prints !== undefined && !kernel.output.includes(question.prints)) {
    found.push(`nothing printed "${question.prints}"`);
  }
  if (found.length > 0) found.push(`kernel: ${kernel.how} ${JSON.stringify(kernel.output.slice(0, 200))}`);
  return found;
}

function expectedOf(question: KernelCase): {
  readonly starts: boolean;
  readonly speaks: readonly string[];
} {
  const { expect, here } = question;
  if (expect === 'starts') return { starts: true, speaks: [] };
  if ('error' in expect) return { starts: false, speaks: [`error ${expect.error}`] };
  return {
    // What does not start then is HEALTHCHECK's own program.
    starts: question.runs !== 'healthcheck' && here !== 'ends',
    speaks: ['warning' in expect ? `warning ${expect.warning}` : `note ${expect.note}`],
  };
}

function userDisagreements(question: KernelCase, { trace }: RulesAnswer): string[] {
  const { uid, gid, groups } = question.as ?? ROOT;
  const expected = JSON.stringify({ uid, gid, groups });
  const found = JSON.stringify(trace.credentials);
  return found === expected ? [] : [`the user is ${found} instead of ${expected}`];
}
