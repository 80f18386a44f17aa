import type { Refusal } from '../start/refusal.ts';
import { startRule } from './rule.ts';
import { about, isCertain, nameOf } from './start-words.ts';

export const healthcheckBroken = startRule({
  id: 'healthcheck-broken',
  title: 'The program of HEALTHCHECK cannot run',
  severity: 'warning',
  what: 'The container itself starts, but the program of its `HEALTHCHECK` is not in the image, may not be executed, or is for another architecture.',
  why: 'Docker marks the container as `unhealthy` although it works; Swarm and Compose then restart it, or never start what depends on it. `curl` and `wget` are missing from many slim images, and probe helpers are often downloaded for one architecture only.',
  fix: 'Install the tool in the final stage, use one that the image has, or remove the HEALTHCHECK.',
  *examine({ trace }) {
    for (const step of trace.steps) {
      const refusal = step.refusals.find(breaks);
      if (step.chain !== 'healthcheck' || refusal === undefined || step.reach === 'possible') continue;
      const name = nameOf(trace, step);
      yield {
        ...about(trace, { step, refusal }),
        severity: 'warning',
        ...(refusal.kind === 'wrong-abi' && { fix: FETCH_AGAIN }),
        title: `{platforms} will be unhealthy: HEALTHCHECK cannot run ${name}`,
        message: `HEALTHCHECK runs ${step.name} and fails each time: ${REASONS.get(refusal.kind) ?? refusal.kind.replaceAll('-', ' ')}.`,
      };
    }
  },
});

const FETCH_AGAIN =
  'Build or download the probe for `TARGETARCH`, or copy it from an image that has it for every platform.';

const REASONS: ReadonlyMap<Refusal['kind'], string> = new Map([
  ['missing', 'there is nothing at that path'],
  ['not-in-path', 'no directory of PATH has it'],
  ['no-execute-permission', 'it may not be executed'],
  ['not-a-file', 'it is no file'],
  ['wrong-abi', 'it is for another machine'],
  ['malformed-command', 'it refuses the words that it is given'],
  ['nothing-to-start', 'no command follows it'],
  ['crlf', 'its script has Windows line ends'],
  ['malformed-script', 'its shell cannot read the script'],
  ['library-not-found', 'it needs a library that is not in the image'],
]);

function breaks(refusal: Refusal): boolean {
  return isCertain(refusal) && !('effect' in refusal && refusal.effect === 'ignored');
}
