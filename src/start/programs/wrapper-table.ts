/**
 * Programs that only start another one, as their sources and manuals say, each with the words that it takes before the
 * command. Debian's tini 0.19, dumb-init 1.2.5, catatonit 0.1.7 and 0.2.1, coreutils 9.1, util-linux 2.38, gosu 1.14,
 * daemontools 0.76, runit 2.1.2, s6 2.11, findutils 4.9, time 1.9 and busybox 1.35 were asked.
 */
import { baseOf } from '../../rootfs/path.ts';
import type { Wrapper } from './wrapper.ts';
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
} from './wrapper-values.ts';

const HELP = ['help', 'version', 'h', 'V'] as const;
const LONG_HELP = ['help', 'version'] as const;
const ANY_ORDER = { abbreviates: true, order: 'permuted' } as const;

export const WRAPPERS: readonly Wrapper[] = [
  {
    // `--version` is understood as the only word.
    names: /^(?:tini|docker-init)(?:-.+)?$/,
    project: 'tini',
    syntax: { flags: 'hvsgwl', values: 'pe', order: 'by-libc' },
    isWhole: true,
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
    isWhole: true,
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
    wants: {
      options: ['i', 'o', 'e', 'input', 'output', 'error'],
      error: (self) => `${self}: you must specify a buffering mode option`,
    },
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
    family: 'own',
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
    // With none of the two it takes the command for the number of a process.
    names: /^ionice$/,
    family: 'busybox',
    syntax: { flags: '', values: 'cnp' },
    alone: ['p'],
    wants: { options: ['c', 'n'], error: (self, word) => `${self}: invalid number '${word}'` },
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
  // Without a command each version of it ends in another way.
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
    isWhole: true,
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
