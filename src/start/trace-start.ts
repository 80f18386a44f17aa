/** What starting a container of the image would do. Follows runc, the kernel's fs/exec.c and the loaders. */
import type { ImageConfig } from '../oci/image-config.ts';
import type { Platform } from '../oci/platform.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { Recording } from './execution.ts';
import type { StartTrace } from './start-trace.ts';

export interface StartOptions {
  /** `arbitrary-user`: some high number and group 0 whatever USER says, as OpenShift does. */
  readonly runAs: 'image-user' | 'arbitrary-user';
}

/** @throws {LayerNeeded} when a layer that is not mounted decides. */
export function traceStart(
  _rootfs: RootFs,
  image: { readonly config: ImageConfig; readonly platform: Platform },
  _options: StartOptions = { runAs: 'image-user' },
): StartTrace {
  const recording = new Recording();
  const { entrypoint, cmd, user, workingDir } = image.config.process;
  return {
    platform: image.platform,
    argv: [...(entrypoint ?? []), ...(cmd ?? [])],
    workingDir,
    user,
    steps: recording.steps,
    refusals: [],
    leftOut: recording.leftOut,
    unreadable: [{ path: '', why: 'not read yet' }],
  };
}
