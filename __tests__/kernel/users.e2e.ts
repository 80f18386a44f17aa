/** Who USER is, asked of a real engine, and what follows from it. Needs root, docker.io and gcc. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { directory, file, type TarItem } from '../support/layer-builder.ts';
import { userCases } from './cases/users.ts';
import { credentialsOf } from './credentials.ts';
import { askGuard, inconsistencies, scopeDisagreements } from './guard-answer.ts';
import { judgedSuite } from './judged-suite.ts';
import { kernelCase, type KernelCase, program, ROOT } from './kernel-case.ts';
import { PROGRAMS } from './programs.ts';
import { asKernelHas, UserJudge } from './user-judge.ts';

const { ask, counted } = judgedSuite();
let engine: UserJudge;
beforeAll(async () => {
  engine = await UserJudge.start();
}, 60_000);
afterAll(() => engine.close());

test.each(userCases.map((question) => [question.name, question] as const))('%s', async (_, question) => {
  const answer = await engine.ask(userFilesOf(question), question.config?.user ?? '');
  if (question.decidedBy === 'runtime' || question.engine === 'refuses') {
    expect(answer).toEqual({ refused: expect.any(String) });
  } else {
    expect(answer).toEqual({ as: asKernelHas(question.as ?? ROOT) });
  }
});

function userFilesOf({ layers }: KernelCase) {
  return layers.flat().filter(({ name }) => name.toString() !== 'app');
}

/** No group whose name is a number: runc before 1.2 takes it for that number once more. */
const name = fc.constantFrom('a', 'b', 'root', '', '+', '-', '#a', 'a ', ' a', '\ufeffa', 'ä');
const number = fc.constantFrom(
  '0',
  '1',
  '7',
  '8',
  '007',
  '+7',
  '0x7',
  ' 7',
  '4294967303',
  '4294967295',
  '-1',
  '',
  'x',
);
const space = fc.constantFrom('', '', '', ' ', '\t', '\r', '\u00a0', '\u0085', '\ufeff', '\0');
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\n\n', '');
const members = fc.array(name, { maxLength: 3 }).map((names) => names.join(','));
const passwd = linesOf(fc.tuple(fc.oneof(name, number), fc.constant('x'), number, number, fc.constant('')));
const group = linesOf(fc.tuple(name, fc.constant('x'), number, members));
const part = fc.oneof(name, number);
const spec = fc.oneof(
  part,
  fc.tuple(part, part).map((parts) => parts.join(':')),
);
const owner = fc.record({
  uid: fc.constantFrom(0, 1, 7),
  gid: fc.constantFrom(0, 1, 7, 8),
  mode: fc.constantFrom(0o755, 0o750, 0o705, 0o700, 0o070, 0o007),
});

function linesOf(fields: fc.Arbitrary<readonly string[]>): fc.Arbitrary<string | null> {
  const cut = fc
    .tuple(fields, fc.integer({ min: 1, max: 9 }))
    .map(([all, count]) => all.slice(0, count).join(':'));
  const line = fc.tuple(space, cut, space, lineEnd).map((pieces) => pieces.join(''));
  const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join(''));
  return fc.option(text, { freq: 8 });
}

function fileOf(at: string, text: string | null): TarItem[] {
  return text === null ? [] : [file(at, text)];
}

describe('random cases', () => {
  test('users and their files', async () => {
    const property = fc.asyncProperty(passwd, group, spec, owner, async (users, groups, user, owned) => {
      counted.asked++;
      const files = [directory('etc'), ...fileOf('etc/passwd', users), ...fileOf('etc/group', groups)];
      const items = [...files, program('app', PROGRAMS.amd64, owned)];
      const question = kernelCase('a user', items, '/app', 'starts', { config: { user } });
      const answer = await engine.ask(files, user);
      const as = 'as' in answer ? answer.as : null;
      const starts = as !== null && (await ask({ ...question, as })).starts;

      const found = await credentialsOf(question);
      const answers = await askGuard(question);
      const scopes = [...inconsistencies(answers.image), ...scopeDisagreements(answers)];
      const { verdict, messages } = answers.start;
      expect({ as: found && asKernelHas(found), verdict, scopes, messages }).toEqual({
        as,
        verdict: starts ? 'pass' : 'fail',
        scopes: [],
        messages,
      });
      counted.agreed++;
    });
    await fc.assert(property, { numRuns: 80 });
  }, 120_000);
});
