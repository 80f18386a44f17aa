/** docs/exemptions.md: what is passed over on purpose, from the exemptions' own words. */
import { EXEMPTIONS } from '../../src/survey/exemptions/index.ts';

export function exemptionsPage(): string {
  const rows = EXEMPTIONS.map(({ name, covers, reason }) => `| \`${name}\` | ${covers} | ${reason} |`);
  return [
    '# Exemptions',
    'Files for other machines that healthy images have on purpose. A file counts for the first exemption that covers it; `--verbose` (and `RUNNER_DEBUG`) prints the counts, and the JSON report has them as `exemptions`.',
    'None of them covers what the container starts, what `HEALTHCHECK` calls, or a file that `binaries` names. Switch one off with `exemptions-off`:',
    '```yaml\n# .github/exec-format-guard.yml\nexemptions-off: [test-data, emulators]\n```',
    ['| Exemption | Covers | Because |', '| --- | --- | --- |', ...rows].join('\n'),
    '',
  ].join('\n\n');
}
