/**
 * Programs that only start another one, as their sources and manuals say: tini, dumb-init, catatonit, nice, nohup,
 * setsid, timeout, stdbuf, ionice, gosu, su-exec, setpriv, s6-setuidgid … What needs more than its arguments to be
 * known (su, sudo, runuser, chroot) is left out.
 */
import type { Child, Execution, Launcher } from './execution.ts';
import { launcherOf } from './launcher.ts';
import { type OptionSyntax, type ParsedOptions, parseOptions } from './options.ts';
import type { Tool } from './running-program.ts';
import { switchUser } from './switch-user.ts';

interface Wrapper {
  readonly names: RegExp;
  readonly syntax: OptionSyntax;
  /** Words before the command: the priority of chrt, the duration of timeout. */
  readonly operands?: number;
  /** Options with which it starts nothing. */
  readonly alone?: readonly string[];
  /** Which word says as whom the command runs. */
  readonly user?: 'operand' | 'options';
  readonly search?: Launcher['search'];
}

const HELP = ['help', 'version', 'h', 'V'] as const;

const WRAPPERS: readonly Wrapper[] = [
  {
    names: /^(?:tini|docker-init)(?:-.+)?$/,
    syntax: { flags: 'hvsgwl', values: 'pe', longFlags: ['version'] },
    alone: ['h', 'l', 'version'],
  },
  {
    names: /^dumb-init(?:_.+)?$/,
    syntax: {
      flags: 'cvhV',
      values: 'r',
      longFlags: ['single-child', 'verbose', ...HELP],
      longValues: ['rewrite'],
    },
    alone: HELP,
  },
  {
    names: /^catatonit$/,
    syntax: { flags: 'gPLhV', values: '', longFlags: ['pause', 'license', ...HELP] },
    alone: ['P', 'L', 'pause', 'license', ...HELP],
  },
  {
    names: /^nice$/,
    syntax: { flags: '0123456789', values: 'n', longFlags: HELP, longValues: ['adjustment'] },
    alone: HELP,
  },
  { names: /^nohup$/, syntax: { flags: '', values: '', longFlags: HELP }, alone: HELP },
  {
    names: /^setsid$/,
    syntax: { flags: 'cfwhV', values: '', longFlags: ['ctty', 'fork', 'wait', ...HELP] },
    alone: HELP,
  },
  {
    names: /^stdbuf$/,
    syntax: { flags: '', values: 'ioe', longFlags: HELP, longValues: ['input', 'output', 'error'] },
    alone: HELP,
  },
  {
    names: /^timeout$/,
    syntax: {
      flags: 'v',
      values: 'ks',
      longFlags: ['foreground', 'preserve-status', 'verbose', ...HELP],
      longValues: ['kill-after', 'signal'],
    },
    operands: 1,
    alone: HELP,
  },
  {
    names: /^ionice$/,
    syntax: { flags: 't', values: 'cn', longFlags: ['ignore', ...HELP], longValues: ['class', 'classdata'] },
    alone: HELP,
  },
  {
    names: /^gosu(?:-.+)?$/,
    syntax: { flags: 'hv', values: '', longFlags: HELP },
    alone: [...HELP, 'v'],
    user: 'operand',
    search: 'LookPath',
  },
  { names: /^(?:su-exec|s6-setuidgid|setuidgid)$/, syntax: { flags: '', values: '' }, user: 'operand' },
  {
    names: /^setpriv$/,
    syntax: {
      flags: 'dhV',
      values: '',
      longFlags: ['dump', 'clear-groups', 'keep-groups', 'init-groups', 'no-new-privs', 'nnp', ...HELP],
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
    user: 'options',
  },
];

/** null when the tool is no wrapper that is known here. */
export function wrappedChild(execution: Execution, tool: Tool): readonly Child[] | null {
  const wrapper = WRAPPERS.find(({ names }) => names.test(tool.name));
  if (wrapper === undefined) return null;
  const parsed = parseOptions(tool.args, wrapper.syntax);
  const operands = (wrapper.operands ?? 0) + (wrapper.user === 'operand' ? 1 : 0);
  const argv = parsed?.rest.slice(operands) ?? [];
  if (parsed === null || argv.length === 0) return startsNothing(execution, wrapper, tool, parsed);
  const child: Execution | null =
    wrapper.user === undefined
      ? execution
      : switchUser(execution, tool, wrapper.user === 'operand' ? (parsed.rest[0] ?? '') : parsed.options);
  if (child === null) return [];
  const { step, role } = tool.program;
  const launcher = launcherOf(tool, wrapper.search ?? 'execvp');
  const command = { argv, tail: tool.tail, by: step, via: tool.name, launcher } as const;
  return [
    { execution: child, command: { ...command, role: role === 'interpreter' ? 'interpreter' : 'child' } },
  ];
}

/** Help, or words that are not understood. */
function startsNothing(
  execution: Execution,
  wrapper: Wrapper,
  tool: Tool,
  parsed: ParsedOptions | null,
): readonly Child[] {
  const isAlone = parsed?.options.some(([name]) => wrapper.alone?.includes(name)) ?? false;
  if (!isAlone)
    execution.recording.leaveOut(`what ${tool.program.path} starts: its options are not known here`);
  return [];
}
