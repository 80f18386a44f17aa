import { startRule } from './rule.ts';
import { about, nameOf, refusedSteps } from './start-words.ts';

export const malformedScript = startRule({
  id: 'malformed-script',
  title: 'A shell cannot read a script that is started',
  severity: 'error',
  what: 'A script that the container starts, or the text behind `sh -c`, comes to a line that its shell cannot read: an `if` without `fi`, a quote that stays open, or arrays, `<<<` and `<(…)` of bash where `/bin/sh` is dash or the ash of busybox. Some of what only bash has is noticed when it is done: `set -o pipefail` in a dash that does not have it, `${1:0:1}`, `${X,,}`.',
  why: 'A shell reads its script line by line. It does what stands before the fault, says `Syntax error: "(" unexpected` (bash: `syntax error near unexpected token`), and ends, before it comes to what the container is there for. A build does not read the script, and `sh` of the machine that it was written on may be another shell.',
  fix: 'Read the script with the shell of the image: `docker run --rm --entrypoint sh IMAGE -n /entrypoint.sh`. For what only bash has, install bash and begin the script with `#!/bin/bash`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['malformed-script'])) {
      const { line } = found.refusal;
      const script = found.step.file?.located.entry.content?.kind === 'elf' ? null : found.step.file;
      const text = script === null ? `the script of ${nameOf(trace, found.step)}` : nameOf(trace, found.step);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: its shell cannot read ${text}`,
        message: `In ${script?.located.path ?? text} the shell cannot read what begins in line ${line}, and ends there.`,
      };
    }
  },
});
