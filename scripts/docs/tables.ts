/** Markdown tables of inputs, outputs and rules. */
import { OUTPUTS } from '../../src/action/outputs.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Face, Setting } from '../../src/settings/setting.ts';
import { ALL_SETTINGS } from '../../src/settings/table.ts';

export function inputTable(): string {
  const rows = ALL_SETTINGS.map(({ name, initially, values, summary, remark }) => [
    `\`${name}\``,
    initially,
    values,
    [summary, remark].filter((text) => text !== '').join(' '),
  ]);
  return tableOf(['Input', 'Default', 'Values', 'What it does'], rows);
}

export function outputTable(): string {
  return tableOf(
    ['Output', 'What it holds'],
    OUTPUTS.map(({ name, summary }) => [`\`${name}\``, summary]),
  );
}

export function ruleTable(rules: readonly Rule[], link: (id: string) => string): string {
  const rows = rules.map(({ id, title, severity, scope }) => [
    `[\`${id}\`](${link(id)})`,
    title,
    severity,
    scope,
  ]);
  return tableOf(['Rule', 'The fault', 'Severity', 'Looks at'], rows);
}

const FACES: Readonly<Record<Face, (name: string) => string>> = {
  action: (name) => `input \`${name}\``,
  command: (name) => `option \`--${name}\``,
  config: (name) => `config key \`${name}\``,
};

export function inputPage(): string {
  const sections = ALL_SETTINGS.map(sectionOf);
  return [
    '# Inputs, options and config keys',
    'One table makes them all. Where several places set a value: input or option, then the environment, then the config file, then the default. An empty value counts as not set.',
    "Lists are written one a line or separated by commas, as in docker's own actions; double quotes hold a comma.",
    ...sections,
    '## The config file',
    `\`.github/exec-format-guard.yml\`, checked against [its JSON Schema](schema/config.schema.json); a key that there is not is an error that names the line.\n\n\`\`\`yaml\n${CONFIG_EXAMPLE}\`\`\``,
    '# Outputs',
    outputTable(),
    '',
  ].join('\n\n');
}

const CONFIG_EXAMPLE = `platforms: [linux/amd64, linux/arm64]
fail-on: warning
ignore:
  - unpinned-reference
  - rule: foreign-binary
    path: /opt/vendor/**
    platform: linux/arm64
    reason: the vendor's updater is never started on arm64
    until: 2027-01-31
`;

function sectionOf({ name, summary, values, initially, remark, faces }: Setting<unknown>): string {
  const places = [
    ...faces.map((face) => FACES[face](name)),
    `\`EXEC_FORMAT_GUARD_${name.replaceAll('-', '_').toUpperCase()}\``,
  ];
  return [
    `## \`${name}\``,
    [summary, remark].filter((text) => text !== '').join(' '),
    `- **Values**: ${values}\n- **Default**: ${initially}\n- **Set it as**: ${places.join(', ')}`,
  ].join('\n\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableLine(head), tableLine(head.map(() => '---')), ...rows.map(tableLine)].join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
