/**
 * What can be said of a container that no Linux kernel starts: whether its program is there and is for the right
 * machine. Everything behind that (libraries, users, what the program starts) is left out, and said to be.
 */
import type { ImageConfig } from '../oci/image-config.ts';
import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { argvOf } from './command-line.ts';
import { Recording } from './recording.ts';
import type { Refusal } from './refusal.ts';
import type { StartTrace, StepFile } from './start-trace.ts';

export interface ForeignStart {
  readonly rootfs: RootFs;
  readonly config: ImageConfig;
  readonly platform: Platform;
}

/** What became of the program's name: where it is, or why it is nowhere; null when that cannot be known. */
export interface NamedProgram {
  readonly name: string;
  readonly via: string;
  readonly searched: readonly string[];
  readonly file: StepFile | null;
  readonly refusals: readonly Refusal[];
  readonly reach?: 'certain' | 'possible';
}

export const WRONG_MACHINE = { kind: 'wrong-abi', abi: { kind: 'wrong-machine' } } as const;

/** A trace of these programs alone. */
export function traceOf(
  { config, platform }: ForeignStart,
  programs: readonly NamedProgram[],
  { leftOut = [], unreadable = [] }: Partial<Pick<StartTrace, 'leftOut' | 'unreadable'>>,
): StartTrace {
  const recording = new Recording();
  for (const { reach = 'certain', ...step } of programs) {
    recording.add({ chain: 'start', reach, credentials: null }, { ...step, role: 'program', by: null });
  }
  const argv = argvOf(config.process);
  return {
    platform,
    argv,
    workingDir: config.process.workingDir,
    user: config.process.user,
    credentials: null,
    steps: recording.steps,
    refusals: argv.length === 0 ? [{ kind: 'no-command' }] : [],
    leftOut,
    unreadable,
  };
}
