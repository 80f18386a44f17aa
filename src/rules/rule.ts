/**
 * A rule reads facts and yields observations. It looks nothing up, does no I/O, and says everything that its
 * docs page, SARIF entry, `explain` text and help link need in its own fields. id = file name = docs page.
 */
import type { Digest } from '../oci/digest.ts';
import type { Platform } from '../oci/platform.ts';
import type { ImageFacts, PlatformFacts } from './facts.ts';

export type Severity = 'error' | 'warning' | 'note';
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface RuleText {
  readonly id: string;
  /** The fault in a few words: "The dynamic loader is not in the image". */
  readonly title: string;
  /** Of most observations; one observation may differ. */
  readonly severity: Severity;
  /** What it is, why it matters (with the error text people search for), how to fix it. Markdown paragraphs. */
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** What a rule says about one fault. Equal observations of several platforms become one finding. */
export interface Observation {
  /** Overrides the rule's severity. */
  readonly severity?: Severity;
  /**
   * Effect in plain words, lower case, no full stop; `{platforms}` stands for the platforms' names, `{starts|start}`
   * for the word that fits one or several.
   */
  readonly title: string;
  /** One or two sentences: found against expected. `{platforms}` as above. */
  readonly message: string;
  /** One thing to do, where this case knows better than the rule. */
  readonly fix?: string;
  /** What people see at run time: `exec /server: exec format error`. */
  readonly runtimeError?: string;
  /** What is good to know beside it. */
  readonly notes?: readonly string[];
  readonly path?: string;
  /** The layer that brought the file. */
  readonly layer?: Digest;
  readonly evidence: Readonly<Record<string, JsonValue>>;
  /** Which platforms an observation about the index is about; rules of one platform leave it out. */
  readonly platforms?: readonly Platform[];
  /** Of the one manifest that such an observation is about: the index may have several for a platform. */
  readonly manifest?: Digest;
}

/** Judges the index and all platform images together. */
export interface IndexRule extends RuleText {
  readonly scope: 'index';
  examine(facts: ImageFacts): Iterable<Observation>;
}

/** Judges what one platform's container starts. */
export interface StartRule extends RuleText {
  readonly scope: 'start';
  examine(facts: PlatformFacts): Iterable<Observation>;
}

/** Judges every other file of one platform image; only in scope `image`. */
export interface ImageRule extends RuleText {
  readonly scope: 'image';
  examine(facts: PlatformFacts): Iterable<Observation>;
}

export type Rule = IndexRule | StartRule | ImageRule;

export function indexRule(rule: Omit<IndexRule, 'scope'>): IndexRule {
  return { scope: 'index', ...rule };
}

export function startRule(rule: Omit<StartRule, 'scope'>): StartRule {
  return { scope: 'start', ...rule };
}

export function imageRule(rule: Omit<ImageRule, 'scope'>): ImageRule {
  return { scope: 'image', ...rule };
}
