/** A rule explains itself: its page in docs/rules/, and what `explain` prints, from the rule's own fields. */
import type { Rule } from '../rules/rule.ts';

/** What was built, and what the guard really says of it. */
export interface PageExample {
  readonly story: string;
  readonly dockerfile: string;
  readonly output: string;
}

const SCOPES: Readonly<Record<Rule['scope'], string>> = {
  index: 'the image index',
  start: 'what the container starts',
  image: 'every file of the image (scope `image`)',
};

const SEVERITIES: Readonly<Record<Rule['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  note: 'note, which never fails a run',
};

export function rulePage(rule: Rule, example: PageExample | null): string {
  const parts = [
    `# ${rule.id}`,
    `**${rule.title}.** Severity: ${SEVERITIES[rule.severity]}. Looks at ${SCOPES[rule.scope]}.`,
    rule.what,
    `## Why it matters\n\n${rule.why}`,
    `## How to fix it\n\n${rule.fix}`,
    ...(example === null
      ? []
      : [
          `## Example\n\n${example.story}`,
          code('dockerfile', example.dockerfile),
          code('text', example.output),
        ]),
    `## How to silence it\n\n${silencing(rule)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

function silencing({ id, scope }: Rule): string {
  const narrow = scope === 'index' ? [] : ['    path: /path/or/glob/**'];
  const entry = [
    'ignore:',
    `  - rule: ${id}`,
    '    platform: linux/arm64',
    ...narrow,
    '    reason: why this is known and accepted',
    '    until: 2027-01-31',
  ];
  return `With a reason, in \`.github/exec-format-guard.yml\`; only \`rule\` is required:\n\n\`\`\`yaml\n${entry.join('\n')}\n\`\`\`\n\nFor one run: \`ignore: ${id}\` as an input, or \`--ignore ${id}\`.`;
}
