/** Kernels of machines that this one's processor does not run, or told to run less, each booted once with all its cases. */
import { afterAll, expect, test } from '@jest/globals';
import { disagreements } from '../agreement.ts';
import { NARROW_KERNEL } from '../emulated-kernel.ts';
import { askGuard } from '../guard-answer.ts';
import { modeCases } from './amd64-modes.ts';
import { askMachine } from './machine.ts';
import { machineCasesOf } from './machine-cases.ts';
import { EMULATED_MACHINES } from './machines.ts';

const counted = { asked: 0, agreed: 0 };

afterAll(() => {
  process.stdout.write(`kernel agreement (machines): ${counted.agreed} of ${counted.asked}\n`);
});

const BOOTS = [
  ['amd64', NARROW_KERNEL, modeCases] as const,
  ...EMULATED_MACHINES.map((machine) => [machine.machine, machine.kernel, machineCasesOf(machine)] as const),
];

test.each(BOOTS)(
  'the rules say what a kernel for %s does',
  async (_, kernel, questions) => {
    const [answers, guards] = await Promise.all([
      askMachine(kernel, questions),
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
