/** Cases before Debian's arm64 kernel: one boot answers them all. */
import { expect, test } from '@jest/globals';
import { disagreements } from './agreement.ts';
import { askArm64 } from './arm64-machine.ts';
import { arm64Cases } from './cases/arm64.ts';
import { arm64SegmentCases } from './cases/arm64-segments.ts';
import { neutralArm64Cases } from './cases/on-arm64.ts';
import { askGuard, type GuardAnswers } from './guard-answer.ts';
import type { KernelCase } from './kernel-case.ts';

test('the rules say what an arm64 kernel and its loaders do', async () => {
  const questions = [...arm64Cases(), ...arm64SegmentCases, ...neutralArm64Cases()];
  expect(questions.length).toBeGreaterThan(900);
  const [answers, asked] = await Promise.all([askArm64(questions), askGuards(questions)]);
  const found: string[] = [];
  for (const [index, [question, guards]] of asked.entries()) {
    const differences = await disagreements(question, answers[index] ?? null, guards);
    if (differences.length > 0) found.push(`${question.name}: ${differences.join('; ')}`);
  }
  process.stdout.write(
    `kernel agreement (arm64): ${questions.length - found.length} of ${questions.length}\n`,
  );
  expect(found).toEqual([]);
}, 600_000);

async function askGuards(questions: readonly KernelCase[]): Promise<(readonly [KernelCase, GuardAnswers])[]> {
  const answers: (readonly [KernelCase, GuardAnswers])[] = [];
  for (const question of questions) answers.push([question, await askGuard(question)]);
  return answers;
}
