/** Which words docker executes: ENTRYPOINT and CMD joined, HEALTHCHECK's in their three forms. */
import type { ProcessConfig } from '../oci/image-config.ts';

/** An ENTRYPOINT of one empty word is none (mergeAndVerifyConfig of moby). */
export function argvOf(process: ProcessConfig): readonly string[] {
  return [...entrypointOf(process), ...(process.cmd ?? [])];
}

/** Whose word the program is. */
export function viaOf(process: ProcessConfig): 'ENTRYPOINT' | 'CMD' {
  return entrypointOf(process).length > 0 ? 'ENTRYPOINT' : 'CMD';
}

/** Empty where CMD is the whole command. */
export function entrypointOf({ entrypoint }: ProcessConfig): readonly string[] {
  return entrypoint === null || (entrypoint.length === 1 && entrypoint[0] === '') ? [] : entrypoint;
}

/**
 * null when there is no probe. The shell form runs under /bin/sh whatever SHELL says: getShell of moby's
 * daemon/health.go asks the container's config, into which merge of daemon/commit.go does not take SHELL over.
 */
export function healthcheckArgvOf({ healthcheck }: ProcessConfig): readonly string[] | null {
  const [kind, ...words] = healthcheck ?? [];
  if (kind === 'CMD') return words.length === 0 ? null : words;
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : null;
}
