/** Compares what a kernel says of a case with what guard() reports, and both with what the case expects. */
import type { Credentials } from '../../src/start/users/users.ts';
import { credentialsOf } from './credentials.ts';
import { type GuardAnswers, inconsistencies, scopeDisagreements } from './guard-answer.ts';
import type { KernelAnswer } from './question.ts';
import { type KernelCase, ROOT } from './kernel-case.ts';
import { untold } from './told-errors.ts';

/**
 * In words, everything that does not agree; empty when all does. `kernel` is null where the runtime decides alone.
 * `texts`: whether people would see what it prints, which is not so of emulators.
 */
export async function disagreements(
  question: KernelCase,
  kernel: KernelAnswer | null,
  guards: GuardAnswers,
  texts: 'of-the-kernel' | 'of-emulators' = 'of-the-kernel',
): Promise<readonly string[]> {
  const found = [
    ...guardDisagreements(question, guards),
    ...(question.as === undefined && kernel === null
      ? []
      : userDisagreements(question, await credentialsOf(question))),
  ];
  if (kernel !== null) found.push(...kernelDisagreements(question, kernel));
  if (kernel !== null && texts === 'of-the-kernel')
    found.push(...untold(question, kernel, guards.start.errors));
  if (kernel !== null && found.length > 0) {
    found.push(`kernel: ${kernel.how} ${JSON.stringify(kernel.output.slice(0, 200))}`);
  }
  return found;
}

function guardDisagreements(question: KernelCase, answers: GuardAnswers): string[] {
  const { start } = answers;
  const expected = expectedOf(question).findings;
  const isExpected = start.findings.join() === expected.join();
  return [
    ...(isExpected
      ? []
      : [`guard says [${start.findings.join(', ')}] instead of [${expected.join(', ')}]`, ...start.messages]),
    ...unsaid(question, start.leftOut),
    ...[start, answers.image].flatMap((answer) => inconsistencies(answer, question)),
    ...scopeDisagreements(answers),
  ];
}

function unsaid({ expect }: KernelCase, leftOut: readonly string[]): string[] {
  if (typeof expect === 'string' || !('leftOut' in expect)) return [];
  const isSaid = leftOut.some((words) => words.includes(expect.leftOut));
  return isSaid ? [] : [`"${expect.leftOut}" is not among what is left out: ${leftOut.join('; ')}`];
}

function kernelDisagreements(question: KernelCase, kernel: KernelAnswer): string[] {
  const found: string[] = [];
  if (kernel.starts !== expectedOf(question).starts) found.push(`the kernel says: ${kernel.how}`);
  if (question.kernel !== undefined && question.kernel !== kernel.how) {
    found.push(`the kernel says "${kernel.how}" instead of "${question.kernel}"`);
  }
  if (question.prints !== undefined && !kernel.output.includes(question.prints)) {
    found.push(`nothing printed "${question.prints}"`);
  }
  return found;
}

export function expectedOf(question: KernelCase): {
  readonly starts: boolean;
  readonly findings: readonly string[];
} {
  const { expect, here, besides } = question;
  if (expect === 'starts') return { starts: true, findings: [] };
  if ('leftOut' in expect) return { starts: false, findings: [] };
  if ('error' in expect) {
    const more = besides === undefined ? [] : [besides];
    return { starts: false, findings: [`error ${expect.error}`, ...more] };
  }
  return {
    // What does not start then is HEALTHCHECK's own program.
    starts: question.runs !== 'healthcheck' && here !== 'ends',
    findings: ['warning' in expect ? `warning ${expect.warning}` : `note ${expect.note}`],
  };
}

function userDisagreements(question: KernelCase, credentials: Credentials | null): string[] {
  const { uid, gid, groups } = question.as ?? ROOT;
  const expected = JSON.stringify({ uid, gid, groups });
  const found = JSON.stringify(credentials);
  return found === expected ? [] : [`the user is ${found} instead of ${expected}`];
}
