/** action.yml from the tables of inputs and outputs. No input has a default there but the token: a default would beat the config file. */
import { OUTPUTS } from '../../src/action/outputs.ts';
import { ALL_SETTINGS } from '../../src/settings/table.ts';
import { TOOL } from '../../src/verdict/tool.ts';

export function actionYml(description: string): string {
  const inputs = ALL_SETTINGS.filter(({ faces }) => faces.includes('action')).flatMap(
    ({ name, summary, initially }) => [
      `  ${name}:`,
      `    description: ${JSON.stringify(`${summary} Default: ${initially.replaceAll('`', '')}.`)}`,
      '    required: false',
      ...(name === 'github-token' ? ['    default: ${{ github.token }}'] : []),
    ],
  );
  const outputs = OUTPUTS.flatMap(({ name, summary }) => [
    `  ${name}:`,
    `    description: ${JSON.stringify(summary.replaceAll('`', ''))}`,
  ]);
  return [
    '# Made by `npm run docs` from src/settings/table.ts and src/action/outputs.ts.',
    `name: ${TOOL.name}`,
    `description: ${JSON.stringify(description)}`,
    'author: The exec-format-guard authors',
    'branding:',
    '  icon: shield',
    '  color: blue',
    'inputs:',
    ...inputs,
    'outputs:',
    ...outputs,
    'runs:',
    '  using: node24',
    '  main: dist/index.js',
    '',
  ].join('\n');
}
