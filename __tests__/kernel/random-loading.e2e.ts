/** Random programs and libraries before the real loaders of glibc and musl, and before the rules. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { StartStep, StartTrace } from '../../src/start/start-trace.ts';
import { judgedSuite } from './judged-suite.ts';
import type { KernelAnswer } from './question.ts';
import { glibcQuestions, muslQuestions, type Question } from './random-loading.ts';
import { askRules } from './rules-answer.ts';

const { ask, counted } = judgedSuite();

/** What differs between the loader and the rules, in words; empty when nothing does. */
async function differences({ question, listing }: Question): Promise<readonly string[]> {
  counted.asked++;
  const kernel = await ask(question);
  const { observations, trace } = await askRules(question);
  const errors = observations.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  const found = trace.unreadable.map(({ path, why }) => `unreadable: ${path}: ${why}`);
  if (kernel.starts !== (errors.length === 0)) found.push(`the rules say [${errors.join(', ')}]`);
  else if (!kernel.starts && !isSaid(kernel, trace)) found.push(`the words are ${wordsOf(trace).join('; ')}`);
  else if (kernel.starts && listing !== null) found.push(...otherFiles(await ask(listing), trace));
  if (found.length === 0) counted.agreed++;
  else found.push(`kernel: ${kernel.how} ${kernel.output}`);
  return found;
}

/** The loader's own words are among those of the rules. A signal ends it without a word. */
function isSaid({ output }: KernelAnswer, trace: StartTrace): boolean {
  return output === '' || wordsOf(trace).some((words) => withoutErrno(output).includes(withoutErrno(words)));
}

/** musl says the last error that any call left behind. */
function withoutErrno(words: string): string {
  return words.replaceAll(
    /: (?:No such file or directory|Permission denied|No error information|Not a directory)/g,
    '',
  );
}

function wordsOf({ steps }: StartTrace): readonly string[] {
  return steps.flatMap(({ refusals }) =>
    refusals.flatMap((refusal) => ('error' in refusal ? [refusal.error] : [])),
  );
}

/** Which file the loader took for each name, where it says so. */
function otherFiles({ output }: KernelAnswer, { steps }: StartTrace): readonly string[] {
  if (output.includes('statically linked')) return [];
  const found = [...output.matchAll(/^\t(?:(\S*) => )?(\S+) \(0x/gm)]
    .map(([, name, path = '']) => `${name ?? path} => ${path}`)
    .filter((line) => !/ld-linux|linux-vdso/.test(line));
  const mapped = steps
    .filter(({ role, file, refusals }) => isLibrary(role) && file !== null && refusals.length === 0)
    .map(({ name, file }) => `${name} => ${file?.path ?? ''}`);
  const [theirs, ours] = [found, mapped].map((lines) => [...new Set(lines)].sort().join(', '));
  return theirs === ours ? [] : [`the loader maps ${theirs} and the rules ${ours}`];
}

function isLibrary(role: StartStep['role']): boolean {
  return role === 'library' || role === 'preload';
}

/** The same questions in each run; `SEED=n` asks others. */
test.each([
  ['glibc', glibcQuestions, 200],
  ['musl', muslQuestions, 150],
] as const)('%s', async (_, questions, numRuns) => {
  const property = fc.asyncProperty(questions, async (question) => {
    expect(await differences(question)).toEqual([]);
  });
  await fc.assert(property, { numRuns, seed: Number(process.env['SEED'] ?? 1) });
});
