import { BINARY_TARGETS } from './binary-targets.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { TEXT_TARGETS } from './text-targets.ts';

/** Every border where bytes of strangers become types. */
export const TARGETS: readonly FuzzTarget[] = [...TEXT_TARGETS, ...BINARY_TARGETS];
