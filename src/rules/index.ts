/** Every rule, in the order in which docs and reports list them. */
import { duplicatePlatform } from './duplicate-platform.ts';
import { layerMediaType } from './layer-media-type.ts';
import { malformedPlatform } from './malformed-platform.ts';
import { missingPlatform } from './missing-platform.ts';
import { platformMismatch } from './platform-mismatch.ts';
import type { Rule } from './rule.ts';
import { sameContent } from './same-content.ts';
import { tagMismatch } from './tag-mismatch.ts';
import { unexpectedPlatform } from './unexpected-platform.ts';
import { unpinnedReference } from './unpinned-reference.ts';

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
];
