/** Why a base image brought the file: its platform, its digest, or just that it is this image. */
import { lineageOf } from '../dockerfile/resolve-stage.ts';
import { HOLE } from '../dockerfile/expand-word.ts';
import type { Mismatch } from './mismatch.ts';
import type { Place } from './place.ts';
import type { Cause } from './pointing.ts';
import { stagePlatformCause } from './stage-platform.ts';

export interface ImageCause {
  readonly cause: Cause;
  /** True when the `--platform` of FROM explains the file. */
  readonly platformSaysIt: boolean;
}

export function imageCause(
  { built, stage, certain, isTrigger }: Place,
  mismatch: Mismatch | null,
): ImageCause {
  const cause = mismatch === null ? null : stagePlatformCause(built, stage, mismatch, 'base');
  if (cause !== null) return { cause, platformSaysIt: stage.platform !== null };
  const [{ base } = stage] = lineageOf(stage);
  // An instruction behind FROM may be gone since the build.
  if (!certain || base.kind !== 'image' || base.name.includes(HOLE))
    return { cause: NOTHING, platformSaysIt: false };
  const image = isTrigger ? `an ONBUILD instruction of ${base.name}` : `the base image ${base.name}`;
  const wanted = mismatch === null ? '' : ` that has ${mismatch.wanted} there`;
  const fix = `${image} brings this file: take another tag or digest of it${wanted}, or put the right file over it`;
  return { cause: { related: null, fix }, platformSaysIt: false };
}

const NOTHING: Cause = { related: null, fix: null };
