/**
 * Loaders of the architectures that this machine's processor does not run, with their own kernel interface emulated
 * (qemu-user reads the program and its PT_INTERP in the kernel's place; the loader is Debian's own). Programs for i386
 * are this kernel's own matter. Needs root, apt and qemu-user-static.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { disagreements } from '../agreement.ts';
import { type BaseLayer, type GuardAnswers, makeBase, withImage } from '../guard-answer.ts';
import { Judge } from '../judge.ts';
import type { KernelCase } from '../kernel-case.ts';
import { tarOfRoot } from '../real/real-root.ts';
import { casesOf } from './foreign-cases.ts';
import { emulated, FOREIGN, type Foreign, makeEmulator, makeForeignRoot } from './foreign-root.ts';

const MINUTES = 60_000;
/** An emulator on a busy machine; every program of the cases ends. */
const SECONDS = 60;

let home = '';
let judge: Judge;
const counted = { asked: 0, agreed: 0 };

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'foreign-'));
  judge = new Judge(SECONDS);
});

afterAll(() => {
  judge.close();
  rmSync(home, { recursive: true, force: true });
  process.stdout.write(`kernel agreement (emulated): ${counted.agreed} of ${counted.asked}\n`);
});

function onThisMachine(question: KernelCase, { emulator }: Foreign): KernelCase {
  const { entrypoint } = question.config ?? {};
  if (emulator === null) return question;
  return { ...question, config: { ...question.config, entrypoint: emulated(entrypoint ?? []) } };
}

async function askGuards(question: KernelCase, base: BaseLayer): Promise<GuardAnswers> {
  return withImage(question, [base], async (ask) => ({
    start: await ask('start'),
    image: await ask('image'),
  }));
}

test.each(FOREIGN.map((foreign) => [foreign.architecture, foreign] as const))(
  '%s',
  async (architecture, foreign) => {
    const folder = join(home, architecture, 'root');
    const below = join(home, architecture, 'below');
    makeForeignRoot(foreign, folder);
    mkdirSync(below, { recursive: true });
    if (foreign.emulator !== null) makeEmulator(foreign.emulator, below);
    const base = makeBase(tarOfRoot({ folder }));
    const found: string[] = [];
    for (const question of casesOf(foreign)) {
      counted.asked++;
      const [kernel, guards] = await Promise.all([
        judge.ask(onThisMachine(question, foreign), [folder, below]),
        askGuards(question, base),
      ]);
      const differences = await disagreements(question, kernel, guards, 'of-emulators');
      if (differences.length > 0) found.push(`${question.name}: ${differences.join('; ')}`);
      else counted.agreed++;
    }
    expect(found).toEqual([]);
  },
  10 * MINUTES,
);
