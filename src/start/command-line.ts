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

/** null when there is no probe. The shell form runs under SHELL (getShell of moby's daemon/health.go). */
export function healthcheckArgvOf({ healthcheck, shell }: ProcessConfig): readonly string[] | null {
  const [kind, ...words] = healthcheck ?? [];
  if (kind === 'CMD') return words.length === 0 ? null : words;
  if (kind !== 'CMD-SHELL') return null;
  return [...(shell !== null && shell.length > 0 ? shell : ['/bin/sh', '-c']), ...words];
}
