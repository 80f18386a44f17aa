/** The command line as data: which command, which images, which settings, where the results go. */
import { parseArgs } from 'node:util';
import { Failure } from '../base/failure.ts';
import { REPORTERS } from '../reports/index.ts';
import type { Format } from '../reports/reporter.ts';
import { ALL_SETTINGS, settingNames } from '../settings/table.ts';
import { type SettingSource, suggestion } from '../settings/written.ts';

export type Command =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'explain'; readonly rule: string | null }
  | ({ readonly kind: 'check' } & CheckOptions);

export interface CheckOptions {
  readonly images: readonly string[];
  readonly settings: SettingSource;
  readonly format: Format;
  /** Further reports into files: `--output sarif=guard.sarif`. */
  readonly outputs: readonly { readonly format: Format; readonly file: string }[];
  readonly detail: 'brief' | 'full';
  readonly debug: 'on' | 'off';
}

/** Options of the command line alone; everything else comes from the table of settings. */
const OWN_OPTIONS = {
  format: { type: 'string' },
  output: { type: 'string' },
  verbose: { type: 'boolean', short: 'v' },
  debug: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

const OWN_NAMES: readonly string[] = Object.keys(OWN_OPTIONS);
const SETTING_NAMES = settingNames('command');
const FLAGS = ALL_SETTINGS.filter(({ shape }) => shape === 'boolean').map(({ name }) => name);

/** @throws {Failure} E_USAGE */
export function parseOptions(argv: readonly string[]): Command {
  const { positionals, given } = readTokens(argv);
  if (given.has('help')) return { kind: 'help' };
  if (given.has('version')) return { kind: 'version' };
  if (positionals[0] === 'explain') return { kind: 'explain', rule: positionals[1] ?? null };
  return {
    kind: 'check',
    images: positionals,
    settings: settingsOf(given),
    format: formatOf(given.get('format')?.at(-1) ?? 'pretty', '--format'),
    outputs: (given.get('output') ?? []).map(outputOf),
    detail: given.has('verbose') ? 'full' : 'brief',
    debug: given.has('debug') ? 'on' : 'off',
  };
}

interface Given {
  readonly positionals: readonly string[];
  /** Name -> every value, in order; `true` for a flag without one. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

function readTokens(argv: readonly string[]): Given {
  const settings = SETTING_NAMES.map((name) => [name, { type: typeOf(name) }] as const);
  const { tokens } = parseArgs({
    args: joinFlagValues(argv),
    options: { ...Object.fromEntries(settings), ...OWN_OPTIONS },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const positionals: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind === 'option') {
      const value = valueOf(token.name, token.rawName, token.value);
      given.set(token.name, [...(given.get(token.name) ?? []), value]);
    }
  }
  return { positionals, given };
}

/** `--cache false` as `--cache=false`: the inputs of the action are written so, and no image has such a name. */
function joinFlagValues(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of argv) {
    const before = joined.at(-1) ?? '';
    const isValue = (word === 'true' || word === 'false') && !joined.includes('--');
    if (isValue && before.startsWith('--') && FLAGS.includes(before.slice(2)))
      joined.push(`${joined.pop()}=${word}`);
    else joined.push(word);
  }
  return joined;
}

function typeOf(name: string): 'boolean' | 'string' {
  return FLAGS.includes(name) ? 'boolean' : 'string';
}

function valueOf(name: string, written: string, value: string | undefined): string {
  const known = [...SETTING_NAMES, ...OWN_NAMES];
  if (!known.includes(name)) {
    throw new Failure('E_USAGE', `unknown option ${written}`, suggestion(name, known, '--'));
  }
  const isSwitch = FLAGS.includes(name) || ['verbose', 'debug', 'help', 'version'].includes(name);
  if (isSwitch) return value ?? 'true';
  if (value === undefined || value === '') {
    throw new Failure('E_USAGE', `${written} needs a value`, `write ${written} VALUE, or leave it out`);
  }
  return value;
}

/** Lists may be given several times and add up; of everything else the last one counts. */
function settingsOf(given: ReadonlyMap<string, readonly string[]>): SettingSource {
  return (name) => {
    const values = given.get(name);
    if (values === undefined) return null;
    const isList = ALL_SETTINGS.some((setting) => setting.name === name && setting.shape === 'list');
    return { text: isList ? values.join('\n') : (values.at(-1) ?? ''), where: `--${name}`, code: 'E_USAGE' };
  };
}

function formatOf(text: string, where: string): Format {
  const known = REPORTERS.map(({ format }) => format);
  const format = known.find((one) => one === text);
  if (format !== undefined) return format;
  throw new Failure(
    'E_USAGE',
    `${where}: there is no format "${text.slice(0, 100)}"`,
    suggestion(text, known),
  );
}

function outputOf(text: string): { readonly format: Format; readonly file: string } {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw new Failure(
      'E_USAGE',
      `--output ${text.slice(0, 100)} names no file`,
      'write --output FORMAT=FILE',
    );
  }
  return { format: formatOf(text.slice(0, at), '--output'), file: text.slice(at + 1) };
}
