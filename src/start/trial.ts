/** Tries a command of a script without recording it: whether its program ends before it does anything. */
import { startCommand } from './execute.ts';
import type { Child } from './execution.ts';
import { Recording } from './recording.ts';
import type { Refusal } from './refusal.ts';

/** So many different ones of one container; of more it is not known. */
const MOST_TRIALS = 32;

/** How often it may be asked. */
const MOST_ASKED = 256;

/** @throws {LayerNeeded} */
export function trials(): (child: Child) => boolean {
  const known = new Map<string, boolean>();
  let asked = 0;
  return ({ execution, command }) => {
    if (asked++ > MOST_ASKED) return false;
    const { workingDir, credentials, searchPath, environment } = execution;
    const key = JSON.stringify([command.argv, workingDir, credentials, searchPath, [...environment]]);
    const found = known.get(key);
    if (found !== undefined || known.size >= MOST_TRIALS) return found ?? false;
    const recording = new Recording();
    startCommand({ ...execution, recording, reach: 'certain', isTrial: true, dies: never }, command);
    const isDead = recording.steps.some(({ refusals }) => refusals.some(endsEverywhere));
    known.set(key, isDead);
    return isDead;
  };
}

const never = (): boolean => false;

/** Not what only some hosts refuse, what is only possible, or what a loader complains about and goes on. */
function endsEverywhere(refusal: Refusal): boolean {
  if ('hosts' in refusal && refusal.hosts.on !== 'all') return false;
  if ('effect' in refusal && refusal.effect !== 'stops') return false;
  if (refusal.kind === 'wrong-abi') return refusal.abi.kind === 'wrong-machine';
  if (refusal.kind === 'malformed-elf') return refusal.fault.certainty === 'certain';
  // What a shell reads all the same may end well.
  if ('reader' in refusal && refusal.reader === 'shell') return false;
  return !('certainty' in refusal) || refusal.certainty === 'certain';
}
