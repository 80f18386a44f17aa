/** Kernels of machines that this one's processor does not run, each booted once with all its cases. */
import { afterAll, expect, test } from '@jest/globals';
import { disagreements } from '../agreement.ts';
import { askGuard } from '../guard-answer.ts';
import { askMachine } from './machine.ts';
import { machineCasesOf } from './machine-cases.ts';
import { EMULATED_MACHINES } from './machines.ts';

const counted = { asked: 0, agreed: 0 };

afterAll(() => {
  process.stdout.write(`kernel agreement (machines): ${counted.agreed} of ${counted.asked}\n`);
});

test.each(EMULATED_MACHINES.map((machine) => [machine.kernel.architecture, machine] as const))(
  'the rules say what a kernel for %s does',
  async (_, machine) => {
    const questions = machineCasesOf(machine);
    const [answers, guards] = await Promise.all([
      askMachine(machine.kernel, questions),
      Promise.all(questions.map(askGuard)),
    ]);
    const found: string[] = [];
    for (const [index, question] of questions.entries()) {
      const said = guards[index];
      if (said === undefined) continue;
      const differences = await disagreements(question, answers[index] ?? null, said);
      if (differences.length > 0) found.push(`${question.name}: ${differences.join('; ')}`);
    }
    counted.asked += questions.length;
    counted.agreed += questions.length - found.length;
    expect(found).toEqual([]);
  },
  600_000,
);
