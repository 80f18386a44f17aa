import type { UserRefusal } from '../start/refusal.ts';
import { type Observation, startRule } from './rule.ts';
import { refusedSteps } from './start-words.ts';

export const userNotFound = startRule({
  id: 'user-not-found',
  title: 'USER names somebody whom the image does not know',
  severity: 'error',
  what: 'The runtime turns the `USER` of the image into numbers with the `/etc/passwd` and `/etc/group` of the image itself, before anything is started. The name of the user or of its group is in neither, or the number is out of range.',
  why: 'Every start ends with `unable to find user app: no matching entries in passwd file`. It happens when the user is added in a build stage and the final stage starts from another base, or when a base image renames its user.',
  fix: 'Add the user in the final stage (`RUN useradd --system app`, or `COPY --from=build /etc/passwd /etc/group /etc/`), or write numbers: `USER 10001:10001` needs no entry anywhere.',
  *examine({ trace }) {
    for (const refusal of trace.refusals) {
      if ('name' in refusal) yield observationOf(refusal, `USER is ${trace.user}`);
    }
    for (const { step, refusal } of refusedSteps(trace, [
      'unknown-user',
      'unknown-group',
      'user-out-of-range',
    ])) {
      yield observationOf(refusal, `${step.file?.path ?? step.name} is to become ${refusal.name}`);
    }
  },
});

function observationOf(refusal: UserRefusal, who: string): Observation {
  const evidence = { name: refusal.name };
  if (refusal.kind === 'user-out-of-range') {
    return {
      title: `{platforms} cannot start: the number ${refusal.name} is out of range`,
      message: `${who}, but user and group numbers go from 0 to 2147483647.`,
      runtimeError: 'uids and gids must be in range 0-2147483647',
      evidence,
    };
  }
  const what = refusal.kind === 'unknown-user' ? 'user' : 'group';
  const file = refusal.kind === 'unknown-user' ? '/etc/passwd' : '/etc/group';
  const lacks = refusal.file === 'found' ? `${file} has no such ${what}` : `the image has no ${file}`;
  return {
    title: `{platforms} cannot start: there is no ${what} ${refusal.name}`,
    message: `${who}, but ${lacks}.`,
    runtimeError: `unable to find ${what} ${refusal.name}: no matching entries in ${file.slice(5)} file`,
    path: file,
    evidence: { ...evidence, file: refusal.file },
  };
}
