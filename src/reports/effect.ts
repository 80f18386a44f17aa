/** What a finding does to the container, as far as its rule tells. */
import { RULES } from '../rules/index.ts';
import type { Finding } from '../verdict/finding.ts';
import { listPlatforms } from '../verdict/narrow-finding.ts';

/** Whether the container itself cannot start, as opposed to a health probe or a helper in it. */
export function stopsTheStart({ rule, severity, evidence }: Finding): boolean {
  const scope = RULES.find(({ id }) => id === rule)?.scope;
  const isOfStart = scope === 'start' && rule !== 'healthcheck-broken' && evidence['stage'] !== 'later';
  return severity === 'error' && isOfStart;
}

/** `on arm64 the container stops at once: exec /server: exec format error`. */
export function effectOf(finding: Finding): string {
  const error = finding.runtimeError ?? '';
  const where = listPlatforms(finding.platforms.map((platform) => platform.replace(/^linux\//, '')));
  if (stopsTheStart(finding)) return `on ${where} the container stops at once: ${error}`;
  return finding.platforms.length === 0 ? `at run time: ${error}` : `on ${where} people see: ${error}`;
}
