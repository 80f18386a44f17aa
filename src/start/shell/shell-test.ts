/** Conditions that the image alone decides: `[ "$1" = server ]`, `[ -z "$X" ]`, `[ "$(id -u)" = 0 ]`, patterns of `case`. */
import type { AndOr, Command, Pipeline, Statement, TestExpression, Word } from 'unbash';
import { numberOf } from './shell-arithmetic.ts';
import { isWord } from './shell-command-parts.ts';
import { assign } from './shell-declarations.ts';
import { isBash, isBuiltin } from './shell-dialect.ts';
import type { Words } from './shell-fields.ts';
import { noteEffects } from './shell-effects.ts';
import { functionVerdict } from './shell-function.ts';
import { nameOfCommand } from './shell-lookup.ts';
import { forgetAll } from './shell-pass.ts';
import { matches, patternSource } from './shell-patterns.ts';
import { doubtfulFile, splitsBoth } from './shell-redirects.ts';
import { readsInVain } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { lastSubstitution } from './shell-substitution.ts';
import { SOME_FAILURE } from './startable.ts';
import {
  binaryVerdict,
  both,
  either,
  ofEach,
  unaryVerdict,
  type Verdict,
  wordsVerdict,
} from './shell-test-words.ts';
import { expandPart, expandValue, expandWords } from './shell-words.ts';

type Node = Statement['command'];

/** null when only running tells. */
export function conditionOf(state: ShellState, statements: readonly Statement[]): Verdict {
  const [only] = statements;
  // In the background nothing is asked.
  if (statements.length !== 1 || only === undefined || only.background === true) return null;
  return verdictOf(state, only.command);
}

/** `isPublished`: only as long as nobody brings what it asks for, and the image does not have. */
export interface Answer {
  readonly verdict: Verdict;
  readonly isPublished: boolean;
}

export function answerOf(state: ShellState, statements: readonly Statement[]): Answer {
  const { answer, isPublished } = state.published.watch(() => conditionOf(state, statements));
  return { verdict: answer, isPublished };
}

function verdictOf(state: ShellState, node: Node): Verdict {
  // dash does not wait for a command with `&>`.
  if (splitsBoth(state, node) !== 'no') return null;
  switch (node.type) {
    case 'Command':
      return commandVerdict(state, node);
    case 'TestCommand':
      return state.published.ask(() => testVerdict(state, node.expression));
    case 'ArithmeticCommand': {
      const { expression } = node;
      if (!isBash(state.dialect) || expression === undefined) return null;
      return ofEach((status) => {
        const value = state.published.ask(() => numberOf(state, expression, status));
        return value === null ? null : value !== 0;
      });
    }
    case 'Pipeline': {
      const [only] = node.commands;
      const isNegation = node.commands.length === 1 && node.prefixes.every(({ type }) => type === 'Negation');
      if (only === undefined || node.commands.length > 1) return pipeVerdict(state, node);
      if (!isNegation) return null;
      const verdict = verdictOf(state, only);
      return verdict === null ? null : verdict !== (node.prefixes.length % 2 === 1);
    }
    case 'AndOr':
      return listVerdict(state, node);
    case 'BraceGroup':
      return conditionOf(state, node.body.commands);
    case 'Subshell':
      return conditionOf(state.fork(), node.body.commands) === false ? false : null;
    case 'Redirected':
      return doubtfulFile(state, node.redirects) === null ? verdictOf(state, node.command) : null;
    default:
      return null;
  }
}

/** Each part is asked when those before it have been done. */
function listVerdict(state: ShellState, { commands, operators }: AndOr): Verdict {
  const own = state.fork();
  let verdict: Verdict = null;
  for (const [index, command] of commands.entries()) {
    const isOr = operators[index - 1] === '||';
    if (index > 0 && verdict === isOr) continue;
    const isDone: boolean = index === 0 || verdict !== null;
    const answer: Verdict =
      isAssignment(command) && isDone ? assigned(own, command) : verdictOf(own, command);
    if (answer === null && !(isAssignment(command) && isDone)) forgetAll(own, command);
    if (answer === null) noteEffects(own, command);
    verdict = index === 0 ? answer : (isOr ? either : both)(verdict, answer);
  }
  if (verdict !== null) {
    state.takeValues(own);
    for (const command of commands) noteEffects(state, command);
  }
  return verdict;
}

function isAssignment(node: Node): node is Command {
  return node.type === 'Command' && node.name === undefined;
}

/** Sets what it sets; `X=$(NAME)` ends as NAME does, and what prints something ends well. */
function assigned(state: ShellState, node: Command): Verdict {
  const verdict = deadVerdict(state, node);
  const assignments = node.prefix.filter((part) => part.type === 'Assignment');
  for (const part of assignments) assign(state, part);
  if (verdict !== null || lastSubstitution(assignments) === null) return verdict ?? true;
  return (state.get(assignments.at(-1)?.name ?? '') ?? '') === '' ? null : true;
}

/** How deep functions that ask may ask one another. */
const MOST_CALLERS = 8;

function askedFunction(
  state: ShellState,
  name: string,
  { args, redirects, prefix }: Extract<Node, { type: 'Command' }>,
): Verdict {
  if (redirects.length > 0 || prefix.length > 0 || state.callers > MOST_CALLERS) return null;
  const words = askedWords(state, args);
  const isPlain = args.every(({ type }) => type === 'Word');
  return isPlain
    ? functionVerdict(state, name, words, { condition: conditionOf, matches: matchesPattern })
    : null;
}

function askedWords(state: ShellState, args: Command['args']): Words {
  const words = args.filter(isWord);
  return state.published.ask(() => expandWords(state, words));
}

function commandVerdict(state: ShellState, node: Extract<Node, { type: 'Command' }>): Verdict {
  const name = node.name?.text;
  if (name !== undefined && state.functions.has(name)) return askedFunction(state, name, node);
  if (name === 'true' || name === ':') return true;
  if (name === 'false') return false;
  if (name === 'command') return isThere(state, node) ?? deadVerdict(state, node);
  if (name === 'type' || name === 'hash') return isThere(state, node);
  if (name !== '[' && name !== 'test') return deadVerdict(state, node);
  const { words, tail } = askedWords(state, node.args);
  if (tail === 'more') return null;
  const asked = name === 'test' ? words : words.slice(0, -1);
  if (name === '[' && words.at(-1) !== ']') return null;
  // "unexpected operator" is no answer of yes, but none that ends in `!` either.
  if (asked.includes('==') && (state.dialect === 'dash' || state.dialect === 'posix')) return null;
  return wordsVerdict(state, asked);
}

/** Where nothing comes in, `grep` finds nothing; of other pipes only what cannot be started is told. */
function pipeVerdict(state: ShellState, { commands, prefixes }: Pipeline): Verdict {
  const verdicts = commands.map((command) => verdictOf(state.fork(), command));
  if (!readsInVain(commands.at(-1)) || verdicts.at(-2) !== false || verdicts.at(-1) === false) return null;
  return prefixes.length % 2 === 1;
}

/** A program that comes to nothing answers no; `X=$(NAME)` ends as NAME does. */
function deadVerdict(state: ShellState, node: Extract<Node, { type: 'Command' }>): Verdict {
  const dead = state.deadOf?.(state, node) ?? null;
  if (dead !== null) state.blamed.push(dead);
  if (dead !== null) return false;
  const assigned = node.prefix.filter((part) => part.type === 'Assignment');
  const substituted = node.name === undefined ? lastSubstitution(assigned) : null;
  const statements = substituted?.script?.commands ?? [];
  if (conditionOf(state.fork(), statements) !== false) return null;
  for (const part of assigned) assign(state, part);
  return false;
}

/** `command -v NAME`, `type NAME`, `hash NAME`. */
function isThere(state: ShellState, node: Extract<Node, { type: 'Command' }>): Verdict {
  const words = [node.name, ...node.args].filter((part): part is Word => part?.type === 'Word');
  const { words: plain, tail } = expandWords(state, words);
  const asked = plain[0] === 'command' ? plain.slice(1) : plain;
  if (node.prefix.length > 0) return null;
  const isAsking = plain[0] === 'command' ? /^-[vV]$/.test(asked[0] ?? '') : !asked[1]?.startsWith('-');
  if (tail === 'more' || asked.length !== 2 || !isAsking || doubtfulFile(state, node.redirects) !== null)
    return null;
  const [, wanted = ''] = asked;
  const isHashed =
    plain[0] !== 'hash' ||
    !(wanted.includes('/') || state.functions.has(wanted) || isBuiltin(state.dialect, wanted));
  const name = isHashed ? nameOfCommand(state, wanted) : null;
  return name === null ? null : name !== '';
}

/** dash has no `[[`, and so no such command; of other shells it is not known. */
function testVerdict(state: ShellState, expression: TestExpression): Verdict {
  switch (state.dialect) {
    case 'bash':
    case 'bash-as-sh':
    case 'ash':
      return expressionVerdict(state, expression);
    case 'dash':
      state.leaveOut('what comes of [[, which this shell does not have');
      return isPlainTest(expression) ? false : null;
    case 'posix':
      return null;
  }
}

/** Whether all of it are words of one command, to a shell that does not know `[[`. */
function isPlainTest(expression: TestExpression): boolean {
  switch (expression.type) {
    case 'TestUnary':
      return true;
    case 'TestBinary':
      return !/^[<>]$/.test(expression.operator) && !/[()|&;<>]/.test(expression.right.text);
    case 'TestNot':
      return isPlainTest(expression.operand);
    default:
      return false;
  }
}

/** `[[ … ]]` of bash: the right side of `=` is a pattern. */
function expressionVerdict(state: ShellState, expression: TestExpression): Verdict {
  switch (expression.type) {
    case 'TestUnary': {
      const operand = expandValue(state, expression.operand);
      return operand === null ? null : unaryVerdict(state, expression.operator, operand);
    }
    case 'TestBinary': {
      const left = expandValue(state, expression.left);
      if (left === null) return null;
      // ash puts the files in its place that match.
      if (state.dialect === 'ash' && /^[^-"'].*[*?[]|^[*?[]/.test(expression.right.text)) return null;
      if (expression.operator === '=' || expression.operator === '==')
        return matchesPattern(state, left, expression.right);
      if (expression.operator === '!=') {
        const verdict = matchesPattern(state, left, expression.right);
        return verdict === null ? null : !verdict;
      }
      const right = expandValue(state, expression.right);
      return right === null ? null : binaryVerdict(left, expression.operator, right);
    }
    case 'TestLogical': {
      const verdicts = expression.operands.map((operand) => expressionVerdict(state, operand));
      return verdicts.reduce(expression.operator === '||' ? either : both);
    }
    case 'TestNot': {
      const verdict = expressionVerdict(state, expression.operand);
      return verdict === null ? null : verdict !== (expression.negations.length % 2 === 1);
    }
    case 'TestGroup':
      return expressionVerdict(state, expression.expression);
  }
}

/** `*` and `?` are understood, other patterns and unknown words are not. */
export function matchesPattern(state: ShellState, word: string, pattern: Word): Verdict {
  if (isBash(state.dialect) && state.script.text.includes('nocasematch')) return null;
  const source = patternSource(pattern, (part) => expandPart(state, pattern, part));
  if (source === null) return null;
  return word === SOME_FAILURE ? ofEach((status) => matches(source, status)) : matches(source, word);
}
