/**
 * s6-overlay's `/init`, which supervises services and runs CMD as one more of them
 * (github.com/just-containers/s6-overlay: layout/rootfs-overlay/init of v3, builder/overlay-rootfs/init of v2). What
 * its own scripts write below /run and start from there is the overlay's, not the image's, and is left out.
 */
import type { Child, Execution, Launcher } from '../execution.ts';
import { launcherOf } from './launcher.ts';
import type { Tool } from '../running-program.ts';
import { isAbsent } from '../shell/startable.ts';

export interface S6Init {
  readonly version: 2 | 3;
  readonly text: string;
  /** Step of the script. */
  readonly by: number;
  /** What follows the script's name: CMD. */
  readonly words: readonly string[];
}

/** Which of the two a script is; null for every other script. */
export function s6VersionOf(text: string): S6Init['version'] | null {
  if (/^\s*exec s6-overlay-suexec\b[^]*\/libexec\/stage0\b/m.test(text)) return 3;
  return /^#!\S*execlineb[^]*^\s*\/etc\/s6\/init\/init-stage1 /m.test(text) ? 2 : null;
}

export function s6Children(execution: Execution, tool: Tool, init: S6Init): readonly Child[] {
  const services = [...execution.rootfs.all()].flatMap(({ path }) => (SERVICE.test(path) ? [path] : []));
  execution.recording.leaveOut('how the services of s6-overlay fare');
  const supervised = { ...execution, environment: environmentOf(execution, init) };
  const own = launcherOf(execution, tool, 'execvp');
  // execline's programs hand nothing to a shell.
  const launcher: Launcher =
    init.version === 3 ? { ...own, name: 'sh' } : { ...own, name: tool.name, unknownFile: 'refused' };
  const child = (argv: readonly string[], via: string, reach = execution.reach): Child => ({
    execution: { ...supervised, reach },
    command: { argv, tail: 'end', role: 'child', by: init.by, via, launcher },
  });
  return [
    ...OWN[init.version].map((name) => child([name], 's6-overlay')),
    ...command(supervised, init, launcher, services).map((argv) => child(argv, 'CMD, by s6-overlay')),
    ...services.map((path) => child([path], 'a service of s6-overlay', 'possible')),
  ];
}

/** Programs without which neither gets as far as CMD. */
const OWN = {
  2: ['/bin/importas', '/etc/s6/init/init-stage1', 's6-svscan'],
  3: ['s6-overlay-suexec', 's6-linux-init-maker', 's6-rc-compile', 's6-rc-init', 's6-rc'],
} as const;

/** What is supervised, and what runs once before. */
const SERVICE =
  /^\/etc\/(?:cont-init\.d\/[^/]+|services\.d\/[^/]+\/(?:log\/)?run|s6-overlay\/s6-rc\.d\/[^/]+\/run)$/;

/** CMD, unless it is not there and a script of the image may bring it before it is wanted. */
function command(
  execution: Execution,
  { words, text }: S6Init,
  launcher: Launcher,
  services: readonly string[],
): readonly (readonly string[])[] {
  const [name] = words;
  if (name === undefined) return [];
  const isSettled = !services.some((path) => path.startsWith('/etc/cont-init.d/'));
  const isOtherPath = !name.includes('/') && text.includes('global_path');
  const isOther = OTHER_COMMANDS.some((variable) => execution.environment.has(variable));
  const mayFail = isAbsent(execution, launcher, name) && !(isSettled && !isOtherPath);
  if (!isOther && !mayFail) return [words];
  execution.recording.leaveOut(`whether s6-overlay starts ${name}`);
  return [];
}

/** They put a program before CMD, or a script before everything. */
const OTHER_COMMANDS = ['S6_CMD_ARG0', 'S6_STAGE2_HOOK'];

/** `addpath` of v3's init: each in front, where it is not there yet; v3.0 begins with a file of its own. */
function environmentOf({ environment }: Execution, { version, text }: S6Init): ReadonlyMap<string, string> {
  if (version === 2) return environment;
  const first = text.includes('global_path') ? GLOBAL_PATH : environment.get('PATH') || '/bin';
  let path = first;
  for (const directory of ['/bin', '/usr/bin', '/command']) {
    if (!path.split(':').includes(directory)) path = `${directory}:${path}`;
  }
  return new Map([...environment, ['PATH', path]]);
}

const GLOBAL_PATH = '/command:/usr/local/bin:/usr/local/sbin:/bin:/sbin:/usr/bin:/usr/sbin';
