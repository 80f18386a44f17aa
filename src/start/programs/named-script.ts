/**
 * The script that an interpreter of another language is told to read (`python3 -u /app/main.py`, `java -jar app.jar`):
 * without it nothing starts. Only of programs that are surely what they are named, with options that are known here.
 */
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { cleanedPath } from '../../rootfs/path.ts';
import { hasSymbol } from '../../elf/symbol-hash.ts';
import type { Execution } from '../execution.ts';
import type { Tool } from '../running-program.ts';
import { parseOptions, type OptionSyntax } from './options.ts';

interface Language {
  readonly names: RegExp;
  /** A library that it needs, or a symbol that it defines: no other program does. */
  readonly library: RegExp;
  readonly symbol: string;
  /** A variable that has it read something else before. */
  readonly variable: string | null;
  /** null: none is among its words; undefined: that is not known. */
  readonly scriptOf: (args: readonly string[]) => string | null | undefined;
  /** What it makes of the name; default nothing. node's path.resolve() goes by words alone, whatever the links are. */
  readonly pathOf?: (script: string) => string;
  /** What it adds to that, when there is no such file. */
  readonly suffixes?: readonly string[];
}

const HELP = ['help', 'version'] as const;

const LANGUAGES: readonly Language[] = [
  {
    names: /^python(?:3(?:\.\d+)?)?$/,
    library: /^libpython[23]\./,
    symbol: 'Py_BytesMain',
    variable: 'PYTHONINSPECT',
    scriptOf: firstBehind({ flags: 'bBdEIOPqRsSuvxhV', values: 'WXcm', longFlags: HELP }, [
      'c',
      'm',
      'h',
      'V',
    ]),
  },
  {
    names: /^perl(?:5[\d.]*)?$/,
    library: /^libperl\.so/,
    symbol: 'perl_parse',
    variable: 'PERL5OPT',
    scriptOf: firstBehind({ flags: 'acnpstTwWvh', values: 'IMeE' }, ['e', 'E', 'v', 'h']),
  },
  {
    names: /^ruby[\d.]*$/,
    library: /^libruby\b/,
    symbol: 'ruby_run_node',
    variable: 'RUBYOPT',
    scriptOf: firstBehind({ flags: 'acnpswW012vh', values: 'Ire', longFlags: HELP }, ['e', 'v', 'h']),
  },
  {
    names: /^php[\d.]*$/,
    library: /^libphp/,
    symbol: 'zend_parse_parameters',
    variable: null,
    scriptOf: phpScriptOf,
  },
  {
    names: /^node(?:js)?$/,
    library: /^libnode\.so/,
    symbol: 'napi_create_function',
    variable: 'NODE_OPTIONS',
    scriptOf: moduleOf,
    pathOf: cleanedPath,
    suffixes: ['.js', '.json', '.node'],
  },
  { names: /^java$/, library: /^libjli\.so/, symbol: 'JLI_Launch', variable: null, scriptOf: archiveOf },
];

export interface NamedScript {
  readonly name: string;
  /** Where it is looked for. */
  readonly path: string;
  /** Files that will do in its place. */
  readonly others: readonly string[];
}

/** null: none is named, or that is not known. */
export function namedScript(execution: Execution, { name, args, family, program }: Tool): NamedScript | null {
  const language = LANGUAGES.find(({ names }) => names.test(name));
  if (language === undefined || family !== 'own' || !isOf(language, program.elf)) return null;
  const { variable, suffixes = [], pathOf = (script) => script, scriptOf } = language;
  if (variable !== null && (execution.environment.get(variable) ?? '') !== '') return null;
  const script = scriptOf(args);
  if (script === undefined)
    execution.recording.leaveOut(`what ${program.path} reads: its options are not known here`);
  if (script === undefined || script === null || script === '') return null;
  const path = pathOf(script);
  return { name: script, path, others: suffixes.map((suffix) => `${path}${suffix}`) };
}

function isOf({ library, symbol }: Language, { dynamic, symbols }: ElfFacts): boolean {
  if (dynamic?.needed.some((each) => library.test(each)) === true) return true;
  return symbols !== null && hasSymbol(symbols.defined, symbol);
}

/** With these it reads no script, or looks for one elsewhere. */
const ALONE_OF_PHP = [...'r R B F E S i m v h t info ini'.split(' '), ...HELP];

/** Behind `--` there are only words for what it reads from its input. */
function phpScriptOf(args: readonly string[]): string | null | undefined {
  const syntax = { flags: 'qnlswimvh', values: 'dcfrRBFESt', longFlags: [...HELP, 'info', 'ini'] };
  const parsed = parseOptions(args, syntax, ALONE_OF_PHP);
  if (parsed === null) return undefined;
  if (parsed === 'alone') return null;
  const { options, rest } = parsed;
  const [first = '-'] = rest;
  const file = options.findLast(([name]) => name === 'f')?.[1];
  return file ?? (first === '-' || args.at(-rest.length - 1) === '--' ? null : first);
}

/** `alone`: options with which it reads no script. */
function firstBehind(syntax: OptionSyntax, alone: readonly string[]): Language['scriptOf'] {
  return (args) => {
    const parsed = parseOptions(args, syntax, [...alone, ...HELP]);
    if (parsed === null) return undefined;
    if (parsed === 'alone') return null;
    const [first = '-'] = parsed.rest;
    return first === '-' ? null : first;
  };
}

/** Options that change nothing of what is read, and where. */
const OF_NODE =
  /^--(?:enable-source-maps|no-(?:warnings|deprecation)|trace-(?:warnings|deprecation|uncaught)|expose[-_]gc|optimize[-_]for[-_]size|inspect(?:=\S+)?|(?:max[-_](?:old|semi)[-_]space[-_]size|max-http-header-size|stack[-_]size)=\d+|unhandled-rejections=\w+|dns-result-order=\w+|use-openssl-ca|openssl-legacy-provider|harmony|preserve-symlinks|experimental-vm-modules|abort-on-uncaught-exception|check)$|^-c$/;
/** With these it reads no script, or more than one. */
const ALONE_OF_NODE =
  /^(?:-|-[eipvh]|-pe|--(?:eval|print|interactive|version|help|v8-options|test|run|watch)\b.*)$/;

function moduleOf(args: readonly string[]): string | null | undefined {
  const at = args.findIndex((word) => !OF_NODE.test(word));
  const word = (args[at] === '--' ? args[at + 1] : args[at]) ?? '-';
  if (ALONE_OF_NODE.test(word) || word === 'inspect' || word === 'debug') return null;
  return word.startsWith('-') ? undefined : word;
}

/** JVM options that are one word each; `-jar` is one, and the archive is the first word that is none. */
const OF_JAVA =
  /^-(?:jar|X\S+|D\S+|[ed]a|[ed]sa|server|client|javaagent:\S+|agentlib:\S+|agentpath:\S+|verbose(?::\w+)?|-[a-z-]+=\S+|-enable-preview)$/;
const WITH_VALUE: readonly string[] = [
  '-cp',
  '-classpath',
  '--class-path',
  '--add-opens',
  '--add-exports',
  '--add-modules',
];

function archiveOf(args: readonly string[]): string | null {
  let isArchive = false;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (WITH_VALUE.includes(word)) at++;
    else if (word.startsWith('-') && !OF_JAVA.test(word)) return null;
    else if (!/^[-@]/.test(word)) return isArchive ? word : null;
    else if (word.startsWith('@')) return null;
    isArchive ||= word === '-jar';
  }
  return null;
}
