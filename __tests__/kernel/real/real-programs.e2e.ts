/**
 * Real programs on real root file systems, healthy and broken in every way a layer can break them, before guard() and
 * before real kernels: this machine's for amd64, Debian's in an emulator for arm64. Needs root, apt and the compilers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unpackDebian } from '../../support/debian-packages.ts';
import { askArm64 } from '../arm64-machine.ts';
import { type GuardAnswer, inconsistencies, makeBase, withImage } from '../guard-answer.ts';
import { Judge } from '../judge.ts';
import type { KernelCase } from '../kernel-case.ts';
import type { KernelAnswer } from '../question.ts';
import { makeRealRoot, type RealRoot, tarOfRoot } from './real-root.ts';
import { casesOf } from './variants.ts';

const MINUTES = 60_000;

interface Asked {
  readonly root: RealRoot;
  readonly questions: readonly KernelCase[];
}

let home = '';
let asked: Readonly<Record<RealRoot['architecture'], Asked>>;
const counted = { asked: 0, agreed: 0 };

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'real-programs-'));
  const amd64 = makeRealRoot('amd64', join(home, 'amd64'));
  const arm64 = makeRealRoot('arm64', join(home, 'arm64'));
  asked = { amd64: askedOf(amd64, arm64), arm64: askedOf(arm64, amd64) };
}, 10 * MINUTES);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  process.stdout.write(`kernel agreement (real programs): ${counted.agreed} of ${counted.asked}\n`);
});

function askedOf(root: RealRoot, other: RealRoot): Asked {
  const { architecture } = root;
  const oldLibc = join(home, `libc-${architecture}`);
  unpackDebian({ suite: 'bullseye', architecture, packages: ['libc6'] }, oldLibc);
  return { root, questions: casesOf(root, { root: other, oldLibc }) };
}

/** Scope `start`, and for what is healthy `image` too, once for all that differ in their command alone. */
async function askGuards({ root, questions }: Asked): Promise<(readonly GuardAnswer[])[]> {
  const base = makeBase(tarOfRoot(root));
  const answers: (readonly GuardAnswer[])[] = [];
  const examined = new Set<string>();
  for (const question of questions) {
    const image = question.expect === 'starts' ? JSON.stringify(question.layers) : null;
    const isNew = image !== null && !examined.has(image);
    if (image !== null) examined.add(image);
    const scopes = isNew ? (['start', 'image'] as const) : (['start'] as const);
    answers.push(await withImage(question, [base], (ask) => Promise.all(scopes.map((scope) => ask(scope)))));
  }
  return answers;
}

function disagreementsOf(
  { questions }: Asked,
  kernels: readonly KernelAnswer[],
  guards: readonly (readonly GuardAnswer[])[],
): string[] {
  return questions.flatMap(({ name, expect: expected }, index) => {
    counted.asked++;
    const kernel = kernels[index];
    const wanted = typeof expected === 'object' && 'error' in expected ? `error ${expected.error}` : '';
    const wrong = (guards[index] ?? []).flatMap((guard) => [
      ...inconsistencies(guard),
      ...(aboveNotes(guard.findings) === wanted
        ? []
        : [`guard: ${guard.findings.join(', ')}: ${guard.messages.join('; ')}`]),
    ]);
    if (kernel?.starts !== (expected === 'starts')) wrong.push('the kernel disagrees');
    if (wrong.length === 0) counted.agreed++;
    return wrong.length === 0
      ? []
      : [`${name}: ${wrong.join('; ')} (${kernel?.how}: ${kernel?.output.slice(0, 300)})`];
  });
}

/** Notes are about other hosts than this one. */
function aboveNotes(findings: readonly string[]): string {
  return findings.filter((finding) => !finding.startsWith('note ')).join(', ');
}

async function askThisMachine({ root, questions }: Asked): Promise<readonly KernelAnswer[]> {
  const judge = new Judge();
  try {
    const answers: KernelAnswer[] = [];
    for (const question of questions) answers.push(await judge.ask(question, [root.folder]));
    return answers;
  } finally {
    judge.close();
  }
}

/** The rules are asked while the kernels answer. */
async function found(one: Asked, kernels: Promise<readonly KernelAnswer[]>): Promise<readonly string[]> {
  const guards = await askGuards(one);
  return disagreementsOf(one, await kernels, guards);
}

test(
  'what is healthy passes and what is broken fails, as the kernels of amd64 and arm64 say',
  async () => {
    const { amd64, arm64 } = asked;
    const base = { folder: arm64.root.folder, cases: new Set(arm64.questions) };
    const emulated = askArm64(arm64.questions, [base]);
    const [first, second] = await Promise.all([found(arm64, emulated), found(amd64, askThisMachine(amd64))]);
    expect([...first, ...second]).toEqual([]);
  },
  10 * MINUTES,
);
