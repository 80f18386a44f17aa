/**
 * chroot, flock, su and runuser, whose words say more than which command they start: coreutils' src/chroot.c,
 * util-linux' sys-utils/flock.c and login-utils/su-common.c, and the applets of busybox. What a lock, the rules of PAM
 * or another root decide is left out, and said so; a command that cannot be started cannot be started either way.
 */
import type { Project } from '../../elf/elf-facts.ts';
import { baseOf } from '../../rootfs/path.ts';
import { resolve } from '../../rootfs/resolve.ts';
import type { Child, Execution } from '../execution.ts';
import type { Tool } from '../running-program.ts';
import { accessOf } from '../users/file-access.ts';
import { accountOf, type Credentials, homeOf } from '../users/users.ts';
import { launcherOf } from './launcher.ts';
import { type OptionSyntax, parseOptions, type ParsedOptions } from './options.ts';
import { mayChangePath } from './session-path.ts';
import { userOfSpec } from './switch-user.ts';
import { mayNotSwitch } from './switch-words.ts';

interface Entering {
  readonly project: Project;
  readonly syntax: OptionSyntax;
  /** Of busybox' applet; not given: it has none of this name. */
  readonly ofApplet?: OptionSyntax;
  readonly follow: (execution: Execution, tool: Tool, parsed: ParsedOptions) => readonly Child[];
}

const SU: OptionSyntax = {
  flags: 'l',
  values: 'cs',
  longFlags: ['login'],
  longValues: ['command', 'shell'],
  abbreviates: true,
  order: 'permuted',
};

const ENTERING: Readonly<Record<string, Entering>> = {
  chroot: {
    project: 'coreutils',
    syntax: { flags: '', values: '', longFlags: ['skip-chdir'], longValues: ['userspec'], abbreviates: true },
    ofApplet: { flags: '', values: '' },
    follow: intoRoot,
  },
  flock: {
    project: 'util-linux',
    syntax: {
      flags: 'sexnoF',
      values: 'wE',
      longFlags: ['shared', 'exclusive', 'nonblocking', 'nb', 'close', 'no-fork', 'verbose'],
      longValues: ['timeout', 'wait', 'conflict-exit-code'],
      abbreviates: true,
    },
    ofApplet: { flags: 'sxn', values: '' },
    follow: behindLock,
  },
  su: {
    project: 'util-linux',
    syntax: SU,
    ofApplet: { flags: 'l', values: 'cs', order: 'permuted' },
    follow: shellOfUser,
  },
  runuser: {
    project: 'util-linux',
    syntax: { ...SU, values: 'csu', longValues: ['command', 'shell', 'user'] },
    follow: commandOrShell,
  },
};

/** null when the tool is none of these, or may be another of its name, or has words that are not known here. */
export function enteringChild(execution: Execution, tool: Tool): readonly Child[] | null {
  const entering = Object.hasOwn(ENTERING, tool.name) ? ENTERING[tool.name] : undefined;
  if (entering === undefined || tool.family === 'toybox') return null;
  if (tool.tail === 'more') return leaveOut(execution, tool, 'only running tells its words');
  if (tool.family === 'own' && tool.program.elf.project !== entering.project) return null;
  const syntax = tool.family === 'own' ? entering.syntax : entering.ofApplet;
  const parsed = syntax === undefined ? null : parseOptions(tool.args, syntax);
  return parsed === null || parsed.rest.length === 0 ? null : entering.follow(execution, tool, parsed);
}

/** Behind another root than this one everything is another file. */
function intoRoot(execution: Execution, tool: Tool, { options, rest }: ParsedOptions): readonly Child[] {
  const [root = '', ...argv] = rest;
  const { uid } = execution.credentials;
  if (!/^\/+$/.test(root)) return leaveOut(execution, tool, `in ${root} the files are others`);
  if (uid !== 0) return leaveOut(execution, tool, 'it needs CAP_SYS_CHROOT');
  if (argv.length === 0) return leaveOut(execution, tool, 'a shell of its own choice');
  const spec = options.findLast(([name]) => name === 'userspec')?.[1];
  // A number without an entry has no group, which it demands.
  const isBare = spec !== undefined && /^\+?\d+$/.test(spec);
  if (isBare && accountOf(execution.rootfs, spec) === null)
    return leaveOut(execution, tool, `the group of ${spec} is not known`);
  const user = spec === undefined ? execution.credentials : rootedUser(execution, tool, spec);
  if (user === null) return [];
  const stays = options.some(([name]) => name === 'skip-chdir');
  const workingDir = stays ? execution.workingDir : '/';
  return [childOf({ ...execution, credentials: user, access: accessOf(user), workingDir }, tool, argv)];
}

/** With all groups of the user, also where it has another one of its own. */
function rootedUser(execution: Execution, tool: Tool, spec: string): Credentials | null {
  const user = userOfSpec(execution, tool, spec);
  const [who = ''] = spec.split(':');
  const name = accountOf(execution.rootfs, who)?.name;
  if (user === null || name === undefined || !spec.includes(':')) return user;
  const groups = userOfSpec(execution, tool, name)?.groups ?? [];
  return { ...user, groups: groups.filter((group) => group !== user.gid) };
}

/** `flock FILE COMMAND…`, `flock FILE -c 'COMMAND'`; a number is a descriptor, which nothing is started behind. */
function behindLock(execution: Execution, tool: Tool, { rest }: ParsedOptions): readonly Child[] {
  const [file = '', ...words] = rest;
  if (words.length === 0) return /^\d+$/.test(file) ? [] : leaveOut(execution, tool, 'it has no command');
  leaveOut(execution, tool, `whether it gets the lock ${file}`);
  const [option = '', line] = words;
  const isLine = option === '-c' || option === '--command';
  if (!isLine) return [childOf(execution, tool, words)];
  if (line === undefined || words.length > 2) return [];
  const shell = execution.environment.get('SHELL') ?? '/bin/sh';
  return [childOf(execution, tool, [shell, '-c', line])];
}

/** `runuser -u USER COMMAND…`; without `-u` it is su. */
function commandOrShell(execution: Execution, tool: Tool, parsed: ParsedOptions): readonly Child[] {
  const { options, rest } = parsed;
  const name = options.findLast(([option]) => option === 'u' || option === 'user')?.[1];
  if (name === undefined) return shellOfUser(execution, tool, parsed);
  if (options.some(([option]) => option !== 'u' && option !== 'user'))
    return leaveOut(execution, tool, 'its options exclude one another');
  const user = becoming(execution, tool, name);
  if (user === null) return [];
  const [command = ''] = rest;
  if (!command.includes('/') && mayChangePath(execution.rootfs))
    return leaveOut(execution, tool, `where it finds ${command}`);
  return [childOf(user, tool, rest)];
}

/** `su [-] USER -c 'COMMAND'`: the user's shell, or that of -s, with all words behind the user's name. */
function shellOfUser(execution: Execution, tool: Tool, { options, rest }: ParsedOptions): readonly Child[] {
  const [first, ...others] = rest;
  const [name = '', ...words] = first === '-' ? others : rest;
  const valueOf = (short: string, long: string) =>
    options.findLast(([option]) => option === short || option === long)?.[1];
  const isLogin = first === '-' || valueOf('l', 'login') !== undefined;
  if (name === '') return leaveOut(execution, tool, 'what its shell reads');
  const user = becoming(execution, tool, name);
  if (user === null) return [];
  const shell = (valueOf('s', 'shell') ?? accountOf(execution.rootfs, name)?.shell) || '/bin/sh';
  if (/\/(?:nologin|false)$/.test(shell)) return leaveOut(execution, tool, `${shell} is no shell`);
  const line = valueOf('c', 'command');
  // A session that gets another PATH is like one that begins with a log-in, whose profile may set it.
  const hasOtherPath = isLogin || (tool.family === 'own' && mayChangePath(execution.rootfs));
  const argv = [
    `${isLogin ? '-' : ''}${baseOf(shell)}`,
    ...(hasOtherPath ? ['-l'] : []),
    ...(line === undefined ? [] : ['-c', line]),
    ...words,
  ];
  if (line === undefined && words.length === 0) return leaveOut(execution, tool, 'what its shell reads');
  const kept = isLogin ? [] : user.environment;
  const environment = new Map([...kept, ['SHELL', shell], ['USER', name], ['LOGNAME', name]]);
  const workingDir = isLogin ? homeFor(user, tool) : user.workingDir;
  return [childOf({ ...user, environment, workingDir }, tool, argv, shell)];
}

/** Where a log-in begins; without a home, su of util-linux stays where it is, and that of busybox goes to the root. */
function homeFor({ rootfs, credentials, access, workingDir }: Execution, { family }: Tool): string {
  const walk = resolve(rootfs, homeOf(rootfs, credentials) ?? '');
  const isOpen =
    walk.kind === 'found' && walk.located.entry.type === 'directory' && access.maySearch(walk.located);
  if (isOpen && walk.directories.every((directory) => access.maySearch(directory))) return walk.located.path;
  return family === 'own' ? workingDir : '/';
}

/** null when it is never reached, which is recorded, or not known. */
function becoming(execution: Execution, tool: Tool, name: string): Execution | null {
  const { credentials, recording } = execution;
  if (credentials.uid !== 0 && tool.name === 'su') {
    leaveOut(execution, tool, 'it asks for a password');
    return null;
  }
  const user = userOfSpec(execution, tool, name, 'by-name');
  if (user === null) return null;
  if (credentials.uid !== 0) {
    recording.refuse(tool.program.step, mayNotSwitch(tool, credentials, name));
    return null;
  }
  if (tool.family === 'own') leaveOut(execution, tool, 'whether PAM lets it');
  const environment = new Map(execution.environment);
  environment.delete('HOME');
  return { ...execution, credentials: user, access: accessOf(user), environment };
}

/** `path`: the program, where its argv[0] is another word. */
function childOf(execution: Execution, tool: Tool, argv: readonly string[], path?: string): Child {
  const { step, role } = tool.program;
  const command = {
    argv,
    ...(path !== undefined && { path }),
    tail: 'end',
    by: step,
    via: tool.name,
    launcher: launcherOf(execution, tool, 'execvp'),
  } as const;
  return { execution, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } };
}

function leaveOut({ recording }: Execution, { program }: Tool, why: string): readonly Child[] {
  recording.leaveOut(`what ${program.path} starts: ${why}`);
  return [];
}
