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
/** Functions that end with one another, by each of many branches. */
const BRANCHES = [
  'f0() { :; }',
  ...[1, 2, 3, 4, 5, 6, 7].map(
    (index) => `f${index}() { case "$1" in ${`b) f${index - 1};; `.repeat(40)} esac; }`,
  ),
  'f7 "$(cat b)" && exec missing',
].join('\n');
const LOOPS = `for a in ${WORDS}; do for b in ${WORDS}; do ${ask('b')}; done; done`;
const LOOPS_THAT_ASK = `f() { local a b; for a in ${WORDS}; do for b in ${WORDS}; do [ "$b" = x ] && return 0; done; done; return 1; }\nif f; then exec missing; fi`;

const BEHIND = 'what it does behind its first thousands of commands';

const SCRIPTS: readonly (readonly [name: string, text: string, said: string])[] = [
  ['calls', CALLS, BEHIND],
  ['calls that ask', QUESTIONS, 'what comes of its if'],
  ['loops', LOOPS, 'what comes of its loop'],
  ['loops that ask', LOOPS_THAT_ASK, 'what comes of its if'],
];

async function leftOutOf(text: string, shell = 'dash'): Promise<readonly string[]> {
  const items = [
    program(`usr/bin/${shell}`, SHELL),
    program('usr/bin/rm', elf().data),
    program('usr/bin/live', elf().data),
    program('words', `: ${'a '.repeat(50_000)}`),
    program('app', `#!/usr/bin/${shell}\n${text}\n`),
  ];
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

/** What one costs must not grow with how many there are. */
const LINES: readonly (readonly [name: string, line: (index: number) => string])[] = [
  ['nothing', () => ':'],
  ['keeps a status', (index) => `a${index}=$?`],
  ['sets a variable', (index) => `a${index}=; a`],
  ['exports a variable', (index) => `export a${index}=; a`],
  ['asks a command', (index) => `a${index}=$(a)`],
  ['adds a word', (index) => `set -- "$@" a${index}`],
  ['removes a file', (index) => `rm /a${index}`],
  ['reads a file', () => '. /words'],
  ['asks whether a program runs', (index) => `export a${index}=;live&&:`],
  ['must start a program', (index) => `live ${index}||exit 1`],
  ['asks in vain', (index) => `! gone ${index}&&:`],
  ['perhaps sets a variable', (index) => `a${index}=;[ $b ]&&c=a`],
  ['adds to a value', () => 'a="w $a $b"'],
  ['adds to the end of a value', () => 'a="$a w"'],
  ['perhaps adds to a value', () => '[ $b ]&&a="$a w"'],
  ['adds a word that is not known', () => 'set -- "$@" "$b"'],
  ['keeps what failed', (index) => `gone;a${index}=$?`],
  ['loops that do not end', () => 'while [ $# ];do :;done'],
  ['traps', () => 'f(){ f;f;};trap f EXIT'],
];

test.each(LINES)('thousands of times: %s', async (_, line) => {
  const lines = Array.from({ length: 5_000 }, (__, index) => line(index));
  expect(await leftOutOf(lines.join('\n'))).toEqual(
    expect.arrayContaining([expect.stringContaining(BEHIND)]),
  );
});

test('arrays of many words are compared in no time', async () => {
  const names = Array.from({ length: 900 }, (_, index) => `a${index}`);
  const copies = names.map((name) => `${name}=("\${w[@]}")`);
  const choices = names.map((name) => `[ $b ]&&c=${name}`);
  const text = [`w=(${'w '.repeat(4_000)})`, ...copies, ...choices].join('\n');
  expect(await leftOutOf(text, 'bash')).toEqual([expect.stringContaining(BEHIND)]);
});

const DOUBLED: readonly (readonly [name: string, lines: readonly string[]])[] = [
  ['words', ['set -- a b', ...Array.from({ length: 30 }, () => 'set -- "$@" "$@"'), 'exec "$@"']],
  ['words that are not known', ['set -- a "$b"', ...Array.from({ length: 30 }, () => 'set -- "$@" "$@"')]],
  ['values', [`a=${'x'.repeat(1_000)}`, ...Array.from({ length: 40 }, () => 'a="$a$a"'), 'exec $a']],
  ['a long value in one word', [`a=${'x'.repeat(60_000)}`, `b="${'$a'.repeat(60_000)}"`, 'exec $b']],
  ['a long value in a name', [`a=${'x'.repeat(60_000)}`, `export "${'$a'.repeat(60_000)}=$b"`]],
  ['a long value in many words', [`a=${'x'.repeat(60_000)}`, `set -- ${'$a '.repeat(60_000)}`, 'exec "$@"']],
];

test.each(DOUBLED)('%s that double are followed so far', async (_, lines) => {
  expect(await leftOutOf(lines.join('\n'))).toEqual(expect.any(Array));
});

/** One command that is as long as a script can be. */
const LONG: readonly (readonly [name: string, text: string, said: string])[] = [
  ['a list', `${'a && '.repeat(40_000)}a`, BEHIND],
  ['a pipeline', `${'a | '.repeat(40_000)}a`, 'what comes of a pipe'],
  ['a trap', `trap '${':;'.repeat(100_000)}' EXIT`, 'what its trap does'],
  ['a test', `[ ${'-n a -a '.repeat(20_000)} -n a ]`, 'what its test says'],
  ['an expression', `a=$((${'1+'.repeat(100_000)}1))`, 'where it is not read as a shell script here'],
  ['words of words', `a=${'$(live '.repeat(150)}x${')'.repeat(150)}; exec live`, ''],
  [
    'substitutions',
    `a=${'$('.repeat(40_000)}:${')'.repeat(40_000)}`,
    'where it is not read as a shell script here',
  ],
];

test.each(LONG)('as long as a script can be: %s', async (_, text, said) => {
  expect(await leftOutOf(text)).toEqual([expect.stringContaining(said)]);
});

test('functions that end with one another by many branches are asked so far', async () => {
  expect(await leftOutOf(BRANCHES)).not.toEqual([]);
});
