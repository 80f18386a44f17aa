/**
 * How the runner of GitHub Actions reads what a step prints (actions/runner: ActionCommand, ActionCommandManager,
 * OutputManager), written from its behaviour: every line of stdout and stderr is tried as `::name properties::data`
 * after leading white space, then as `##[name properties]data` anywhere in it. Names are matched without case.
 */
export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const REGISTERED: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** What .NET's TrimStart takes away (char.IsWhiteSpace). */
const LEADING_SPACE = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

export function commandsIn(log: string): readonly RunnerCommand[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => currentForm(line) ?? legacyForm(line) ?? []);
}

function currentForm(line: string): RunnerCommand | null {
  const text = line.replace(LEADING_SPACE, '');
  if (!text.startsWith('::')) return null;
  const end = text.indexOf('::', 2);
  return end < 0 ? null : commandOf(text.slice(2, end), ',', text.slice(end + 2), CURRENT_ESCAPES);
}

function legacyForm(line: string): RunnerCommand | null {
  const begin = line.indexOf('##[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return null;
  return commandOf(line.slice(begin + 3, end), ';', line.slice(end + 1), LEGACY_ESCAPES);
}

type Escapes = readonly (readonly [string, string])[];
const CURRENT_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
];
const LEGACY_ESCAPES: Escapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
];

function commandOf(head: string, separator: string, data: string, escapes: Escapes): RunnerCommand | null {
  const space = head.indexOf(' ');
  const name = (space < 0 ? head : head.slice(0, space)).toLowerCase();
  if (!REGISTERED.has(name)) return null;
  const written =
    space < 0
      ? []
      : head
          .slice(space + 1)
          .trim()
          .split(separator);
  const properties = written.flatMap((property) => {
    const at = property.indexOf('=');
    return at <= 0 || at === property.length - 1
      ? []
      : [[property.slice(0, at), unescape(property.slice(at + 1), escapes)] as const];
  });
  return { name, properties: Object.fromEntries(properties), data: unescape(data, escapes) };
}

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((result, [code, character]) => result.replaceAll(code, character), text);
}
