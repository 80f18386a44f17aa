import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';

/** What a build action left behind about one image, as far as it says. */
export interface BuildOutput {
  /** The bake target; null for a single build. */
  readonly target: string | null;
  /** References as the build pushed them: `ghcr.io/acme/shop:1.4`; empty when it names none. */
  readonly names: readonly string[];
  /** null when nothing was pushed or exported. */
  readonly digest: Digest | null;
  /** The platforms that were asked for; empty when it does not say. */
  readonly platforms: readonly Platform[];
  /** Path of the Dockerfile in its folder, the build context in the repository, the stage; null when it does not say. */
  readonly dockerfile: string | null;
  readonly context: string | null;
  readonly stage: string | null;
  /** buildx's name of the build, `builder/node/id`; null when it does not say. */
  readonly ref: string | null;
}

/** An output that says nothing. */
export const NO_OUTPUT: BuildOutput = {
  target: null,
  names: [],
  digest: null,
  platforms: [],
  dockerfile: null,
  context: null,
  stage: null,
  ref: null,
};
