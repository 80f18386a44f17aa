import { startRule } from './rule.ts';
import { about, nameOf, refusedSteps } from './start-words.ts';

export const noShebang = startRule({
  id: 'no-shebang',
  title: 'A script that is started has no #! line',
  severity: 'error',
  what: 'A file that the container starts is a readable text without `#!` as its first two bytes, so the kernel does not know which interpreter to run it with.',
  why: 'Shells run such files all the same, which is why they work when tried by hand, but the runtime has no shell: `exec /entrypoint.sh: exec format error`.',
  fix: 'Make `#!/bin/sh` (or the interpreter that the script is written for) the very first line, before comments and licence headers.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['no-shebang'])) {
      const name = nameOf(trace, found.step);
      const [line = ''] = found.refusal.content.head.split(/\r?\n/);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: the script ${name} has no #! line`,
        message: `${found.step.file?.located.path ?? found.step.name} is a text that begins with "${line.slice(0, 60)}" instead of #!.`,
      };
    }
  },
});
