import { startRule } from './rule.ts';
import { about, nameOf, placedAt, refusedSteps, scriptBehind } from './start-words.ts';

export const malformedCommand = startRule({
  id: 'malformed-command',
  title: 'A wrapper refuses the words that it is started with',
  severity: 'error',
  what: 'The container starts a program that starts another one (`tini`, `dumb-init`, `timeout`, `nice`, `stdbuf`, `setpriv`, `env` …), and one of the words before the command is one that it surely does not take: `timeout 500ms`, `nice -n high`, `tini -p TERM`, `setpriv` options that exclude each other, `tini server --port 80`, of which a tini that is built with glibc takes the option for its own. Only programs that are told by their content count, and only words that no version takes; what another version may know is left out and said so.',
  why: "The wrapper ends with a message about its own words, `timeout: invalid time interval '500ms'`, and the program behind it, with which nothing is wrong, never runs.",
  fix: 'Write the word as the manual of the wrapper says: `timeout 0.5s`, `nice -n 10`, `tini -p SIGTERM`, and `--` before the command: `tini -- server --port 80`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['malformed-command'])) {
      const { step, refusal } = found;
      const script = scriptBehind(trace, step);
      // Words of the config stand in no layer, whoever brought the wrapper.
      const { layer: _, ...base } = about(trace, found);
      yield {
        ...base,
        ...(script === null ? {} : placedAt(trace, script)),
        title: `{platforms} cannot start: ${nameOf(trace, step)} refuses the words that it is given`,
        message: `${script ?? step.via} starts ${step.name} with words that it does not take: ${refusal.error}.`,
      };
    }
  },
});
