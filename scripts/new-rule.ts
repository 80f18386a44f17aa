/** `npm run new-rule -- my-rule-id`: copies the template rule and its test; one line in src/rules/index.ts is yours. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const id = process.argv[2] ?? '';
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))
  fail(`"${id}" is not a rule id: write lower-case words with hyphens`);
const name = id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

copy('scripts/templates/rule.txt', `src/rules/${id}.ts`);
copy('scripts/templates/rule-test.txt', `__tests__/rules/${id}.test.ts`);
process.stdout.write(
  `now: add ${name} to src/rules/index.ts, write the rule, give it an example in scripts/docs/examples/, run npm run docs\n`,
);

function copy(template: string, target: string): void {
  if (existsSync(target)) fail(`${target} exists already`);
  writeFileSync(
    target,
    readFileSync(template, 'utf8').replaceAll('RULE_ID', id).replaceAll('RULE_NAME', name),
  );
  process.stdout.write(`wrote ${target}\n`);
}

function fail(text: string): never {
  process.stderr.write(`new-rule: ${text}\n`);
  process.exit(2);
}
