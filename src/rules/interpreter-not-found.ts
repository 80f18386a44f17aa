import { reasonOf } from './program-not-found.ts';
import { startRule } from './rule.ts';
import { about, askerOf, LOOKUPS, placedAt, refusedSteps, scriptOf } from './start-words.ts';

export const interpreterNotFound = startRule({
  id: 'interpreter-not-found',
  title: 'The interpreter of a script is not in the image',
  severity: 'error',
  what: 'The `#!` line of a script that the container starts names a program that is not there, or `#!/usr/bin/env NAME` names one that no directory of `PATH` has.',
  why: 'The kernel reports the missing interpreter as if the script were missing: `exec /entrypoint.sh: no such file or directory`, although the file is there. Common causes are `#!/bin/bash` on Alpine (which has only `/bin/sh`), a virtual environment copied without the Python it points to, and a shebang with a path of the build machine.',
  fix: 'Install the interpreter in the final stage, or name one that the image has (`#!/bin/sh`).',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, LOOKUPS, ['interpreter'])) {
      const { path: _, layer: __, ...base } = about(trace, found);
      const asker = askerOf(trace, found.step);
      const script = scriptOf(trace, found.step) ?? asker;
      yield {
        ...base,
        ...placedAt(trace, script),
        title: `{platforms} cannot start ${script}: its interpreter ${found.step.name} is not in the image`,
        message: `${script} wants to be run by ${found.step.name}, but ${reasonOf(found.refusal)}.`,
      };
    }
  },
});
