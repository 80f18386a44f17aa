/**
 * What keeps a runtime from making the container at all, before any program is looked for: settings that runc refuses
 * (prepareEnv of libcontainer/env.go, execve(2) itself), and places where it cannot mount what every container gets.
 */
import type { ProcessConfig } from '../oci/image-config.ts';
import type { Platform } from '../oci/platform.ts';
import type { Entry } from '../rootfs/entry.ts';
import { byteLengthOf, canonicalPath } from '../rootfs/path.ts';
import { type IntoMount, resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { environmentOf } from './environment.ts';
import type { ContainerFault } from './refusal.ts';
import { mountedAt, mountedPath } from './runtime-mounts.ts';

/** docker, podman and the kubelet mount a file over each of these. */
const FILES = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'] as const;
/**
 * Of docker's init layer (daemon/initlayer of moby), which puts directories in the place of whatever else lies there:
 * what was behind /etc is lost then. containerd has no such layer, and runc follows no symlink to mount on the others.
 */
const DIRECTORIES = ['/proc', '/sys', '/dev', '/etc'] as const;

/** MAX_ARG_STRLEN of include/uapi/linux/binfmts.h where a page has 4 KiB: bytes of one text, with its NUL. */
const LONGEST_TEXT = 32 * 4_096;
/** A quarter of the stack's usual limit, 8 MiB: all texts and a pointer to each (bprm_stack_limits of fs/exec.c). */
const ALL_TEXTS = 2 * 1024 * 1024;
const POINTER = 8;
/** Distributions have kernels with pages of 16 or 64 KiB for these, which take longer texts. */
const LARGE_PAGES: ReadonlySet<string> = new Set(['arm64', 'ppc64', 'ppc64le', 'loong64', 'mips64le']);

interface Container {
  readonly process: ProcessConfig;
  readonly argv: readonly string[];
  readonly platform: Platform;
}

/**
 * Of what every container gets, only what lies in the layers that were read is held against it: nobody reads the others
 * for this.
 * @throws {LayerNeeded} when a layer that is not mounted decides about a volume
 */
export function containerFaultsOf(rootfs: RootFs, container: Container): readonly ContainerFault[] {
  const { env, workingDir } = container.process;
  const faults: ContainerFault[] = [...lengthFaultsOf(container)];
  for (const entry of env) {
    if (entry.startsWith('=')) faults.push(malformed('ENV', entry, 'no-name'));
    else if (entry.includes('=')) faults.push(...nulIn('ENV', entry));
  }
  for (const word of container.argv.slice(1)) faults.push(...nulIn('an argument', word));
  faults.push(...nulIn('WORKDIR', workingDir));
  for (const at of FILES) {
    if (visibleAt(rootfs, at)?.type === 'directory')
      faults.push({ kind: 'unusable-mount-point', at, wanted: 'file' });
  }
  for (const at of DIRECTORIES) {
    if (!mayMountAt(rootfs, at)) faults.push({ kind: 'unusable-mount-point', at, wanted: 'directory' });
  }
  return [...faults, ...container.process.volumes.flatMap((volume) => volumeFaultsOf(rootfs, volume))];
}

/**
 * Engines make a directory where there is nothing, also behind a symlink that leads nowhere. docker refuses anything
 * else itself (container_operations_unix.go and mounts of moby), the others leave it to runc.
 */
function volumeFaultsOf(rootfs: RootFs, volume: string): readonly ContainerFault[] {
  const walk = resolve(rootfs, canonicalPath(volume));
  switch (walk.kind) {
    case 'found': {
      const { path, entry } = walk.located;
      if (path === '/') return [{ kind: 'unusable-volume', volume, at: path, because: 'whole-root' }];
      if (entry.type === 'directory') return [];
      return [{ kind: 'unusable-volume', volume, at: path, because: 'no-directory' }];
    }
    case 'not-a-directory':
      return [{ kind: 'unusable-volume', volume, at: walk.at, because: 'no-directory-above' }];
    case 'loop':
      return [{ kind: 'unusable-volume', volume, at: walk.at, because: 'symlink-loop' }];
    case 'runtime-mount':
      return mayHide(walk)
        ? []
        : [{ kind: 'unusable-volume', volume, at: mountedPath(walk), because: 'runtime-mount' }];
    default: {
      // docker has put these there before, and runc mounts them behind the volumes.
      const file = FILES.find((path) => path === canonicalPath(volume));
      return file === undefined
        ? []
        : [{ kind: 'unusable-volume', volume, at: file, because: 'no-directory' }];
    }
  }
}

/** checkProcMount of runc refuses all of /proc; nothing can be made in /sys, and without a /dev of its own runc fails. */
function mayHide(place: IntoMount): boolean {
  const path = mountedPath(place);
  if (place.rest.includes('..')) return true;
  if (/^\/proc(?:\/|$)/.test(path) || path === '/dev') return false;
  return mountedAt(place) !== (path.startsWith('/sys/') ? 'nothing' : 'device');
}

/** E2BIG. */
function lengthFaultsOf({ process, argv, platform }: Container): readonly ContainerFault[] {
  const variables = [...environmentOf(process.env)].map(([name, value]) => `${name}=${value}`);
  const certainty = LARGE_PAGES.has(platform.architecture) ? 'possible' : 'certain';
  const variable = variables.find(isTooLong);
  const word = argv.find(isTooLong);
  if (variable !== undefined) return [malformed('ENV', variable, 'too-long', certainty)];
  if (word !== undefined) return [malformed('an argument', word, 'too-long', certainty)];
  const all = [...variables, ...argv].reduce((sum, text) => sum + byteLengthOf(text) + 1 + POINTER, 0);
  return all > ALL_TEXTS ? [malformed('ENV', variables[0] ?? '', 'too-much')] : [];
}

function isTooLong(text: string): boolean {
  return text.length * 3 >= LONGEST_TEXT && byteLengthOf(text) >= LONGEST_TEXT;
}

type MalformedSetting = Extract<ContainerFault, { readonly kind: 'malformed-setting' }>;

function malformed(
  setting: MalformedSetting['setting'],
  value: string,
  fault: MalformedSetting['fault'],
  certainty: MalformedSetting['certainty'] = 'certain',
): MalformedSetting {
  return { kind: 'malformed-setting', setting, value: value.slice(0, 80), fault, certainty };
}

function nulIn(setting: MalformedSetting['setting'], value: string): readonly ContainerFault[] {
  return value.includes('\0') ? [malformed(setting, value, 'nul')] : [];
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
