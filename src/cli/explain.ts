import { Failure } from '../base/failure.ts';
import { rulePage } from '../reports/rule-page.ts';
import { RULES } from '../rules/index.ts';
import { RULE_EXAMPLES } from './rule-examples.ts';
import { suggestion } from '../settings/written.ts';

/** The rule's page, or the list of rules when none is named. @throws {Failure} E_USAGE */
export function explain(id: string | null): string {
  if (id === null) {
    const width = Math.max(...RULES.map((rule) => rule.id.length));
    return RULES.map((rule) => `${rule.id.padEnd(width)}  ${rule.severity.padEnd(7)}  ${rule.title}\n`).join(
      '',
    );
  }
  const rule = RULES.find((one) => one.id === id);
  if (rule !== undefined) return rulePage(rule, RULE_EXAMPLES[rule.id] ?? null);
  throw new Failure(
    'E_USAGE',
    `there is no rule "${id.slice(0, 100)}"`,
    suggestion(
      id,
      RULES.map((one) => one.id),
    ),
  );
}
