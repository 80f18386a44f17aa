/** What gosu, su-exec, setuidgid, chpst, setpriv and others become before they start the command. */
import { type Execution, UNKNOWN } from '../execution.ts';
import { accessOf } from '../users/file-access.ts';
import { mayBeRemade } from '../made-files.ts';
import type { ParsedOptions } from './options.ts';
import type { Tool } from '../running-program.ts';
import { accountOf as entryOf, type Credentials, userOf } from '../users/users.ts';
import { chpstComplaint, type Complain, complaintOf, mayNotSwitch, withWords } from './switch-words.ts';
import type { UserSource } from './wrapper.ts';

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
  const words = source === 'setpriv' ? options.map(([, value]) => value) : [asked];
  if (words.some((word) => word.includes(UNKNOWN))) return becomingAnybody(execution, tool);
  const wanted =
    source === 'setpriv' ? optionsOf(execution, tool, options) : userIn(execution, tool, source, asked);
  if (wanted === null) return null;
  const isSame = JSON.stringify(wanted) === JSON.stringify(execution.credentials);
  const setsGroups = source !== 'setpriv' || options.some(([name]) => SETS_GROUPS.includes(name));
  if (execution.credentials.uid !== 0 && (setsGroups || !isSame)) {
    execution.recording.refuse(tool.program.step, {
      ...mayNotSwitch(tool, execution.credentials, asked),
      ...(source === 'setpriv' && { error: setprivError(execution.credentials, wanted, options) }),
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

/** What root cannot start, nobody can. */
function becomingAnybody(execution: Execution, tool: Tool): Execution | null {
  execution.recording.leaveOut(`whether ${tool.program.path} may start it: only running tells as whom`);
  return execution.credentials.uid === 0 ? { ...execution, isAnyUser: true } : null;
}

/** The first call that fails, in the order in which setpriv of util-linux makes them. */
function setprivError(own: Credentials, wanted: Credentials, options: Options): string {
  const groups = options.some(([name]) => name === 'init-groups') ? 'initgroups' : 'setgroups';
  const call = own.uid !== wanted.uid ? 'setresuid' : own.gid !== wanted.gid ? 'setresgid' : groups;
  return `setpriv: ${call} failed: Operation not permitted`;
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
  const whole: Complain = (_, unknown) => chpstComplaint(spec, unknown);
  const complain = tool.family === 'own' ? whole : complaintOf(tool, spec);
  const user = accountOf(execution, tool, name);
  const found = names.map((group) => specOf(execution, tool, `:${group}`, complain)?.gid);
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
  recording.refuse(
    tool.program.step,
    withWords({ kind: 'unknown-user', name: spec, file: 'found' }, complaintOf(tool, spec)),
  );
  return false;
}

/**
 * `user`, `user:group`, in names or numbers; the libc's own reading of the files is that of the runtime here.
 * `complain`: what the tool says of a name that it does not find, where it has its own words for each place.
 */
function specOf(
  execution: Execution,
  tool: Tool,
  spec: string,
  complain: Complain | undefined = complaintOf(tool, spec),
): Credentials | null {
  const answer = userOf(execution.rootfs, spec);
  if (answer.kind === 'known') return answer.credentials;
  if (mayBeAdded(execution)) leaveOutUser(execution, tool, spec);
  else if (answer.kind === 'refused')
    execution.recording.refuse(tool.program.step, withWords(answer.refusal, complain));
  else execution.recording.unreadable(answer.path, `its text was not kept, and ${tool.name} needs it`);
  return null;
}

function mayBeAdded(execution: Execution): boolean {
  const isChanged = ['/etc/passwd', '/etc/group'].some((file) => mayBeRemade(execution, file));
  return execution.reach === 'possible' || execution.effects === 'anything' || isChanged;
}

function leaveOutUser({ recording }: Execution, tool: Tool, spec: string): void {
  recording.leaveOut(`whether there is a user ${spec} when ${tool.name} looks`);
}

/** A user of chroot (`user`, `user:group`), or of su and runuser (`by-name`); null: there is none, which is recorded. */
export function userOfSpec(
  execution: Execution,
  tool: Tool,
  spec: string,
  form: 'any' | 'by-name' = 'any',
): Credentials | null {
  if (form === 'by-name' && !isName(execution, tool, spec)) return null;
  return specOf(execution, tool, spec);
}

const SETS_GROUPS: readonly string[] = ['init-groups', 'clear-groups', 'groups'];
const KEEPS_GROUPS: readonly string[] = [...SETS_GROUPS, 'keep-groups'];

/** setpriv: each part on its own. */
function optionsOf(execution: Execution, tool: Tool, options: Options): Credentials | null {
  const error = contradictionIn(options);
  if (error !== null) {
    execution.recording.refuse(tool.program.step, {
      kind: 'malformed-command',
      error: `setpriv: ${error}`,
    });
    return null;
  }
  const names = options.map(([name]) => name);
  const idOf = (option: string, spec: string): Credentials | null =>
    specOf(execution, tool, spec, (name) => `setpriv: failed to parse ${option}: '${name}'`);
  let { uid, gid, groups } = execution.credentials;
  for (const [name, value] of options) {
    if (name === 'reuid' || name === 'euid') {
      const user = idOf(name, value);
      if (user === null) return null;
      ({ uid } = user);
    } else if (name === 'regid' || name === 'egid') {
      const group = idOf(name, `:${value}`);
      if (group === null) return null;
      ({ gid } = group);
    } else if (name === 'clear-groups') groups = [];
    else if (name === 'groups') {
      const found = value.split(',').map((group) => specOf(execution, tool, `:${group}`, noGroup)?.gid);
      if (found.includes(undefined)) return null;
      groups = found.filter((group) => group !== undefined);
    }
  }
  if (!names.includes('init-groups')) return { uid, gid, groups };
  const initial = initialGroups(execution, tool, String(uid));
  return initial === null ? null : { uid, gid, groups: initial.filter((group) => group !== gid) };
}

/** initgroups(3) wants a name; the group of its entry is one of them. */
function initialGroups(execution: Execution, tool: Tool, uid: string): readonly number[] | null {
  const user = specOf(execution, tool, uid);
  if (user === null) return null;
  if (entryOf(execution.rootfs, uid) !== null) return [...user.groups, user.gid];
  const refusal = { kind: 'unknown-user', name: uid, file: 'found' } as const;
  const error = `setpriv: uid ${uid} not found, --init-groups requires an user that can be found on the system`;
  if (mayBeAdded(execution)) leaveOutUser(execution, tool, uid);
  else execution.recording.refuse(tool.program.step, { ...refusal, error });
  return null;
}

const noGroup: Complain = (name) => `setpriv: Invalid supplementary group id: '${name}'`;

const IDS: Readonly<Record<string, readonly string[]>> = {
  reuid: ['ruid', 'euid'],
  ruid: ['ruid'],
  euid: ['euid'],
  regid: ['rgid', 'egid'],
  rgid: ['rgid'],
  egid: ['egid'],
};

/** Options of setpriv that exclude or need each other: what it says of them, and ends. */
function contradictionIn(options: Options): string | null {
  const set = new Set<string>();
  for (const [name] of options) {
    const ids = IDS[name] ?? [];
    if (ids.some((id) => set.has(id))) return `duplicate ${ids.join(' or ')}`;
    for (const id of ids) set.add(id);
  }
  const names = new Set(options.map(([name]) => name));
  const groups = KEEPS_GROUPS.filter((name) => names.has(name));
  if (groups.length > 1)
    return 'mutually exclusive arguments: --clear-groups --keep-groups --init-groups --groups';
  if ((set.has('rgid') || set.has('egid')) && groups.length === 0)
    return '--[re]gid requires --keep-groups, --clear-groups, --init-groups, or --groups';
  return names.has('init-groups') && !set.has('ruid') ? '--init-groups requires --ruid or --reuid' : null;
}
