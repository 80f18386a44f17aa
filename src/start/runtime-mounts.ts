/**
 * What containers find below /proc, /sys and /dev, whatever the image has there: the mounts and devices that docker,
 * containerd, podman and Kubernetes have in common (runc's rootfs_linux.go), and what every kernel has in /proc and
 * /sys (fs/proc/base.c, fs/proc/root.c). Left out: what whoever starts a container adds to them.
 */
import { canonicalPath } from '../rootfs/path.ts';
import type { IntoMount } from '../rootfs/resolve.ts';

export type Mounted =
  | 'directory'
  | 'device'
  /** One that nobody may execute. */
  | 'file'
  /** The runtime's end of stdin, stdout or stderr. */
  | 'stream'
  /** Nothing, but root can make a directory there. */
  | 'room'
  | 'nothing'
  /** No program, and perhaps a directory, which nobody could make there. */
  | 'up-to-the-host'
  /** The program that runs already. */
  | 'itself'
  /** Whatever a link of the kernel leads to. */
  | 'linked';

const DEV = tableOf({
  device: 'full null ptmx random tty urandom zero',
  directory: 'fd mqueue pts shm',
  stream: 'stderr stdin stdout',
  // A link to /proc/kcore, which not every kernel has, and what there is beside a terminal.
  'up-to-the-host': 'console core',
});
const PROC = tableOf({
  directory: 'bus driver fs irq net sys tty',
  file: 'buddyinfo cgroups cmdline consoles cpuinfo crypto devices diskstats filesystems interrupts iomem ioports kallsyms kcore kmsg loadavg locks meminfo misc modules mounts pagetypeinfo partitions softirqs stat swaps uptime version vmallocinfo vmstat zoneinfo',
  'up-to-the-host': 'acpi asound device-tree dri dynamic_debug ide mpt powerpc pressure scsi spl sysvipc xen',
});
const PROCESS = tableOf({
  directory: 'attr cwd fd fdinfo map_files net ns root task',
  file: 'auxv cgroup cmdline comm environ limits maps mem mountinfo mounts smaps stat statm status',
  itself: 'exe',
});
const SYS = tableOf({
  directory: 'block bus class dev devices firmware fs kernel module power',
  'up-to-the-host': 'hypervisor',
});

/** The whole path; only what cannot lead elsewhere is cleaned. */
export function mountedPath({ at, rest }: IntoMount): string {
  const path = [at, ...rest].join('/');
  return rest.includes('..') ? path : canonicalPath(path);
}

/** What lies where a path leads into one of the three. */
export function mountedAt(place: IntoMount): Mounted {
  if (place.rest.includes('..')) return 'linked';
  const [, mount, ...names] = mountedPath(place).split('/');
  if (mount === 'dev') return inDev(names);
  return mount === 'sys' ? inSys(names) : inProc(names);
}

function inDev([name, ...below]: readonly string[]): Mounted {
  if (name === undefined) return 'directory';
  const known = DEV.get(name) ?? 'room';
  if (below.length === 0 || known === 'room' || known === 'up-to-the-host') return known;
  if (name === 'shm') return 'room';
  return name === 'fd' ? inDescriptors(below) : 'nothing';
}

function inSys([name, ...below]: readonly string[]): Mounted {
  if (name === undefined) return 'directory';
  const known = SYS.get(name) ?? 'nothing';
  if (below.length === 0 || known === 'nothing') return known;
  return name === 'fs' && below.join('/') === 'cgroup' ? 'directory' : 'up-to-the-host';
}

function inProc([name, ...below]: readonly string[]): Mounted {
  if (name === undefined) return 'directory';
  if (/^(?:1|self|thread-self)$/.test(name)) return inProcess(below);
  if (/^\d+$/.test(name)) return below.length === 0 ? 'up-to-the-host' : 'linked';
  const known = PROC.get(name) ?? 'nothing';
  if (below.length === 0) return known;
  return known === 'directory' || known === 'up-to-the-host' ? 'up-to-the-host' : 'nothing';
}

function inProcess([name, ...below]: readonly string[]): Mounted {
  if (name === undefined) return 'directory';
  const known = PROCESS.get(name) ?? 'nothing';
  if (below.length === 0) return known;
  if (name === 'fd') return inDescriptors(below);
  if (/^(?:cwd|map_files|root|task)$/.test(name)) return 'linked';
  return known === 'directory' ? 'up-to-the-host' : 'nothing';
}

function inDescriptors([number = '', ...below]: readonly string[]): Mounted {
  if (!/^\d+$/.test(number)) return 'nothing';
  if (!/^[012]$/.test(number)) return 'linked';
  return below.length === 0 ? 'stream' : 'nothing';
}

function tableOf(kinds: Partial<Readonly<Record<Mounted, string>>>): ReadonlyMap<string, Mounted> {
  const rows = (['directory', 'device', 'file', 'stream', 'itself', 'up-to-the-host'] as const).flatMap(
    (kind) => (kinds[kind] ?? '').split(' ').map((name): [string, Mounted] => [name, kind]),
  );
  return new Map(rows);
}
