/** One accepted finding: `rule`, `rule@linux/386`, `rule:/path/glob`, `rule@linux/386:/path/glob`. */
import { Failure } from '../base/failure.ts';
import { parsePlatform, type Platform } from '../oci/platform.ts';
import type { IgnoreEntry } from '../verdict/policy.ts';
import { parseList } from './parsers.ts';
import { complaint, suggestion, type Written } from './written.ts';

/** What decides whether an entry is good: the rules there are, and the day it is (YYYY-MM-DD, UTC). */
export interface IgnoreContext {
  readonly rules: readonly string[];
  readonly today: string;
}

/** The parts of an entry as written; null where the part is left out. */
export interface IgnoreParts {
  readonly rule: string;
  readonly platform: string | null;
  readonly path: string | null;
  readonly reason: string | null;
  readonly until: string | null;
}

export function parseIgnoreList(written: Written, context: IgnoreContext): readonly IgnoreEntry[] {
  return parseList(written).map((text) => parseIgnoreText({ ...written, text }, context));
}

const SHAPE = /^([^@:\s]+)(?:@([^:\s]+))?(?::(.+))?$/;

export function parseIgnoreText(written: Written, context: IgnoreContext): IgnoreEntry {
  const [, rule, platform = null, path = null] = SHAPE.exec(written.text.trim()) ?? [];
  if (rule === undefined) {
    throw complaint(
      written,
      `"${written.text.slice(0, 100)}" is not an ignore entry`,
      'write rule, rule@platform, rule:/path/glob or rule@platform:/path/glob',
    );
  }
  return checkIgnore({ rule, platform, path, reason: null, until: null }, written, context);
}

export function checkIgnore(
  parts: IgnoreParts,
  written: Written,
  { rules, today }: IgnoreContext,
): IgnoreEntry {
  const { rule, path, reason, until } = parts;
  if (!rules.includes(rule)) {
    throw complaint(written, `there is no rule "${rule.slice(0, 100)}"`, suggestion(rule, rules));
  }
  if (path !== null && !path.startsWith('/') && !path.startsWith('**')) {
    throw complaint(
      written,
      `the path "${path.slice(0, 100)}" does not begin with /`,
      'paths in an image are absolute: /usr/bin/*',
    );
  }
  if (until !== null && !isDay(until)) {
    throw complaint(written, `"${until.slice(0, 100)}" is not a day`, 'write the last day as YYYY-MM-DD');
  }
  return {
    text: textOf(parts),
    where: written.where,
    rule,
    platform: platformOf(parts.platform, written),
    path,
    reason,
    until,
    ended: until !== null && until < today,
  };
}

function textOf({ rule, platform, path }: IgnoreParts): string {
  return rule + (platform === null ? '' : `@${platform}`) + (path === null ? '' : `:${path}`);
}

function platformOf(text: string | null, written: Written): Platform | null {
  if (text === null) return null;
  try {
    return parsePlatform(text);
  } catch (error) {
    throw error instanceof Failure ? complaint(written, error.message, error.hint) : error;
  }
}

/** A day of the calendar: 2026-02-30 is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
