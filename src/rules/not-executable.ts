import type { AccessRefusal, Ownership } from '../start/refusal.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { startRule } from './rule.ts';
import { about, nameOf, PROGRAMS, refusedSteps } from './start-words.ts';

export const notExecutable = startRule({
  id: 'not-executable',
  title: 'The file to start may not be executed',
  severity: 'error',
  what: 'A file that the container starts is there, but the user of the image may not execute it: it lacks the x bit, a directory on the way to it may not be searched, it is a directory or a device, or it is a script that its interpreter may not read. Root is refused too where no x bit is set at all.',
  why: 'People see `exec: "/server": permission denied`, or `executable file not found in $PATH` although the file is there. The x bit gets lost in `actions/upload-artifact`, in zip archives, on Windows, and with `git add` of a file that was never made executable.',
  fix: 'Copy the file with its mode: `COPY --chmod=755 server /server`, or `RUN chmod +x`. For a file that another user owns, `COPY --chown=` or `a+rx` on the directories above it.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, KINDS, [...PROGRAMS, 'loader'])) {
      const name = nameOf(trace, found.step);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: ${name} may not be executed`,
        message: `${found.step.file?.located.path ?? found.step.name} ${reasonOf(found.refusal, trace)}.`,
      };
    }
  },
});

const KINDS = [
  'not-searchable',
  'not-a-file',
  'no-execute-permission',
  'no-read-permission',
  'may-not-switch-user',
] as const;

function reasonOf(refusal: AccessRefusal, trace: StartTrace): string {
  switch (refusal.kind) {
    case 'not-a-file':
      return `is a ${refusal.type.replace('-', ' ')}`;
    case 'not-searchable':
      return `lies behind ${refusal.at}, which ${userOf(trace)} may not search: it has ${modeOf(refusal.owner)}`;
    case 'no-execute-permission':
      return `has ${modeOf(refusal.owner)}, which does not let ${userOf(trace)} execute it`;
    case 'may-not-switch-user':
      return `is to become another user, which ${userOf(trace)} may not`;
    case 'no-read-permission':
      return `is a script that ${userOf(trace)} may execute but, with ${modeOf(refusal.owner)}, not read, as its interpreter must`;
  }
}

function userOf({ credentials }: StartTrace): string {
  return credentials === null || credentials.uid === 0
    ? 'root'
    : `user ${credentials.uid}:${credentials.gid}`;
}

function modeOf({ mode, uid, gid }: Ownership): string {
  return `mode ${mode.toString(8).padStart(4, '0')} and belongs to ${uid}:${gid}`;
}
