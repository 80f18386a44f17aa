/** Every rule, in the order in which docs and reports list them. */
import type { Rule } from './rule.ts';

export const RULES: readonly Rule[] = [];
