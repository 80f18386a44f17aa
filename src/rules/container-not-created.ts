import type { ContainerFault } from '../start/refusal.ts';
import { type Observation, startRule } from './rule.ts';

export const containerNotCreated = startRule({
  id: 'container-not-created',
  title: 'The runtime cannot make a container of the image',
  severity: 'error',
  what: 'Whatever the program is, the runtime sets up the environment and mounts what every container gets. It gives up where `ENV` has a variable without a name, where a setting has a NUL in it, where a variable or an argument is longer than `execve` takes (128 KiB), where `/etc/hosts`, `/etc/hostname` or `/etc/resolv.conf` is a directory, which a file cannot be mounted on, where `VOLUME` names something that is no directory, the root or what the runtime mounts itself, and where `/proc`, `/sys`, `/dev` or `/etc` is none. The last is a warning: docker puts empty directories there itself, containerd and podman do not.',
  why: 'Every start ends with an error of the runtime that names no file of yours: `not a directory: Are you trying to mount a directory onto a file (or vice-versa)?`, `filesystem "proc" must be mounted on ordinary directory`, `environment variable name can\'t be empty`, `cannot mount volume over existing file`. Builds do not notice, because the final stage runs nothing.',
  fix: 'Leave `/etc/hosts`, `/etc/hostname`, `/etc/resolv.conf`, `/proc`, `/sys` and `/dev` out of what you copy into the image, or let them be empty files and directories. Let `VOLUME` name directories only. Give every variable of `ENV` a name.',
  *examine({ trace }) {
    for (const refusal of trace.refusals) {
      if (refusal.kind === 'malformed-setting') yield malformedSetting(refusal);
      else if (refusal.kind === 'unusable-mount-point') yield unusableMountPoint(refusal);
      else if (refusal.kind === 'unusable-volume') yield unusableVolume(refusal);
    }
  },
});

type Fault<Kind extends ContainerFault['kind']> = Extract<ContainerFault, { readonly kind: Kind }>;

function malformedSetting({ setting, value, fault, certainty }: Fault<'malformed-setting'>): Observation {
  const { title, message, runtimeError, fix } = WORDS[fault](setting, value);
  const everywhere = certainty === 'certain' ? '' : ' everywhere';
  return {
    ...(certainty === 'certain' ? {} : { severity: 'warning' }),
    title: `{platforms} cannot start${everywhere}: ${title}`,
    message,
    runtimeError,
    fix,
    evidence: { setting, value },
  };
}

type Words = Readonly<Record<'title' | 'message' | 'runtimeError' | 'fix', string>>;
type Setting = Fault<'malformed-setting'>;

const WORDS: Readonly<Record<Setting['fault'], (setting: Setting['setting'], value: string) => Words>> = {
  'no-name': (_, value) => ({
    title: 'ENV has a variable without a name',
    message: `The image config sets ${value}: there is nothing before the equals sign.`,
    runtimeError: `environment variable name can't be empty: "${value}"`,
    fix: 'give the variable a name, or take it out',
  }),
  nul: (setting, value) => ({
    title: `${setting} has a NUL in it`,
    message: `The image config has the text ${value}, and a NUL ends every text that a program is started with.`,
    runtimeError:
      setting === 'ENV'
        ? `environment variable ${/^[^=]*\0/.test(value) ? 'name' : 'value'} can't contain null(\\x00)`
        : 'invalid argument',
    fix: 'take the NUL out',
  }),
  'too-long': (setting, value) => ({
    title: `${setting} is longer than a program may be given`,
    message: `The text that begins with ${value} has more than the 131,071 bytes that Linux takes in one variable or argument; kernels with larger pages take more.`,
    runtimeError: 'argument list too long',
    fix: 'put the text into a file',
  }),
  'too-much': () => ({
    title: 'ENV and the arguments are more than a program may be given',
    message:
      'All variables and arguments together have more than the 2 MiB that Linux takes with its usual limit of the stack.',
    runtimeError: 'argument list too long',
    fix: 'put the texts into files',
  }),
};

function unusableMountPoint({ at, wanted }: Fault<'unusable-mount-point'>): Observation {
  const observation = { path: at, evidence: { path: at, wanted } };
  if (wanted === 'file') {
    return {
      ...observation,
      title: `{platforms} cannot start: ${at} is a directory`,
      message: `Runtimes mount a file of their own over ${at}, which the image has as a directory.`,
      runtimeError: `error mounting "${at}": not a directory: Are you trying to mount a directory onto a file (or vice-versa)?`,
    };
  }
  const warning = {
    ...observation,
    severity: 'warning',
    title: `{platforms} cannot start everywhere: ${at} is no directory`,
  } as const;
  if (at === '/etc') {
    return {
      ...warning,
      message:
        'docker puts an empty directory in the place of /etc, and finds nothing of what the image has there, neither users nor libraries.',
    };
  }
  return {
    ...warning,
    message: `Runtimes mount a file system on ${at}, which the image has as something else than a directory. docker replaces it, containerd and podman refuse it.`,
    runtimeError: `error mounting to rootfs at "${at}": filesystem must be mounted on ordinary directory`,
  };
}

function unusableVolume({ volume, at, because }: Fault<'unusable-volume'>): Observation {
  return {
    path: at,
    ...VOLUME_WORDS[because](volume, at),
    evidence: { volume, path: at },
  };
}

const VOLUME_WORDS: Readonly<
  Record<Fault<'unusable-volume'>['because'], (volume: string, at: string) => Words>
> = {
  'no-directory': (volume, at) => ({
    title: `{platforms} cannot start: VOLUME ${volume} is no directory`,
    message: `Runtimes mount a directory on ${at}, where something else lies. Only who mounts a file there (\`docker run -v\`) does not see the fault.`,
    runtimeError: `cannot mount volume over existing file, file exists ${at}`,
    fix: 'let VOLUME name the directory that the file lies in, or take it out',
  }),
  'no-directory-above': (volume, at) => ({
    title: `{platforms} cannot start: VOLUME ${volume} lies below ${at}, which is no directory`,
    message: `Runtimes make the directory ${volume} to mount a volume on it, and ${at} on the way is something else.`,
    runtimeError: `lstat ${volume}: not a directory`,
    fix: 'let VOLUME name a path below directories, or take it out',
  }),
  'symlink-loop': (volume) => ({
    title: `{platforms} cannot start: VOLUME ${volume} is a loop of symlinks`,
    message: `Runtimes mount a directory on ${volume}, and the symlinks behind it never end.`,
    runtimeError: `too many links in ${volume}`,
    fix: 'let the symlink lead to a directory',
  }),
  'whole-root': (volume) => ({
    title: `{platforms} cannot start: VOLUME "${volume}" hides the whole image`,
    message: `Runtimes mount a volume on /, over everything that they mounted before.`,
    runtimeError: 'error during container init: open /proc/sys/net/ipv4/ip_unprivileged_port_start',
    fix: 'let VOLUME name the directories with data, or take it out',
  }),
  'runtime-mount': (volume, at) => ({
    title: `{platforms} cannot start: VOLUME ${volume} hides what runtimes mount`,
    message: `Runtimes mount a file system of their own on ${mountOf(at)}, and let no volume be mounted on ${at}.`,
    runtimeError: MOUNT_ERRORS[mountOf(at)] ?? '',
    fix: 'take VOLUME out',
  }),
};

function mountOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

const MOUNT_ERRORS: Readonly<Record<string, string>> = {
  '/proc': 'cannot be mounted because it is',
  '/sys': 'read-only file system',
  '/dev': 'stat /dev/null: no such file or directory',
};
