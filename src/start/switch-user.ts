/** What gosu, su-exec, s6-setuidgid and setpriv become before they start the command. */
import type { Execution } from './execution.ts';
import { accessOf } from './file-access.ts';
import type { Tool } from './running-program.ts';
import { type Credentials, userOf } from './users.ts';

type Options = readonly (readonly [name: string, value: string])[];

/** The command's circumstances; null when it is never reached, which is recorded, or when they cannot be known. */
export function switchUser(execution: Execution, tool: Tool, wanted: string | Options): Execution | null {
  const credentials =
    typeof wanted === 'string' ? specOf(execution, tool, wanted) : optionsOf(execution, tool, wanted);
  if (credentials === null) return null;
  const isSame = JSON.stringify(credentials) === JSON.stringify(execution.credentials);
  if (execution.credentials.uid !== 0 && !(isSame && typeof wanted !== 'string')) {
    execution.recording.refuse(tool.program.step, {
      kind: 'may-not-switch-user',
      uid: execution.credentials.uid,
    });
    return null;
  }
  return { ...execution, credentials, access: accessOf(credentials) };
}

/** `user`, `user:group`, in names or numbers; the libc's own reading of the files is that of the runtime here. */
function specOf(execution: Execution, tool: Tool, spec: string): Credentials | null {
  const answer = userOf(execution.rootfs, spec);
  if (answer.kind === 'known') return answer.credentials;
  if (answer.kind === 'refused') execution.recording.refuse(tool.program.step, answer.refusal);
  else execution.recording.unreadable(answer.path, `its text was not kept, and ${tool.name} needs it`);
  return null;
}

/** setpriv: each part on its own. */
function optionsOf(execution: Execution, tool: Tool, options: Options): Credentials | null {
  let { uid, gid, groups } = execution.credentials;
  for (const [name, value] of options) {
    if (name === 'reuid' || name === 'euid' || name === 'init-groups') {
      const user = specOf(execution, tool, name === 'init-groups' ? String(uid) : value);
      if (user === null) return null;
      ({ uid } = user);
      if (options.some(([other]) => other === 'init-groups')) ({ groups } = user);
    } else if (name === 'regid' || name === 'egid') {
      const group = specOf(execution, tool, `:${value}`);
      if (group === null) return null;
      ({ gid } = group);
    } else if (name === 'clear-groups') groups = [];
    else if (name === 'groups') groups = value.split(',').map(Number);
  }
  return { uid, gid, groups };
}
