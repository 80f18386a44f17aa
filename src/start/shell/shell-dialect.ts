/**
 * What shells do not agree on: which commands they have built in, and which grammar they take. As dash 0.5.12, ash of
 * busybox 1.35 and bash 5.2 do it; each of them reads a script line by line and stops at the line that it cannot read,
 * when everything before has been done.
 */
import { forEachChild, type ParameterExpansionPart, type Statement, type SyntaxNode } from 'unbash';
import { DEFAULT_PATH } from '../environment.ts';

/** `bash-as-sh`: bash in its POSIX mode; `posix`: some shell, of which no more is known than that it is one. */
export type Dialect = 'bash' | 'bash-as-sh' | 'dash' | 'ash' | 'posix';

const SHELLS = /^(?:sh|ash|dash|bash|rbash|ksh|ksh93|mksh|lksh|yash|hush|zsh)$/;

export function isShell(name: string): boolean {
  return SHELLS.test(name);
}

/** In its POSIX mode too. */
export function isBash(dialect: Dialect): boolean {
  return dialect === 'bash' || dialect === 'bash-as-sh';
}

const EVERYWHERE =
  '. : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill local ' +
  'printf pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait';
const IN_DASH = 'chdir';
const IN_ASH = 'chdir help history let source';
const IN_BASH =
  'bind builtin caller compgen complete compopt declare dirs disown enable fc help history let logout mapfile popd pushd readarray shopt source ' +
  'suspend typeset';

const BUILTINS: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  dash: new Set(`${EVERYWHERE} ${IN_DASH}`.split(' ')),
  ash: new Set(`${EVERYWHERE} ${IN_ASH}`.split(' ')),
  bash: new Set(`${EVERYWHERE} ${IN_BASH}`.split(' ')),
  'bash-as-sh': new Set(`${EVERYWHERE} ${IN_BASH}`.split(' ')),
  posix: new Set(`${EVERYWHERE} ${IN_ASH} ${IN_BASH}`.split(' ')),
};

export function isBuiltin(dialect: Dialect, name: string): boolean {
  return BUILTINS[dialect].has(name);
}

/** Whether it is built in here, but not everywhere. */
export function isContested(dialect: Dialect, name: string): boolean {
  return dialect === 'posix' && !BUILTINS.dash.has(name) && BUILTINS.bash.has(name);
}

/** `refused`: the shell stops at that line. `doubtful`: it stops when it comes to do it, or does something else. */
export type Grammar = 'taken' | 'doubtful' | 'refused';

/** What the dialect makes of the grammar of a statement and all that is in it. */
export function grammarOf(dialect: Dialect, statement: Statement): Grammar {
  const found = worst(dialect, statement);
  return dialect === 'posix' && found === 'refused' ? 'doubtful' : found;
}

/** Whether the node by itself, whatever is in it, is what the dialect refuses. */
export function isRefused(dialect: Dialect, node: SyntaxNode): boolean {
  return ofNode(dialect, node) === 'refused';
}

function worst(dialect: Dialect, node: SyntaxNode): Grammar {
  let found = ofNode(dialect, node);
  forEachChild(node, (child) => {
    if (found !== 'refused') found = worse(found, worst(dialect, child));
  });
  return found;
}

function worse(one: Grammar, other: Grammar): Grammar {
  return [one, other].find((each) => each === 'refused') ?? (one === 'taken' ? other : one);
}

function ofNode(dialect: Dialect, node: SyntaxNode): Grammar {
  const grammar = ofAnyShell(node);
  return grammar === 'taken' && dialect !== 'bash' && dialect !== 'bash-as-sh'
    ? ofNoBash(dialect, node)
    : grammar;
}

/** `$((1 +))`, but not `$((X++))`. */
const ENDS_IN_OPERATOR = /(?:[*/%&|^<>=?:!~]|(?<![-+])[-+])\s*\)\)$/;

/** What is read only when it is done: the command, or the whole script, ends there. */
function ofAnyShell(node: SyntaxNode): Grammar {
  switch (node.type) {
    case 'ArithmeticExpansion':
      return ENDS_IN_OPERATOR.test(node.text) ? 'doubtful' : 'taken';
    case 'CommandExpansion':
      return (node.script?.errors ?? []).length > 0 || !/[)`}]$/.test(node.text) ? 'doubtful' : 'taken';
    case 'ParameterExpansion':
      return node.operation?.type === 'Unknown' ? 'doubtful' : 'taken';
    default:
      return 'taken';
  }
}

function ofNoBash(dialect: Dialect, node: SyntaxNode): Grammar {
  switch (node.type) {
    case 'ArrayValue':
    case 'ArithmeticFor':
    case 'HereString':
    case 'Select':
      return 'refused';
    case 'ProcessSubstitution':
      return dialect === 'ash' ? 'doubtful' : 'refused';
    case 'CaseItem':
      if (node.terminator === ';&') return 'doubtful';
      return node.terminator === ';;&' ? 'refused' : 'taken';
    case 'TestGroup':
      return 'refused';
    case 'TestBinary':
      return /^[^'"\\$`]*\(/.test(node.right.text) ? 'refused' : 'taken';
    case 'Function':
      return ofFunction(dialect, node.name.value, node.name.pos === node.pos ? 'plain' : 'keyword');
    case 'Pipeline': {
      const negations = node.prefixes.filter(({ type }) => type === 'Negation').length;
      if (node.operators.includes('|&') || negations > 1) return 'refused';
      return node.prefixes.length > negations ? 'doubtful' : 'taken';
    }
    case 'Assignment':
      return node.append === true || node.index !== undefined ? 'doubtful' : 'taken';
    case 'ArithmeticCommand':
    case 'AnsiCQuoted':
    case 'Coproc':
    case 'LocaleString':
      return dialect === 'ash' && node.type === 'AnsiCQuoted' ? 'taken' : 'doubtful';
    case 'ParameterExpansion':
      return ofExpansion(dialect, node);
    default:
      return 'taken';
  }
}

function ofFunction(dialect: Dialect, name: string, form: 'plain' | 'keyword'): Grammar {
  if (form === 'keyword' && dialect !== 'ash') return 'refused';
  return /^[A-Za-z_]\w*$/.test(name) ? 'taken' : 'refused';
}

/** "Bad substitution", which dash and ash say when they come to it: whether they come to one within another is not known. */
function ofExpansion(dialect: Dialect, part: ParameterExpansionPart): Grammar {
  const isDoubtful =
    dialect === 'posix' ? isUnknownSubstitution(dialect, part) : hasUnknownBelow(dialect, part);
  return isDoubtful ? 'doubtful' : 'taken';
}

/** In what dash or ash expand as they do a command; not in what runs in a process of its own, nor in another expansion. */
export function hasUnknownSubstitution(dialect: Dialect, node: SyntaxNode): boolean {
  if (node.type === 'CommandExpansion' || node.type === 'HereDoc') return false;
  return node.type === 'ParameterExpansion'
    ? isUnknownSubstitution(dialect, node)
    : hasUnknownBelow(dialect, node);
}

function hasUnknownBelow(dialect: Dialect, node: SyntaxNode): boolean {
  let found = false;
  forEachChild(node, (child) => {
    found ||= hasUnknownSubstitution(dialect, child);
  });
  return found;
}

/** Whether the shell ends when it comes to expand it. */
export function isFatal(dialect: Dialect, part: ParameterExpansionPart): boolean {
  return (dialect === 'dash' || dialect === 'ash') && isUnknownSubstitution(dialect, part);
}

/** Whether it is none of POSIX ("Parameter Expansion"); ash has two of bash's. */
function isUnknownSubstitution(
  dialect: Dialect,
  { operation, prefix, index }: ParameterExpansionPart,
): boolean {
  if (prefix === '!' || index !== undefined) return true;
  const known = dialect === 'ash' ? /^(?:Default|Remove|Replace|Slice)$/ : /^(?:Default|Remove)$/;
  return operation !== undefined && !known.test(operation.type);
}

/** Where shells look for programs that got no PATH: bash as whoever built it chose. ash alone hands it on. */
const DEFAULT_PATHS: Readonly<Partial<Record<Dialect, string>>> = {
  dash: DEFAULT_PATH,
  ash: '/sbin:/usr/sbin:/bin:/usr/bin',
};

/** Variables that shells set themselves where they get none of that name. */
export function ownVariables(dialect: Dialect, uid: number): readonly (readonly [string, string | null])[] {
  const path = ['PATH', DEFAULT_PATHS[dialect] ?? null] as const;
  return isBash(dialect) ? [path, ['UID', String(uid)], ['EUID', String(uid)]] : [path];
}

/** And those whose script has unset it: nowhere (null), or where they are. */
export const PATHS_ONCE_UNSET: Readonly<Partial<Record<Dialect, string | null>>> = {
  dash: null,
  ash: '',
  bash: '',
  'bash-as-sh': '',
};

/** Variables that a shell sets by itself, or the runtime before it: whether they are set is not the image's to say. */
export function isSetElsewhere(name: string): boolean {
  return SET_ELSEWHERE.test(name);
}

const SET_ELSEWHERE =
  /^(?:BASH\w*|COLUMNS|COMP_\w+|DIRSTACK|E?UID|EPOCH\w+|FUNCNAME|GROUPS|HIST\w+|HOME|HOSTNAME|HOSTTYPE|IFS|LINENO|LINES|MACHTYPE|MAIL\w*|OLDPWD|OPT(?:ARG|ERR|IND)|OSTYPE|PIPESTATUS|PPID|PS[0-4]|PWD|S?RANDOM|REPLY|SECONDS|SHELL|SHELLOPTS|SHLVL|TERM|_)$/;
