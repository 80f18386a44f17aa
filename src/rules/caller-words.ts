/** What those who start a program say when they cannot, each in its own words: wrappers, shells of others, runc. */
import { baseOf } from '../rootfs/path.ts';
import { quoted, type Quotes } from '../start/programs/quotation.ts';
import { type Errno, ERRNO_TEXTS } from './errno.ts';

interface Failure {
  readonly name: string;
  readonly errno: Errno;
  /** strerror(3) of it. */
  readonly error: string;
  /** As the caller was called: coreutils say the whole of argv[0]. */
  readonly called: string;
  readonly quotes: Quotes;
}

type Complaint = (failure: Failure) => string;

/** `error_str` of daemontools and runit. */
const BERNSTEIN: Readonly<Record<Errno, string>> = {
  ENOENT: 'file does not exist',
  ENOTDIR: 'not a directory',
  ELOOP: 'symbolic link loop',
  ENAMETOOLONG: 'file name too long',
  EACCES: 'access denied',
  EPERM: 'permission denied',
  EISDIR: 'is a directory',
  ENOEXEC: 'exec format error',
  EINVAL: 'invalid argument',
  EIO: 'input/output error',
  ENOMEM: 'out of memory',
  ELIBBAD: 'unknown error',
};

const runCommand: Complaint = ({ name, error, called, quotes }) =>
  `${called}: failed to run command ${quoted(name, quotes)}: ${error}`;
const quotedName: Complaint = ({ name, error, called, quotes }) =>
  `${called}: ${quoted(name, quotes)}: ${error}`;
/** util-linux' `errexec`. */
const execute: Complaint = ({ name, error, called }) => `${called}: failed to execute ${name}: ${error}`;
/** execline's programs start one another: which of them is the last is not said here. */
const fatal: Complaint = ({ name, error }) => `unable to exec ${name}: ${error}`;

const COMPLAINTS: Readonly<Record<string, Complaint>> = {
  runc: ({ name, error }) => `exec ${name}: ${error.toLowerCase()}`,
  // Its words, and those of catatonit, begin with the number of the process.
  tini: ({ name, error }) => `exec ${name} failed: ${error}`,
  'dumb-init': ({ name, error }) => `[dumb-init] ${name}: ${error}`,
  catatonit: ({ error }) => `failed to exec pid1: ${error}`,
  timeout: runCommand,
  stdbuf: runCommand,
  nohup: runCommand,
  chroot: runCommand,
  nice: quotedName,
  env: quotedName,
  setpriv: execute,
  setsid: execute,
  taskset: execute,
  ionice: execute,
  linux32: execute,
  linux64: execute,
  flock: execute,
  su: execute,
  runuser: execute,
  time: ({ name, error, called }) => `${called}: cannot run ${name}: ${error}`,
  gosu: ({ error }) => `error: exec failed: ${error.toLowerCase()}`,
  chpst: ({ name, errno }) => `chpst: fatal: unable to run: ${name}: ${BERNSTEIN[errno]}`,
  setuidgid: ({ name, errno }) => `setuidgid: fatal: unable to run ${name}: ${BERNSTEIN[errno]}`,
  's6-setuidgid': fatal,
  execlineb: fatal,
  // The words are those of ash and dash; the place depends on the version of s6-overlay.
  sh: ({ name, error }) => `${name}: ${error === ERRNO_TEXTS.ENOENT ? 'not found' : error}`,
};

/** How the caller tells this failure. */
export function callerErrorOf(failure: Failure): string {
  const applet = appletErrorOf(failure);
  if (applet !== null) return applet;
  const { name, error, called } = failure;
  return COMPLAINTS[programOf(called)]?.(failure) ?? `${called}: ${name}: ${error}`;
}

/** Of `tini-static` and `gosu-amd64` too. */
export function programOf(called: string): string {
  return baseOf(called)
    .replace(/^docker-init$/, 'tini')
    .replace(/^(tini|dumb-init|gosu)[-_].*$/, '$1');
}

/** busybox's `BB_EXECVP_or_die`, but of xargs, which goes on; toybox's `xexec`. */
function appletErrorOf({ name, error, called }: Failure): string | null {
  const [, family, applet] = /^(busybox|toybox) (.*)$/.exec(called) ?? [];
  if (family === undefined) return null;
  if (family === 'toybox') return `${applet}: exec ${name}: ${error}`;
  return applet === 'xargs' ? `xargs: ${name}: ${error}` : `${applet}: can't execute '${name}': ${error}`;
}
