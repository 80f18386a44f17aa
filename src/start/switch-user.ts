/** What gosu, su-exec, setuidgid, chpst and setpriv become before they start the command. */
import type { Execution } from './execution.ts';
import { accessOf } from './file-access.ts';
import type { ParsedOptions } from './options.ts';
import type { Tool } from './running-program.ts';
import { type Credentials, userOf } from './users.ts';
import type { UserSource } from './wrapper-table.ts';

type Options = ParsedOptions['options'];

/** The command's circumstances; null when it is never reached, which is recorded, or when they cannot be known. */
export function switchUser(
  execution: Execution,
  tool: Tool,
  source: UserSource,
  { options, rest: [spec = ''] }: ParsedOptions,
): Execution | null {
  const asked = source === 'chpst' ? options.findLast(([name]) => name === 'u')?.[1] : spec;
  if (asked === undefined) return execution;
  const wanted =
    source === 'setpriv' ? optionsOf(execution, tool, options) : userIn(execution, tool, source, asked);
  if (wanted === null) return null;
  const isSame = JSON.stringify(wanted) === JSON.stringify(execution.credentials);
  const setsGroups = source !== 'setpriv' || options.some(([name]) => SETS_GROUPS.includes(name));
  if (execution.credentials.uid !== 0 && (setsGroups || !isSame)) {
    execution.recording.refuse(tool.program.step, {
      kind: 'may-not-switch-user',
      uid: execution.credentials.uid,
      wanted: asked,
    });
    return null;
  }
  // setpriv keeps its capabilities up to execve(2), which therefore looks at no permission but an x bit.
  const access = source === 'setpriv' ? execution.access : accessOf(wanted);
  // gosu and su-exec set it to that of the new user, the others leave it alone.
  const environment = new Map(execution.environment);
  environment.delete('HOME');
  return { ...execution, credentials: wanted, access, environment };
}

function userIn(
  execution: Execution,
  tool: Tool,
  source: Exclude<UserSource, 'setpriv'>,
  spec: string,
): Credentials | null {
  switch (source) {
    case 'spec':
      return specOf(execution, tool, spec);
    case 'account':
      return accountOf(execution, tool, spec);
    case 's6': {
      const [, uid, gid] = /^(\d+):(\d+)$/.exec(spec) ?? [];
      if (uid !== undefined) return { uid: Number(uid), gid: Number(gid), groups: [] };
      return isName(execution, tool, spec) ? specOf(execution, tool, spec) : null;
    }
    case 'chpst':
      return chpstUser(execution, tool, spec);
  }
}

/** `user[:group…]` in names, or `:uid[:gid…]`: the groups are these and no others. */
function chpstUser(execution: Execution, tool: Tool, spec: string): Credentials | null {
  if (spec.startsWith(':')) {
    const [uid = 0, ...gids] = spec.slice(1).split(':').map(Number);
    const [gid = uid, ...groups] = gids;
    return { uid, gid, groups };
  }
  const [name = '', ...names] = spec.split(':');
  const user = accountOf(execution, tool, name);
  const found = names.map((group) => specOf(execution, tool, `:${group}`)?.gid);
  if (user === null || found.includes(undefined)) return null;
  const [gid = user.gid, ...groups] = found.filter((group) => group !== undefined);
  return { uid: user.uid, gid, groups };
}

/** A name with its one group. busybox takes `user:group` and numbers too. */
function accountOf(execution: Execution, tool: Tool, name: string): Credentials | null {
  if (tool.family === 'own' && !isName(execution, tool, name)) return null;
  const user = specOf(execution, tool, name);
  return user === null ? null : { ...user, groups: [] };
}

/** Numbers and groups are no names: "unknown account 1000". */
function isName({ recording }: Execution, tool: Tool, spec: string): boolean {
  if (!/^[+-]?\d+$/.test(spec) && !spec.includes(':')) return true;
  recording.refuse(tool.program.step, { kind: 'unknown-user', name: spec, file: 'found' });
  return false;
}

/** `user`, `user:group`, in names or numbers; the libc's own reading of the files is that of the runtime here. */
function specOf(execution: Execution, tool: Tool, spec: string): Credentials | null {
  const answer = userOf(execution.rootfs, spec);
  if (answer.kind === 'known') return answer.credentials;
  if (answer.kind === 'refused') execution.recording.refuse(tool.program.step, answer.refusal);
  else execution.recording.unreadable(answer.path, `its text was not kept, and ${tool.name} needs it`);
  return null;
}

const SETS_GROUPS: readonly string[] = ['init-groups', 'clear-groups', 'groups'];
const SETS_GROUP: readonly string[] = ['regid', 'rgid', 'egid'];

/** setpriv: each part on its own. */
function optionsOf(execution: Execution, tool: Tool, options: Options): Credentials | null {
  const names = options.map(([name]) => name);
  if (names.some((name) => SETS_GROUP.includes(name)) && !names.some((name) => KEEPS_GROUPS.includes(name))) {
    execution.recording.leaveOut(
      `what ${tool.program.path} starts: --regid requires --keep-groups, --clear-groups, --init-groups, or --groups`,
    );
    return null;
  }
  let { uid, gid, groups } = execution.credentials;
  for (const [name, value] of options) {
    if (name === 'reuid' || name === 'euid' || name === 'init-groups') {
      const user = specOf(execution, tool, name === 'init-groups' ? String(uid) : value);
      if (user === null) return null;
      ({ uid } = user);
      if (names.includes('init-groups')) ({ groups } = user);
    } else if (name === 'regid' || name === 'egid') {
      const group = specOf(execution, tool, `:${value}`);
      if (group === null) return null;
      ({ gid } = group);
    } else if (name === 'clear-groups') groups = [];
    else if (name === 'groups') {
      const found = value.split(',').map((group) => specOf(execution, tool, `:${group}`)?.gid);
      if (found.includes(undefined)) return null;
      groups = found.filter((group) => group !== undefined);
    }
  }
  return { uid, gid, groups };
}

const KEEPS_GROUPS: readonly string[] = [...SETS_GROUPS, 'keep-groups'];
