import type { AccessRefusal, Ownership } from '../start/refusal.ts';
import type { StartStep, StartTrace } from '../start/start-trace.ts';
import { startRule } from './rule.ts';
import { about, nameOf, PROGRAMS, refusedSteps } from './start-words.ts';

export const notExecutable = startRule({
  id: 'not-executable',
  title: 'The file to start may not be executed',
  severity: 'error',
  what: 'A file that the container starts is there, but the user of the image may not execute it: it lacks the x bit, a directory on the way to it may not be searched, it is a directory or a device, or it is a script that its interpreter may not read. Root is refused too where no x bit is set at all, and where the file has capabilities in effect (`setcap cap_net_admin+ep`) that a container does not have.',
  why: 'People see `exec: "/server": permission denied`, or `executable file not found in $PATH` although the file is there. The x bit gets lost in `actions/upload-artifact`, in zip archives, on Windows, and with `git add` of a file that was never made executable.',
  fix: 'Copy the file with its mode: `COPY --chmod=755 server /server`, or `RUN chmod +x`. For a file that another user owns, `COPY --chown=` or `a+rx` on the directories above it. Capabilities that are only permitted (`setcap cap_net_admin+p`) let the program start without them.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, KINDS, [...PROGRAMS, 'loader'])) {
      const name = nameOf(trace, found.step);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: ${name} may not be ${/^(?:cd|pushd)$/.test(found.step.via) ? 'entered' : 'executed'}`,
        ...fixOf(found.refusal),
        message: `${found.step.file?.located.path ?? found.step.name} ${reasonOf(found.refusal, found.step)}.`,
      };
    }
    for (const refusal of trace.refusals) {
      if (refusal.kind !== 'taken-by-some') continue;
      const { path, owner } = refusal;
      yield {
        severity: 'warning',
        title: `{platforms} cannot start everywhere: ${path} may not be executed`,
        message: `${path} comes first in PATH and has ${modeOf(owner)}, which does not let ${userOf(trace)} execute it. Runtimes pass it over, but a runc that was built with Go before 1.20 does not.`,
        runtimeError: `exec ${path}: permission denied`,
        fix: `take ${path} away, let this user execute it, or name the program by its whole path`,
        path,
        evidence: { asked: trace.argv[0] ?? '' },
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
  'capabilities-not-granted',
] as const;

function fixOf(refusal: AccessRefusal): { readonly fix?: string } {
  switch (refusal.kind) {
    case 'capabilities-not-granted':
      return {
        fix: 'take the capabilities away with `setcap -r`, or let them be permitted only (`+p`): the program then starts without them',
      };
    case 'no-execute-permission':
      return {
        fix:
          (refusal.owner.mode & 0o111) === 0
            ? 'give the file its x bit: `COPY --chmod=755`, or `RUN chmod +x` behind the line that brings it'
            : 'let this user execute the file: `COPY --chmod=755`, or `COPY --chown=` with the user of `USER`',
      };
    case 'not-searchable':
      return { fix: `let this user through ${refusal.at}: \`RUN chmod a+x\` on that directory` };
    case 'not-a-file':
      return { fix: 'name a file that can be executed, by its whole path' };
    default:
      return {};
  }
}

function reasonOf(refusal: AccessRefusal, step: StartStep): string {
  switch (refusal.kind) {
    case 'not-a-file':
      return `is a ${refusal.type.replace('-', ' ')}`;
    case 'not-searchable':
      return `${refusal.at === step.name ? 'is a directory that' : `lies behind ${refusal.at}, which`} ${userOf(step)} may not search: it has ${modeOf(refusal.owner)}`;
    case 'no-execute-permission':
      return `has ${modeOf(refusal.owner)}, which does not let ${userOf(step)} execute it`;
    case 'may-not-switch-user':
      return `is to become another user, which ${userOf(step)} may not`;
    case 'capabilities-not-granted':
      return `has ${refusal.capabilities.join(', ')} in effect (setcap), which ${GRANTS[refusal.certainty]}`;
    case 'no-read-permission':
      return `is a script that ${userOf(step)} may execute but, with ${modeOf(refusal.owner)}, not read, as its interpreter must`;
  }
}

const GRANTS = {
  certain: 'containers get only when it is added for each of them (--cap-add)',
  possible: 'docker grants by default, but podman and CRI-O do not',
} as const;

function userOf({ credentials }: Pick<StartTrace, 'credentials'>): string {
  return credentials === null || credentials.uid === 0
    ? 'root'
    : `user ${credentials.uid}:${credentials.gid}`;
}

function modeOf({ mode, uid, gid, isListed }: Ownership): string {
  const list = isListed === true ? ', an access list (setfacl)' : '';
  return `mode ${mode.toString(8).padStart(4, '0')}${list} and belongs to ${uid}:${gid}`;
}
