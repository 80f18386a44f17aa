/** `--help`, made from the table of settings and the list of formats. */
import { REPORTERS } from '../reports/index.ts';
import { ALL_SETTINGS } from '../settings/table.ts';

export function helpText(): string {
  const settings = ALL_SETTINGS.filter(({ faces, name }) => faces.includes('command') && name !== 'image');
  const own: readonly (readonly [string, string])[] = [
    ['--format FORMAT', `What is printed: ${REPORTERS.map(({ format }) => format).join(', ')}.`],
    ['--output FORMAT=FILE', 'A further report into a file; may be given several times.'],
    ['-v, --verbose', 'Say more: every file of the start, and what was passed over on purpose.'],
    ['--debug', 'Say why, when the program itself fails.'],
    ['-h, --help', 'This text.'],
    ['-V, --version', 'The version.'],
  ];
  return [
    'Says whether every platform of a container image can start, and why not, without running anything.',
    '',
    'usage: exec-format-guard IMAGE… [options]',
    '       exec-format-guard explain RULE',
    '',
    'IMAGE: ghcr.io/acme/shop:1.4, …@sha256:…, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE, docker-daemon:NAME',
    '',
    'options:',
    ...settings.map(({ name, summary, shape, initially }) =>
      row(
        `--${name}${shape === 'boolean' ? (initially === '`true`' ? '=false' : '') : shape === 'list' ? ' LIST' : ' VALUE'}`,
        `${summary} Default: ${plain(initially)}.`,
      ),
    ),
    ...own.map(([option, summary]) => row(option, summary)),
    '',
    'Every option can be set in the environment (EXEC_FORMAT_GUARD_FAIL_ON) and most in .github/exec-format-guard.yml.',
    '',
    'exit status: 0 every platform passes · 1 findings · 2 wrong usage · 3 something could not be read · 70 a defect of ours',
    '',
  ].join('\n');
}

function row(option: string, summary: string): string {
  return option.length < 26 ? `  ${option.padEnd(26)}${summary}` : `  ${option}\n${' '.repeat(28)}${summary}`;
}

function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}
