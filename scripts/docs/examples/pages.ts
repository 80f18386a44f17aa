/** The examples as rule pages and `explain` show them. */
import type { PageExample } from '../../../src/reports/rule-page.ts';
import { startRegistry } from '../../../__tests__/support/in-memory-registry.ts';
import { outputOf } from './example.ts';
import { EXAMPLES } from './index.ts';

export type PageExamples = Readonly<Record<string, PageExample>>;

export async function pageExamples(): Promise<PageExamples> {
  const registry = await startRegistry();
  const pages: Record<string, PageExample> = {};
  for (const [id, example] of Object.entries(EXAMPLES)) {
    const { story, dockerfile } = example;
    pages[id] = { story, dockerfile, output: await outputOf(example, registry) };
  }
  await registry.close();
  return pages;
}

/** A module, so that `explain` has them in the bundle, offline. */
export function examplesModule(examples: PageExamples): string {
  return [
    '/** Made by `npm run docs` from scripts/docs/examples. */',
    "import type { PageExample } from '../reports/rule-page.ts';",
    '',
    `export const RULE_EXAMPLES: Readonly<Record<string, PageExample>> = ${JSON.stringify(examples, null, 2)};`,
    '',
  ].join('\n');
}
