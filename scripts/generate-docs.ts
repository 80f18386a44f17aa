/**
 * `npm run docs`: writes everything in docs/, README.md and action.yml that is made from the code.
 * `npm run docs:check`: fails when something of it is stale.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rulePage } from '../src/reports/rule-page.ts';
import { RULES } from '../src/rules/index.ts';
import { actionYml } from './docs/action-yml.ts';
import { configSchema } from './docs/config-schema.ts';
import { examplesModule, pageExamples } from './docs/examples/pages.ts';
import { exampleOutput } from './docs/example-output.ts';
import { exemptionsPage } from './docs/exemptions-page.ts';
import { incidentsPage } from './docs/incidents-page.ts';
import { limitsTable } from './docs/limits-table.ts';
import { reportSchema } from './docs/report-schema.ts';
import { inputPage, inputTable, outputTable, ruleTable } from './docs/tables.ts';

const RULE_FOLDER = 'docs/rules';

/** Path -> text; null for a file that must go. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string | null>> {
  const examples = await pageExamples();
  const pages = new Map(
    RULES.map((rule) => [`${RULE_FOLDER}/${rule.id}.md`, rulePage(rule, examples[rule.id] ?? null)]),
  );
  const index = `# Rules\n\nEvery page says what the fault is, what it does at run time, how to fix it and how to silence it.\n\n${ruleTable(RULES, (id) => `${id}.md`)}\n`;
  const known = existsSync(RULE_FOLDER)
    ? readdirSync(RULE_FOLDER).map((name) => `${RULE_FOLDER}/${name}`)
    : [];
  const gone = known.filter((file) => !pages.has(file) && file !== `${RULE_FOLDER}/README.md`);
  return new Map<string, string | null>([
    ['action.yml', actionYml(packageDescription())],
    ['docs/exemptions.md', exemptionsPage()],
    ['docs/incidents.md', incidentsPage()],
    ['docs/inputs.md', inputPage()],
    ['docs/schema/config.schema.json', configSchema()],
    ['docs/schema/report.schema.json', reportSchema()],
    [`${RULE_FOLDER}/README.md`, index],
    ['src/cli/rule-examples.ts', examplesModule(examples)],
    ...pages,
    ...gone.map((file) => [file, null] as const),
    ['README.md', readme(readFileSync('README.md', 'utf8'))],
    ['SECURITY.md', filled(readFileSync('SECURITY.md', 'utf8'), [['limits', limitsTable()]])],
  ]);
}

function packageDescription(): string {
  const parsed: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
  const isObject = typeof parsed === 'object' && parsed !== null && 'description' in parsed;
  return isObject ? String(parsed.description) : '';
}

function readme(text: string): string {
  return filled(text, [
    ['example', exampleOutput()],
    ['inputs', inputTable()],
    ['outputs', outputTable()],
    ['rules', ruleTable(RULES, (id) => `${RULE_FOLDER}/${id}.md`)],
  ]);
}

/** Fills what lies between `<!-- inputs:begin -->` and `<!-- inputs:end -->`, where the text has these marks. */
function filled(text: string, parts: readonly (readonly [name: string, table: string])[]): string {
  return parts.reduce(
    (whole, [name, table]) =>
      whole.replace(
        new RegExp(`(<!-- ${name}:begin -->)[^]*?(<!-- ${name}:end -->)`),
        (_, begin: string, end: string) => `${begin}\n\n${table}\n\n${end}`,
      ),
    text,
  );
}

async function main(): Promise<void> {
  const stale = [...(await generatedFiles())].filter(
    ([file, text]) => (existsSync(file) ? readFileSync(file, 'utf8') : null) !== text,
  );
  if (process.argv.includes('--check')) {
    if (stale.length === 0) return;
    process.stderr.write(`stale, run npm run docs: ${stale.map(([file]) => file).join(', ')}\n`);
    process.exitCode = 1;
    return;
  }
  for (const [file, text] of stale) {
    if (text === null) rmSync(file);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    process.stdout.write(`${text === null ? 'removed' : 'wrote'} ${file}\n`);
  }
}

if (import.meta.main) await main();
