/**
 * What starting a container of the image would do. Follows docker and runc up to execve(2), the kernel in it, and
 * the loaders, wrappers and shells behind it. Left out on purpose: what `docker run` adds on its command line, and
 * everything that only running the program would tell, which is named in `leftOut`.
 */
import type { ImageConfig } from '../oci/image-config.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { argvOf, healthcheckArgvOf, viaOf } from './command-line.ts';
import { containerFaultsOf } from './container-faults.ts';
import { environmentOf } from './environment.ts';
import { startCommand } from './execute.ts';
import type { Execution, Launcher } from './execution.ts';
import { accessOf } from './users/file-access.ts';
import { Recording } from './recording.ts';
import type { ConfigRefusal } from './refusal.ts';
import { traceOtherStart, traceWasmStart } from './other-start.ts';
import { takenByOlderLookPath } from './search-path.ts';
import type { StartTrace } from './start-trace.ts';
import { trials } from './trial.ts';
import { systemOf } from './system.ts';
import { ARBITRARY_USER, type Credentials, homeOf, userOf } from './users/users.ts';
import { traceWindowsStart } from './windows/windows-start.ts';
import { enterWorkingDir } from './working-dir.ts';

export interface StartOptions {
  /** `arbitrary-user`: some high number and group 0 whatever USER says, as OpenShift does. */
  readonly runAs: 'image-user' | 'arbitrary-user';
}

interface Image {
  readonly config: ImageConfig;
  readonly platform: Platform;
  readonly manifest?: Pick<Manifest, 'annotations'>;
}

const RUNC: Launcher = { name: 'runc', search: 'LookPath', unknownFile: 'refused' };

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function traceStart(
  rootfs: RootFs,
  image: Image,
  options: StartOptions = { runAs: 'image-user' },
): StartTrace {
  const start = { ...image, rootfs };
  switch (systemOf(image.platform, image.manifest?.annotations)) {
    case 'linux': {
      const trace = traceLinuxStart(rootfs, image, options);
      const directories = rootfs.borrowed;
      if (directories.length === 0) return trace;
      const other = traceLinuxStart(rootfs.withPlainParents(), image, options);
      return { ...trace, otherwise: { directories, trace: other } };
    }
    case 'windows':
      return traceWindowsStart(start);
    case 'wasm':
      return traceWasmStart(start);
    case 'other':
      return traceOtherStart(start);
  }
}

function traceLinuxStart(rootfs: RootFs, image: Image, options: StartOptions): StartTrace {
  const { process } = image.config;
  const recording = new Recording();
  const refusals: ConfigRefusal[] = [];
  const argv = argvOf(process);
  if (argv.length === 0) refusals.push({ kind: 'no-command' });
  const credentials = credentialsOf(rootfs, process.user, options, recording, refusals);
  const workingDir = enterWorkingDir(rootfs, process.workingDir);
  if (workingDir.kind === 'refused') refusals.push(workingDir.refusal);
  else if (workingDir.doubt !== null) refusals.push(workingDir.doubt);
  const faults = containerFaultsOf(rootfs, { process, argv, platform: image.platform });
  refusals.push(...faults);
  // Nothing is said of programs that no kernel starts so: to search a PATH of megabytes for them takes long.
  const isTooLong = faults.some(
    (fault) => 'fault' in fault && fault.fault === 'too-long' && fault.certainty === 'certain',
  );
  if (credentials !== null && workingDir.kind === 'entered' && !isTooLong) {
    const execution: Execution = {
      rootfs: workingDir.rootfs,
      platform: image.platform,
      environment: environmentFor(rootfs, process.env, credentials, options),
      workingDir: workingDir.path,
      credentials,
      access: accessOf(credentials),
      mode: 'normal',
      chain: 'start',
      reach: 'certain',
      recording,
      dies: trials(),
    };
    const command = { role: 'program', by: null, launcher: RUNC, tail: 'end' } as const;
    if (argv.length > 0) startCommand(execution, { ...command, argv, via: viaOf(process) });
    const taken = takenByOlderLookPath(execution, argv[0] ?? '');
    if (taken !== null) refusals.push(taken);
    const probe = healthcheckArgvOf(process);
    if (probe !== null)
      startCommand({ ...execution, chain: 'healthcheck' }, { ...command, argv: probe, via: 'HEALTHCHECK' });
  }
  return {
    platform: image.platform,
    argv,
    workingDir: process.workingDir,
    user: process.user,
    credentials,
    steps: recording.steps,
    refusals,
    leftOut: recording.leftOut,
    unreadable: recording.unread,
  };
}

/** With HOME, unless nobody knows who it will be: CRI-O writes an entry of its own for an arbitrary user. */
function environmentFor(
  rootfs: RootFs,
  env: readonly string[],
  credentials: Credentials,
  { runAs }: StartOptions,
): ReadonlyMap<string, string> {
  const environment = new Map(environmentOf(env));
  if ((environment.get('HOME') ?? '') !== '' || runAs === 'arbitrary-user') return environment;
  const home = homeOf(rootfs, credentials);
  return home === null ? environment : environment.set('HOME', home);
}

function credentialsOf(
  rootfs: RootFs,
  user: string,
  { runAs }: StartOptions,
  recording: Recording,
  refusals: ConfigRefusal[],
): Credentials | null {
  if (runAs === 'arbitrary-user') return ARBITRARY_USER;
  const answer = userOf(rootfs, user);
  if (answer.kind === 'known') {
    refusals.push(...answer.doubts);
    return answer.credentials;
  }
  if (answer.kind === 'unread') recording.unreadable(answer.path, 'its text was not kept, and USER needs it');
  else refusals.push(answer.refusal);
  return null;
}
