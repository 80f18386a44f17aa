/**
 * Would each command on PATH start? The same question as for the container's own program, asked of every executable
 * there as root, because the image's user is no matter of the file. Equal causes are one fact: two hundred commands
 * that lack one library are one entry.
 */
import { isOfSomeHosts } from '../start/kernel/abi.ts';
import { environmentOf } from '../start/environment.ts';
import { startCommand } from '../start/execute.ts';
import { accessOf } from '../start/users/file-access.ts';
import type { Launcher } from '../start/execution.ts';
import { Recording } from '../start/recording.ts';
import type { Refusal } from '../start/refusal.ts';
import type { StartStep, StartTrace } from '../start/start-trace.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import type { SurveyContext } from './survey-context.ts';
import type { CommandFile } from './walk-files.ts';

export interface RefusedCommand {
  /** Of the first command that fails so. */
  readonly trace: StartTrace;
  /** All that do, in order. */
  readonly paths: readonly string[];
  readonly why: CommandFile['why'];
}

const SHELL: Launcher = { name: 'sh', search: 'shellexec', unknownFile: 'read-by-shell' };
const ROOT = { uid: 0, gid: 0, groups: [] };

/** Roles of one execve(2); what a wrapper would start later is another question. */
const OWN_ROLES: ReadonlySet<string> = new Set(['program', 'interpreter', 'loader', 'library', 'preload']);

export function refusedCommands(
  rootfs: RootFs,
  commands: readonly CommandFile[],
  context: SurveyContext,
): RefusedCommand[] {
  const groups = new Map<string, { trace: StartTrace; paths: string[]; why: RefusedCommand['why'] }>();
  const started = new Set(context.trace.steps.flatMap(({ file }) => file?.located.path ?? []));
  for (const { path, why } of commands) {
    if (started.has(path)) continue;
    const trace = traceCommand(rootfs, path, why === 'wanted' ? 'the setting `binaries`' : 'PATH', context);
    const refused = trace.steps.find(({ refusals }) => refusals.some(isFault));
    if (refused === undefined) continue;
    const key = why === 'wanted' ? path : causeOf(refused);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { trace, paths: [path], why });
    else known.paths.push(path);
  }
  return [...groups.values()];
}

function traceCommand(
  rootfs: RootFs,
  path: string,
  via: string,
  { platform, config, trace }: SurveyContext,
): StartTrace {
  const recording = new Recording();
  const execution = {
    rootfs,
    platform,
    environment: environmentOf(config.process.env),
    workingDir: '/',
    credentials: ROOT,
    access: accessOf(ROOT),
    mode: 'normal',
    chain: 'start',
    reach: 'certain',
    recording,
  } as const;
  startCommand(execution, {
    argv: [path],
    tail: 'more',
    role: 'program',
    by: null,
    via,
    launcher: SHELL,
  });
  const end = recording.steps.findIndex(({ role }) => !OWN_ROLES.has(role));
  const steps = end < 0 ? recording.steps : recording.steps.slice(0, end);
  return { ...trace, argv: [path], steps, refusals: [], leftOut: [], unreadable: [] };
}

/** Most hosts run 32-bit programs, and some those of rare ABIs: what counts is whether their loader and libraries are there. */
function isFault(refusal: Refusal): boolean {
  return refusal.kind !== 'wrong-abi' || !isOfSomeHosts(refusal.abi);
}

/** What is asked for and how it is refused, without who asks. */
function causeOf({ name, role, refusals }: StartStep): string {
  const refusal = refusals.find(isFault);
  const asked = role === 'program' ? '' : name;
  return `${role} ${asked} ${refusal === undefined ? '' : detailOf(refusal)}`;
}

function detailOf(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'symbol-version-not-found':
      return `${refusal.kind} ${refusal.versions.join()}`;
    case 'symbol-not-found':
      return `${refusal.kind} ${refusal.symbols.join()}`;
    default:
      return refusal.kind;
  }
}
