/**
 * Programs that only start another one, as their sources and manuals say, each with the words that it takes before the
 * command. Debian's tini 0.19, dumb-init 1.2.5, catatonit 0.1.7 and 0.2.1, coreutils 9.1, util-linux 2.38, gosu 1.14,
 * daemontools 0.76, runit 2.1.2, s6 2.11, findutils 4.9, time 1.9 and busybox 1.35 were asked.
 */
import type { Project } from '../../elf/elf-facts.ts';
import { baseOf } from '../../rootfs/path.ts';
import type { Launcher } from '../execution.ts';
import type { OptionSyntax } from './options.ts';
import type { Tool } from '../running-program.ts';
import {
  ADJUSTMENT,
  BUFFERING,
  CLASS_DATA,
  DURATION,
  EXIT_STATUS,
  INPUT_BUFFERING,
  REWRITTEN_SIGNALS,
  SCHEDULING_CLASS,
  SIGNAL_OF_TIMEOUT,
  SIGNAL_OF_TINI,
  type ValueSyntax,
} from './wrapper-values.ts';

export interface Wrapper {
  readonly names: RegExp;
  /** Default: whatever family the tool is of. */
  readonly family?: Tool['family'];
  /** null: it has no options, its first word is an operand whatever it begins with. */
  readonly syntax: OptionSyntax | null;
  /** Words before the command: the duration of timeout, the user of gosu. */
  readonly operands?: number;
  /** Whose program it is: only of that it is sure what it says of words that it does not take. */
  readonly project?: Project;
  /** Values that it takes for options, and for its operand (''). */
  readonly accepts?: Readonly<Record<string, ValueSyntax>>;
  /** Options with which it starts nothing. */
  readonly alone?: readonly string[];
  /** As whom the command runs, and which words say so. */
  readonly user?: UserSource;
  /** What it says, and ends, when there is no command; not given where it then has something else to do. */
  readonly without?: (self: string) => string;
  readonly search?: Launcher['search'];
  /** execve(2) alone: files that are no programs are not handed to a shell. */
  readonly unknownFile?: 'refused';
  /** Words that it reads from its input follow those of the command. */
  readonly tail?: 'more';
}

/**
 * `spec`: `user[:group]` in names or numbers, the user's other groups included. `account`: a name, and its one group;
 * `s6`: a name with its groups, or `uid:gid`; `chpst`: the value of -u; `setpriv`: each part an option of its own.
 */
export type UserSource = 'spec' | 'account' | 's6' | 'chpst' | 'setpriv';

const HELP = ['help', 'version', 'h', 'V'] as const;
const LONG_HELP = ['help', 'version'] as const;
const ANY_ORDER = { abbreviates: true, order: 'permuted' } as const;

export const WRAPPERS: readonly Wrapper[] = [
  {
    // `--version` is understood as the only word.
    names: /^(?:tini|docker-init)(?:-.+)?$/,
    project: 'tini',
    syntax: { flags: 'hvsgwl', values: 'pe' },
    accepts: { p: SIGNAL_OF_TINI, e: EXIT_STATUS },
    alone: ['h', 'l'],
    without: (self) => `Usage: ${baseOf(self)} [OPTIONS] PROGRAM -- [ARGS] | --version`,
  },
  {
    names: /^dumb-init(?:_.+)?$/,
    project: 'dumb-init',
    syntax: {
      flags: 'cvhV',
      values: 'r',
      longFlags: ['single-child', 'verbose', ...LONG_HELP],
      longValues: ['rewrite'],
      abbreviates: true,
    },
    accepts: { r: REWRITTEN_SIGNALS, rewrite: REWRITTEN_SIGNALS },
    alone: HELP,
    without: (self) => `Usage: ${self} [option] program [args]`,
  },
  {
    // Its getopt has no `+`: options count behind the command too.
    names: /^catatonit$/,
    project: 'catatonit',
    syntax: { flags: 'gPLhV', values: '', longFlags: ['version'], ...ANY_ORDER },
    alone: ['P', 'L', 'h', 'V', 'version'],
    without: () => 'missing program name',
  },
  {
    names: /^nice$/,
    project: 'coreutils',
    syntax: {
      flags: '0123456789',
      values: 'n',
      longFlags: LONG_HELP,
      longValues: ['adjustment'],
      abbreviates: true,
    },
    accepts: { n: ADJUSTMENT, adjustment: ADJUSTMENT },
    alone: HELP,
    without: (self) => `${self}: a command must be given with an adjustment`,
  },
  {
    names: /^nohup$/,
    project: 'coreutils',
    syntax: { flags: '', values: '', longFlags: LONG_HELP, abbreviates: true },
    alone: HELP,
    without: (self) => `${self}: missing operand`,
  },
  {
    names: /^setsid$/,
    project: 'util-linux',
    syntax: {
      flags: 'cfwhV',
      values: '',
      longFlags: ['ctty', 'fork', 'wait', ...LONG_HELP],
      abbreviates: true,
    },
    alone: HELP,
    without: () => 'setsid: no command specified',
  },
  {
    names: /^stdbuf$/,
    project: 'coreutils',
    syntax: {
      flags: '',
      values: 'ioe',
      longFlags: LONG_HELP,
      longValues: ['input', 'output', 'error'],
      abbreviates: true,
    },
    accepts: {
      i: INPUT_BUFFERING,
      o: BUFFERING,
      e: BUFFERING,
      input: INPUT_BUFFERING,
      output: BUFFERING,
      error: BUFFERING,
    },
    alone: HELP,
    without: (self) => `${self}: missing operand`,
  },
  {
    names: /^timeout$/,
    project: 'coreutils',
    syntax: {
      flags: 'v',
      values: 'ks',
      longFlags: ['foreground', 'preserve-status', 'verbose', ...LONG_HELP],
      longValues: ['kill-after', 'signal'],
      abbreviates: true,
    },
    operands: 1,
    accepts: {
      '': DURATION,
      k: DURATION,
      'kill-after': DURATION,
      s: SIGNAL_OF_TIMEOUT,
      signal: SIGNAL_OF_TIMEOUT,
    },
    alone: HELP,
    without: (self) => `Try '${self} --help' for more information.`,
  },
  {
    names: /^ionice$/,
    project: 'util-linux',
    syntax: {
      flags: 'thV',
      values: 'cnpPu',
      longFlags: ['ignore', ...LONG_HELP],
      longValues: ['class', 'classdata', 'pid', 'pgid', 'uid'],
      abbreviates: true,
    },
    accepts: { c: SCHEDULING_CLASS, class: SCHEDULING_CLASS, n: CLASS_DATA, classdata: CLASS_DATA },
    alone: [...HELP, 'p', 'P', 'u', 'pid', 'pgid', 'uid'],
  },
  {
    names: /^taskset$/,
    project: 'util-linux',
    syntax: {
      flags: 'achV',
      values: '',
      longFlags: ['all-tasks', 'cpu-list', ...LONG_HELP],
      abbreviates: true,
    },
    operands: 1,
    alone: HELP,
    without: () => 'taskset: bad usage',
  },
  {
    // With an empty input it starts the command once. Options that change this are not known here.
    names: /^xargs$/,
    project: 'findutils',
    syntax: { flags: '0tx', values: 'nPsd' },
    alone: LONG_HELP,
    tail: 'more',
  },
  {
    names: /^time$/,
    project: 'time',
    family: 'own',
    syntax: {
      flags: 'apqvhV',
      values: 'fo',
      longFlags: ['append', 'portability', 'quiet', 'verbose', ...LONG_HELP],
      longValues: ['format', 'output'],
      abbreviates: true,
    },
    alone: HELP,
    without: (self) => `${self}: missing program to run`,
  },
  { names: /^time$/, family: 'busybox', syntax: { flags: 'vpa', values: 'fo' } },
  {
    // setarch by two of its other names. Without a command it starts a shell.
    names: /^linux(?:32|64)$/,
    project: 'util-linux',
    syntax: { flags: '3BFILRSTXZvhV', values: '', longFlags: ['verbose', ...LONG_HELP] },
    alone: HELP,
  },
  {
    names: /^gosu(?:-.+)?$/,
    project: 'gosu',
    syntax: null,
    alone: ['--help', '-help', '-h', '-?', '--version', '-version', '-v'],
    user: 'spec',
    without: (self) => `Usage: ${baseOf(self)} user-spec command [args]`,
    search: 'LookPath',
  },
  // Without a command su-exec says how it is used, and that all is well.
  { names: /^su-exec$/, project: 'su-exec', syntax: null, user: 'spec' },
  {
    names: /^s6-setuidgid$/,
    syntax: null,
    user: 's6',
    without: () => 's6-setuidgid: usage: s6-setuidgid username prog...',
    unknownFile: 'refused',
  },
  {
    names: /^setuidgid$/,
    syntax: null,
    user: 'account',
    without: () => 'setuidgid: usage: setuidgid account child',
    unknownFile: 'refused',
  },
  {
    names: /^chpst$/,
    syntax: { flags: 'vP012', values: 'uUbnlLmdopfcrt' },
    user: 'chpst',
    without: () => 'usage: chpst [-vVP012] [-u user[:group]]',
    unknownFile: 'refused',
  },
  {
    names: /^setpriv$/,
    project: 'util-linux',
    family: 'own',
    syntax: {
      flags: 'dhV',
      values: '',
      longFlags: ['dump', 'clear-groups', 'keep-groups', 'init-groups', 'no-new-privs', 'nnp', ...LONG_HELP],
      longValues: [
        'reuid',
        'ruid',
        'euid',
        'regid',
        'rgid',
        'egid',
        'groups',
        'inh-caps',
        'ambient-caps',
        'bounding-set',
        'securebits',
        'pdeathsig',
      ],
    },
    alone: ['d', 'dump', ...HELP],
    user: 'setpriv',
    without: () => 'setpriv: No program specified',
  },
  {
    names: /^setpriv$/,
    family: 'busybox',
    syntax: {
      flags: 'd',
      values: '',
      longFlags: ['dump', 'nnp', 'no-new-privs'],
      longValues: ['inh-caps', 'ambient-caps'],
      abbreviates: true,
    },
    alone: ['d', 'dump'],
  },
];
