/** What the programs that become somebody else say when they cannot: no such name, or no right to it (EPERM). */
import type { MayNotSwitch, UnknownName, UserRefusal } from '../refusal.ts';
import type { Tool } from '../running-program.ts';
import type { Credentials } from '../users/users.ts';

export type Complain = (name: string, unknown: UnknownName) => string;

const NO_SUCH_ENTRY = 'does not exist or the user entry does not contain all the required fields';
const OWN: Readonly<Record<string, Complain>> = {
  chpst: chpstComplaint,
  setuidgid: (name) => `setuidgid: fatal: unknown account ${name}`,
  's6-setuidgid': (name) => `fatal: unknown user: ${name}`,
  'su-exec': (name, { kind }) => `su-exec: get${kind === 'unknown-user' ? 'pw' : 'gr'}nam(${name})`,
  chroot: (_, { kind }) => `chroot: invalid ${kind === 'unknown-user' ? 'user' : 'group'}`,
  su: (name) => `su: user ${name} ${NO_SUCH_ENTRY}`,
  runuser: (name) => `runuser: user ${name} ${NO_SUCH_ENTRY}`,
};

/** undefined: the words are not known here. `spec`: all that the tool is to become. */
export function complaintOf({ name, family }: Tool, spec: string): Complain | undefined {
  if (family === 'own' && /^gosu\b/.test(name)) return ofGosu(spec);
  if (family === 'own') return OWN[name];
  return (unknown, { kind }) => `${name}: unknown ${kind === 'unknown-user' ? 'user' : 'group'} ${unknown}`;
}

/** runc's library looks the names up, and opens no file that is not there. */
function ofGosu(spec: string): Complain {
  return (name, { kind }) => {
    const [what, file] = kind === 'unknown-group' ? ['group', 'group'] : ['user', 'passwd'];
    return `error: failed switching to "${spec}": unable to find ${what} ${name}: no matching entries in ${file} file`;
  };
}

export function withWords(refusal: UserRefusal, complain: Complain | undefined): UserRefusal {
  const isUnknown = refusal.kind === 'unknown-user' || refusal.kind === 'unknown-group';
  return isUnknown && complain !== undefined
    ? { ...refusal, error: complain(refusal.name, refusal) }
    : refusal;
}

/** `spec`: all that stands behind `-u`. */
export function chpstComplaint(spec: string, { file }: UnknownName): string {
  return file === 'missing'
    ? 'chpst: fatal: unable to get password/group file entry: file does not exist'
    : `chpst: fatal: unknown user/group: ${spec}`;
}

const NOT_PERMITTED: Readonly<Record<string, string>> = {
  chpst: 'chpst: fatal: unable to setgroups: permission denied',
  setuidgid: 'setuidgid: fatal: unable to setgid: permission denied',
  's6-setuidgid': 'fatal: unable to set supplementary group list: Operation not permitted',
  'su-exec': 'su-exec: setgroups',
  runuser: 'runuser: may not be used by non-root users',
};

export function mayNotSwitch({ name, family }: Tool, { uid }: Credentials, wanted: string): MayNotSwitch {
  const error = family === 'own' ? NOT_PERMITTED[name] : undefined;
  return { kind: 'may-not-switch-user', uid, wanted, ...(error !== undefined && { error }) };
}
