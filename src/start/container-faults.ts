/**
 * What keeps a runtime from making the container at all, before any program is looked for: settings that runc refuses
 * (prepareEnv of libcontainer/env.go, execve(2) itself), and places where it cannot mount what every container gets.
 */
import type { ProcessConfig } from '../oci/image-config.ts';
import type { Entry } from '../rootfs/entry.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { ContainerFault } from './refusal.ts';

/** docker, podman and the kubelet mount a file over each of these. */
const FILES = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'] as const;
/**
 * Of docker's init layer (daemon/initlayer of moby), which puts directories in the place of whatever else lies there:
 * what was behind /etc is lost then. containerd has no such layer, and runc follows no symlink to mount on the others.
 */
const DIRECTORIES = ['/proc', '/sys', '/dev', '/etc'] as const;

/** Only of the layers that were read: nobody reads the others for this. */
export function containerFaultsOf(
  rootfs: RootFs,
  { env, workingDir }: ProcessConfig,
  argv: readonly string[],
): readonly ContainerFault[] {
  const faults: ContainerFault[] = [];
  for (const entry of env) {
    if (entry.startsWith('='))
      faults.push({ kind: 'malformed-setting', setting: 'ENV', value: entry, fault: 'no-name' });
    else if (entry.includes('=')) faults.push(...nulIn('ENV', entry));
  }
  for (const word of argv.slice(1)) faults.push(...nulIn('an argument', word));
  faults.push(...nulIn('WORKDIR', workingDir));
  for (const at of FILES) {
    if (visibleAt(rootfs, at)?.type === 'directory')
      faults.push({ kind: 'unusable-mount-point', at, wanted: 'file' });
  }
  for (const at of DIRECTORIES) {
    if (!mayMountAt(rootfs, at)) faults.push({ kind: 'unusable-mount-point', at, wanted: 'directory' });
  }
  return faults;
}

function nulIn(setting: 'ENV' | 'an argument' | 'WORKDIR', value: string): readonly ContainerFault[] {
  return value.includes('\0') ? [{ kind: 'malformed-setting', setting, value, fault: 'nul' }] : [];
}

/** runc wants /proc and /sys to be directories themselves; it takes a link for /dev, and then loses an absolute one. */
function mayMountAt(rootfs: RootFs, path: (typeof DIRECTORIES)[number]): boolean {
  const entry = visibleAt(rootfs, path);
  if (entry === null || entry.type === 'directory') return true;
  return path === '/dev' && entry.type === 'symlink' && entry.target?.startsWith('/') === false;
}

function visibleAt(rootfs: RootFs, path: string): Entry | null {
  return rootfs.versions(path)[0]?.entry ?? null;
}
