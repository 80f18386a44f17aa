/** Every rule, in the order in which docs and reports list them. */
import { compat32Bit } from './compat-32-bit.ts';
import { duplicatePlatform } from './duplicate-platform.ts';
import { isaLevel } from './isa-level.ts';
import { layerMediaType } from './layer-media-type.ts';
import { libraryMismatch } from './library-mismatch.ts';
import { libraryNotFound } from './library-not-found.ts';
import { loaderMismatch } from './loader-mismatch.ts';
import { loaderNotFound } from './loader-not-found.ts';
import { malformedPlatform } from './malformed-platform.ts';
import { missingPlatform } from './missing-platform.ts';
import { platformMismatch } from './platform-mismatch.ts';
import type { Rule } from './rule.ts';
import { sameContent } from './same-content.ts';
import { symbolNotFound } from './symbol-not-found.ts';
import { symbolVersionNotFound } from './symbol-version-not-found.ts';
import { tagMismatch } from './tag-mismatch.ts';
import { unexpectedPlatform } from './unexpected-platform.ts';
import { unpinnedReference } from './unpinned-reference.ts';
import { wrongAbi } from './wrong-abi.ts';

export const RULES: readonly Rule[] = [
  missingPlatform,
  unexpectedPlatform,
  duplicatePlatform,
  malformedPlatform,
  platformMismatch,
  sameContent,
  tagMismatch,
  unpinnedReference,
  layerMediaType,
  loaderNotFound,
  loaderMismatch,
  libraryNotFound,
  libraryMismatch,
  symbolVersionNotFound,
  symbolNotFound,
  wrongAbi,
  compat32Bit,
  isaLevel,
];
