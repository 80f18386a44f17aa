import type { ShebangFault } from '../start/refusal.ts';
import { startRule } from './rule.ts';
import { about, nameOf, placedAt, refusedSteps, scriptOf } from './start-words.ts';

export const malformedShebang = startRule({
  id: 'malformed-shebang',
  title: 'The #! line of a script cannot be read',
  severity: 'error',
  what: 'A script that the container starts has a `#!`, but not one that the kernel can use: something stands before it (a byte order mark, a blank line, spaces), nothing stands behind it, or the name of the interpreter does not end within the first 256 bytes.',
  why: 'The kernel looks at the first two bytes and at one window of 256 bytes, nothing else, and answers `exec /entrypoint.sh: exec format error`. Editors on Windows write byte order marks that no editor shows.',
  fix: 'Save the script as UTF-8 without a byte order mark, with `#!` as its first two bytes and a short path behind it.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['malformed-shebang'])) {
      // The interpreter is the one who complains; what it complains of stands in the script.
      const script = scriptOf(trace, found.step);
      const place = script === null ? {} : placedAt(trace, script);
      const path = script ?? found.step.file?.located.path ?? found.step.name;
      yield {
        ...about(trace, found),
        ...place,
        title: `{platforms} cannot start: the #! line of ${script ?? nameOf(trace, found.step)} cannot be read`,
        message: `In ${path} ${FAULTS[found.refusal.fault]}.`,
      };
    }
  },
});

const FAULTS: Readonly<Record<ShebangFault, string>> = {
  empty: 'nothing stands behind #!',
  'too-long':
    'the name of the interpreter does not end within the first 256 bytes, which is all that the kernel reads',
  'byte-order-mark': 'a byte order mark stands before #!',
  'blank-before': 'blank lines or spaces stand before #!',
  'env-without-split': 'the #! line uses env -S, which the env of busybox does not have',
  'split-string':
    'env -S cannot split its words: a quote stays open, an escape is unknown, or a $ has no braces',
  'unknown-option': 'an option stands behind the shell that it does not have',
  'options-in-one-word':
    'options and words stand behind the interpreter, which gets all of them as one word (env has -S for that)',
};
