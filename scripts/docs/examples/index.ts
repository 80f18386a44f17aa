import type { RuleExample } from './example.ts';
import { IMAGE_EXAMPLES } from './image-rules.ts';
import { INDEX_EXAMPLES } from './index-rules.ts';
import { LOADING_EXAMPLES } from './loading-rules.ts';
import { START_EXAMPLES } from './start-rules.ts';

/** An example for every rule. */
export const EXAMPLES: Readonly<Record<string, RuleExample>> = {
  ...INDEX_EXAMPLES,
  ...START_EXAMPLES,
  ...LOADING_EXAMPLES,
  ...IMAGE_EXAMPLES,
};
