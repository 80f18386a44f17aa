/** Random shell scripts before dash, busybox and bash, with small programs that say that they ran, and before the rules. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { StartStep } from '../../src/start/start-trace.ts';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { judgedSuite } from './judged-suite.ts';
import { kernelCase, program } from './kernel-case.ts';
import { compile, PROGRAMS, withLibraries } from './programs.ts';
import { command, script } from './random-scripts.ts';
import { askRules } from './rules-answer.ts';

/** Prints `@` and the name that it was called by. */
const SAYS = `
static long ask(long number, long one, long two, long three) {
  long answer;
  __asm__ volatile("syscall" : "=a"(answer) : "a"(number), "D"(one), "S"(two), "d"(three) : "rcx", "r11", "memory");
  return answer;
}
void begin(long *stack) {
  char *name = (char *)stack[1], text[512];
  int length = 0;
  text[length++] = '@';
  while (*name && length < 500) text[length++] = *name++;
  text[length++] = '\\n';
  ask(1, 2, (long)text, length);
  ask(60, 0, 0, 0);
}
__asm__(".globl _start\\n_start: mov %rsp, %rdi; and $-16, %rsp; call begin");`;
const SPEAKER = compile('gcc', ['-O1', '-nostdlib', '-static', '-fno-stack-protector'], SAYS);

const DASH = withLibraries('/usr/bin/dash');
const BASH = withLibraries('/bin/bash');

/** Who reads the script, and how many: by its own name, or as a shell of which only that is known. */
const SHELLS: Readonly<Record<string, { readonly items: readonly TarItem[]; readonly runs: number }>> = {
  '/bin/ash': { items: [program('bin/busybox', PROGRAMS.busybox), symlink('bin/ash', 'busybox')], runs: 60 },
  '/usr/bin/dash': { items: [...DASH, symlink('bin/sh', '/usr/bin/dash')], runs: 60 },
  '/bin/bash': { items: BASH, runs: 60 },
  '/sbin/sh': { items: [...BASH, symlink('sbin/sh', '/bin/bash')], runs: 30 },
  '/bin/sh': {
    items: DASH.map((item) => (item.name === 'usr/bin/dash' ? { ...item, name: 'bin/sh' } : item)),
    runs: 30,
  },
};

const ROOT: readonly TarItem[] = [
  ...['usr/bin/ok', 'usr/bin/ok2', 'usr/bin/ok3', 'srv/here'].map((path) => program(path, SPEAKER)),
  program('usr/bin/foreign', PROGRAMS.arm64),
  program('usr/bin/text', 'ok\n'),
  program('usr/bin/closed', SPEAKER, { mode: 0o644 }),
  directory('opt'),
  file('lib.sh', 'X=ok\n'),
  file('returns.sh', 'X=ok\nreturn 0\nexec missing\n'),
  file('starts.sh', 'ok\nset -- ok2\n'),
  file('broken.sh', 'X=ok\nif\n'),
  ...['/usr/bin/id', '/usr/bin/dirname'].flatMap((path) => withLibraries(path)),
];

/** What any of the three says when it cannot start or open something. */
const COMPLAINTS =
  /not found|No such file|unexpected EOF|exec format|permission denied|can't open|can't cd|syntax|bad substitution|(?:illegal|invalid) option|cannot create|can't create|not a directory/i;
/** What the speakers write may be lost behind these. */
const MUTES = /\/dev\/null|\||<|>|\$\(/;

const { ask, counted } = judgedSuite();

/** What differs between the shell and the rules, in words; empty when nothing does. */
async function differences(shell: string, text: string, cmd: readonly string[]): Promise<readonly string[]> {
  counted.asked++;
  const items = [...(SHELLS[shell]?.items ?? []), ...ROOT, program('app', `#!${shell}\n${text}\n`)];
  const question = kernelCase('a script', items, '/app', 'starts', { config: { entrypoint: ['/app'], cmd } });
  const [kernel, { observations, trace }] = await Promise.all([ask(question), askRules(question)]);
  const errors = observations.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
  const isTold = COMPLAINTS.test(kernel.output);
  const found = trace.unreadable.map(({ path, why }) => `unreadable: ${path}: ${why}`);
  if (errors.length > 0 && kernel.starts)
    found.push(`the rules say ${errors.join()} of a script that starts`);
  if (errors.length > 0 && !isTold) found.push(`the rules say ${errors.join()} and the shell nothing of it`);
  if (!MUTES.test(text)) {
    const said = observations.flatMap(({ severity, observation: { runtimeError } }) =>
      severity === 'error' && runtimeError !== undefined ? [runtimeError] : [],
    );
    found.push(
      ...said.filter((words) => !kernel.output.includes(words)).map((words) => `nobody says: ${words}`),
    );
  }
  const isSilent = observations.length === 0 && trace.leftOut.length === 0;
  if (isSilent && isTold && /^exit 12[67]$/.test(kernel.how)) found.push('the rules say nothing');
  const ran = new Set([...kernel.output.matchAll(/^@(.*)$/gm)].map(([, name = '']) => baseOf(name)));
  if (!MUTES.test(text)) {
    const certain = trace.steps.filter(isCertain).filter(({ name }) => !ran.has(baseOf(name)));
    found.push(...certain.map(({ name }) => `${name} is certain to be started, and was not`));
  }
  if (found.length === 0) counted.agreed++;
  else found.push(`kernel: ${kernel.how} ${kernel.output}`);
  return found;
}

function isCertain({ role, reach, refusals, file: found, name }: StartStep): boolean {
  const isSpeaker = /^(?:ok\d?|here)$/.test(baseOf(name));
  return role === 'child' && reach === 'certain' && refusals.length === 0 && found !== null && isSpeaker;
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The same questions in each run; `SEED=n` asks others. */
test.each(Object.entries(SHELLS))('%s', async (shell, { runs }) => {
  const property = fc.asyncProperty(script, command, async (text, cmd) => {
    expect(await differences(shell, text, cmd)).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs, seed: Number(process.env['SEED'] ?? 1) });
});
