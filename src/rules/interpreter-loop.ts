import { startRule } from './rule.ts';
import { about, refusedSteps } from './start-words.ts';

export const interpreterLoop = startRule({
  id: 'interpreter-loop',
  title: 'A script is its own interpreter, or too many follow each other',
  severity: 'error',
  what: 'The `#!` line of a script names another script, whose `#!` line names another one, and so on: the kernel follows at most five of them.',
  why: 'People see `exec /entrypoint.sh: too many levels of symbolic links`. Most often a script names itself, because an interpreter was replaced by a wrapper script under its own name.',
  fix: 'Let the wrapper name the real interpreter in its `#!` line, for example `#!/usr/bin/python3.real`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['interpreter-loop'])) {
      const [first = ''] = found.refusal.chain;
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start ${first}: its interpreters go in a circle`,
        message: `The kernel gives up behind five interpreters: ${found.refusal.chain.join(' -> ')}.`,
      };
    }
  },
});
