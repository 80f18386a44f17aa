import type { UnknownName, UnusableUserFile, UserRefusal } from '../start/refusal.ts';
import { type Observation, startRule } from './rule.ts';
import { runtimeErrorOf } from './runtime-error.ts';
import { refusedSteps } from './start-words.ts';

const KINDS = [
  'unknown-user',
  'unknown-group',
  'user-out-of-range',
  'unusable-user-file',
  'too-many-colons',
] as const;

export const userNotFound = startRule({
  id: 'user-not-found',
  title: 'USER names somebody whom the image does not know',
  severity: 'error',
  what: 'The runtime turns the `USER` of the image into numbers with the `/etc/passwd` and `/etc/group` of the image itself, before anything is started. The name of the user or of its group is in neither, the number is out of range, or the file cannot be read. What only some runtimes refuse is a warning.',
  why: 'Every start ends with `unable to find user app: no matching entries in passwd file`. It happens when the user is added in a build stage and the final stage starts from another base, or when a base image renames its user.',
  fix: 'Add the user in the final stage (`RUN useradd --system app`, or `COPY --from=build /etc/passwd /etc/group /etc/`), or write numbers: `USER 10001:10001` needs no entry anywhere.',
  *examine({ trace }) {
    const user = trace.user === '' ? 'no USER is set, which means uid 0' : `USER is ${trace.user}`;
    for (const refusal of trace.refusals) {
      if (isAboutUser(refusal)) yield observationOf(refusal, user);
    }
    for (const { step, refusal } of refusedSteps(trace, KINDS)) {
      const who = 'name' in refusal ? refusal.name : 'another user';
      const seen = observationOf(refusal, `${step.file?.path ?? step.name} is to become ${who}`);
      const isUnknown = refusal.kind === 'unknown-user' || refusal.kind === 'unknown-group';
      const runtimeError = isUnknown ? runtimeErrorOf(trace, step, refusal) : null;
      yield runtimeError === null ? seen : { ...seen, runtimeError };
    }
  },
});

function isAboutUser(refusal: { readonly kind: string }): refusal is UserRefusal {
  return (KINDS as readonly string[]).includes(refusal.kind);
}

function observationOf(refusal: UserRefusal, who: string): Observation {
  switch (refusal.kind) {
    case 'unknown-user':
    case 'unknown-group':
      return unknownName(refusal, who);
    case 'unusable-user-file':
      return unusableFile(refusal, who);
    case 'user-out-of-range':
      return {
        ...(refusal.certainty === 'certain' ? {} : { severity: 'warning' }),
        title: `{platforms} cannot start${everywhere(refusal.certainty)}: the number ${refusal.name} is out of range`,
        message:
          refusal.certainty === 'certain'
            ? `${who}, but user and group numbers go from 0 to 2147483647.`
            : `${who}, and the number that leads to, ${refusal.name}, is not between 0 and 2147483647, as some runtimes demand.`,
        runtimeError: 'uids and gids must be in range 0-2147483647',
        evidence: { name: refusal.name },
      };
    case 'too-many-colons':
      return {
        severity: 'warning',
        title: `{platforms} cannot start everywhere: its user is ${refusal.name}`,
        message: `${who}: what stands behind the second colon is ignored by older engines and refused by containerd and newer ones.`,
        runtimeError: `invalid USER value ${refusal.name}`,
        fix: 'write `USER user:group` with one colon',
        evidence: { name: refusal.name },
      };
  }
}

function everywhere(certainty: 'certain' | 'possible'): string {
  return certainty === 'certain' ? '' : ' everywhere';
}

function unknownName({ kind, name, file }: UnknownName, who: string): Observation {
  const what = kind === 'unknown-user' ? 'user' : 'group';
  const path = kind === 'unknown-user' ? '/etc/passwd' : '/etc/group';
  const lacks = file === 'found' ? `${path} has no such ${what}` : `the image has no ${path}`;
  return {
    title: `{platforms} cannot start: there is no ${what} ${name}`,
    message: `${who}, but ${lacks}.`,
    runtimeError: `unable to find ${what} ${name}: no matching entries in ${path.slice(5)} file`,
    path,
    evidence: { name, file },
  };
}

const FAULTS = {
  loop: ['its symlinks lead in a circle', 'too many links'],
  'long-line': ['it has a line of 64 KiB or more', 'bufio.Scanner: token too long'],
  'not-a-file': [
    'it is no regular file, which containerd and older engines do not get over',
    'is not a regular file',
  ],
} as const;

function unusableFile({ path, fault, certainty }: UnusableUserFile, who: string): Observation {
  const [why, error] = FAULTS[fault];
  return {
    ...(certainty === 'certain' ? {} : { severity: 'warning' }),
    title: `{platforms} cannot start${everywhere(certainty)}: ${path} cannot be read`,
    message: `${who}, and runtimes read ${path} of the image to know who that is, but ${why}.`,
    runtimeError: `${path}: ${error}`,
    fix: `let ${path} be a text file, or leave it out`,
    path,
    evidence: { file: path, fault },
  };
}
