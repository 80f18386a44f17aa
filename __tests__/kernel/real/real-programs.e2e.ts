/**
 * Real programs on real root file systems, healthy and broken in every way a layer can break them, before guard() and
 * before real kernels: this machine's for amd64, Debian's in an emulator for arm64. Needs root, apt and the compilers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unpackDebian } from '../../support/debian-packages.ts';
import { askArm64 } from '../arm64-machine.ts';
import { inconsistencies, makeBase, withImage } from '../guard-answer.ts';
import { Judge } from '../judge.ts';
import type { KernelCase } from '../kernel-case.ts';
import type { KernelAnswer } from '../question.ts';
import { makeRealRoot, type RealRoot, tarOfRoot } from './real-root.ts';
import { casesOf } from './variants.ts';

const SUITES = ['bookworm', 'trixie'] as const;
const ARCHITECTURES = ['amd64', 'arm64'] as const;
const MINUTES = 60_000;

let home = '';
let roots: readonly RealRoot[] = [];
const counted = { asked: 0, agreed: 0 };

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'real-programs-'));
  roots = SUITES.flatMap((suite) =>
    ARCHITECTURES.map((architecture) =>
      makeRealRoot(suite, architecture, join(home, `${suite}-${architecture}`)),
    ),
  );
  for (const architecture of ARCHITECTURES) {
    unpackDebian({ suite: 'bullseye', architecture, packages: ['libc6'] }, oldLibcOf(architecture));
  }
}, 10 * MINUTES);

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  process.stdout.write(`kernel agreement (real programs): ${counted.agreed} of ${counted.asked}\n`);
});

function oldLibcOf(architecture: string): string {
  return join(home, `libc-${architecture}`);
}

function rootOf(suite: string, architecture: string): RealRoot {
  const root = roots.find((each) => each.suite === suite && each.architecture === architecture);
  if (root === undefined) throw new Error(`no root for ${suite} ${architecture}`);
  return root;
}

function questionsOf(root: RealRoot): KernelCase[] {
  const other = root.architecture === 'amd64' ? 'arm64' : 'amd64';
  return casesOf(root, { root: rootOf(root.suite, other), oldLibc: oldLibcOf(root.architecture) });
}

/** Healthy ones are asked in both scopes. */
async function disagreementsOf(
  root: RealRoot,
  questions: readonly KernelCase[],
  answers: readonly KernelAnswer[],
): Promise<string[]> {
  const base = makeBase(tarOfRoot(root), join(home, `${root.name}.tar`));
  const found: string[] = [];
  for (const [index, question] of questions.entries()) {
    counted.asked++;
    const { name, expect: expected } = question;
    const kernel = answers[index];
    const scopes = expected === 'starts' ? (['start', 'image'] as const) : (['start'] as const);
    const guards = await withImage(question, base, (ask) => Promise.all(scopes.map(ask)));
    const wanted = typeof expected === 'object' && 'error' in expected ? `error ${expected.error}` : '';
    const wrong = guards.flatMap((guard) => [
      ...inconsistencies(guard),
      ...(aboveNotes(guard.findings, wanted) === wanted
        ? []
        : [`guard: ${guard.findings.join(', ')}: ${guard.messages.join('; ')}`]),
    ]);
    if (kernel?.starts !== (expected === 'starts')) wrong.push('the kernel disagrees');
    if (wrong.length === 0) counted.agreed++;
    else found.push(`${name}: ${wrong.join('; ')} (${kernel?.how}: ${kernel?.output.slice(0, 300)})`);
  }
  return found;
}

/** Notes are about other hosts than this one; a libc without a version is without its symbols too. */
function aboveNotes(findings: readonly string[], wanted: string): string {
  const implied = wanted === 'error symbol-version-not-found' ? 'error symbol-not-found' : '';
  return findings.filter((finding) => !finding.startsWith('note ') && finding !== implied).join(', ');
}

describe('real programs', () => {
  test.each(SUITES)(
    'of %s for amd64',
    async (suite) => {
      const root = rootOf(suite, 'amd64');
      const questions = questionsOf(root);
      const judge = new Judge();
      try {
        const answers = questions.map((question) => judge.ask(question, root.folder));
        expect(await disagreementsOf(root, questions, answers)).toEqual([]);
      } finally {
        judge.close();
      }
    },
    10 * MINUTES,
  );

  test(
    'for arm64, of both suites in one boot',
    async () => {
      const asked = SUITES.map((suite) => {
        const root = rootOf(suite, 'arm64');
        return { root, questions: questionsOf(root) };
      });
      const bases = asked.map(({ root, questions }) => ({ folder: root.folder, cases: new Set(questions) }));
      const answers = askArm64(
        asked.flatMap(({ questions }) => questions),
        bases,
      );
      let at = 0;
      const found: string[] = [];
      for (const { root, questions } of asked) {
        found.push(...(await disagreementsOf(root, questions, answers.slice(at, at + questions.length))));
        at += questions.length;
      }
      expect(found).toEqual([]);
    },
    20 * MINUTES,
  );
});
