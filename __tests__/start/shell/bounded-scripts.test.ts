/** Scripts whose calls, loops, branches or values multiply: what is followed of them has an end, and that is said. */
import { expect, test } from '@jest/globals';
import { kernelCase, program } from '../../kernel/kernel-case.ts';
import { askRules } from '../../kernel/rules-answer.ts';
import { elf } from '../../support/rule-tester.ts';

const SHELL = Buffer.concat([elf().data, Buffer.alloc(20_000)]);
const WORDS = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ');
const ask = (word: string) => `if [ "$${word}" = x ]; then exec missing; fi`;

/** Seven functions, each of which calls the one before it ten times. */
const CALLS = [
  'f0() { :; }',
  ...[1, 2, 3, 4, 5, 6].map((index) => `f${index}() { ${`f${index - 1}; `.repeat(10)}}`),
  'f6',
].join('\n');
/** The same of functions that only answer. */
const QUESTIONS = [
  'f0() { [ x = x ]; }',
  ...[1, 2, 3, 4, 5, 6].map((index) => `f${index}() { ${`f${index - 1} || return 1; `.repeat(10)}}`),
  'if f6; then exec missing; fi',
].join('\n');
const LOOPS = `for a in ${WORDS}; do for b in ${WORDS}; do ${ask('b')}; done; done`;
const LOOPS_THAT_ASK = `f() { local a b; for a in ${WORDS}; do for b in ${WORDS}; do [ "$b" = x ] && return 0; done; done; return 1; }\nif f; then exec missing; fi`;

const SCRIPTS: readonly (readonly [name: string, text: string, said: string])[] = [
  ['calls', CALLS, 'what f0 does'],
  ['calls that ask', QUESTIONS, 'what comes of its if'],
  ['loops', LOOPS, 'what comes of its loop'],
  ['loops that ask', LOOPS_THAT_ASK, 'what comes of its if'],
];

async function leftOutOf(text: string): Promise<readonly string[]> {
  const items = [program('usr/bin/dash', SHELL), program('app', `#!/usr/bin/dash\n${text}\n`)];
  const { trace } = await askRules(kernelCase('a script', items, '/app', 'starts'));
  return trace.leftOut;
}

test.each(SCRIPTS)('%s', async (_, text, said) => {
  expect(await leftOutOf(text)).toEqual(expect.arrayContaining([expect.stringContaining(said)]));
});

test.each(SCRIPTS)('few of them are followed to their end: %s', async (_, text, said) => {
  const few = text.replaceAll(/(?:f\d(?: \|\| return 1)?; ){8}/g, '').replaceAll(/ w[1-5]\d/g, '');
  expect((await leftOutOf(few)).filter((words) => words.includes(said))).toEqual([]);
});
