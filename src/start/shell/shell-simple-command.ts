/** One command of a script with its words: what is built in, functions, sourced files, and programs. */
import type { Assignment, Command, CommandExpansionPart, Statement } from 'unbash';
import type { Child } from '../execution.ts';
import { descriptor, endWithCr, statusOfExit } from './shell-broken-words.ts';
import { applyBuiltin } from './shell-builtins.ts';
import { isDead } from './shell-child.ts';
import { assign } from './shell-declarations.ts';
import { asStatement, assignmentsOf, commandWords, execWords } from './shell-command-parts.ts';
import { isPlainTool, noteEffects } from './shell-effects.ts';
import type { ShellProcess } from './shell-process.ts';
import { brokenByCr, noteDoubtful, readByShell } from './shell-redirects.ts';
import { doubtfulUser } from './shell-rights.ts';
import { evaluatedStatements, lacksSource, missingSource, sourcedStatements } from './shell-source.ts';
import { forgetAll, passOver } from './shell-pass.ts';
import { type Flow, type Stakes, stakesOfCall } from './shell-stakes.ts';
import { lastSubstitution } from './shell-substitution.ts';
import { UNKNOWN_WORDS, type Words, wordsFrom } from './shell-fields.ts';
import { forgetEverything } from './shell-forget.ts';
import { leaveLoop } from './shell-loops.ts';
import type { ShellState } from './shell-state.ts';
import type { Way } from './shell-ways.ts';
import type { Reach } from '../start-trace.ts';
import { asFunction, evaluatedText, sourcedText, substitutedText } from './shell-texts.ts';
import { answerOf, conditionOf } from './shell-test.ts';

/** Reads the parts that a command brings in. */
export interface Reader {
  read(statements: readonly Statement[], stakes: Stakes): Flow;
  node(node: Statement['command'], stakes: Stakes): Flow;
  apart(process: ShellProcess, statements: readonly Statement[], stakes: Stakes): Flow;
  /** Whether it is reached is not known. */
  lookInto(statements: readonly Statement[], stakes: Stakes, before?: ShellState, reach?: Reach): Way;
  /** A part that is run or not. */
  perhaps(node: Statement['command'], stakes: Stakes): void;
  /** A part whose way only running tells. */
  unknown(node: Statement['command'], stakes: Stakes): Flow;
  /** Behind a part in which the script gives up. */
  goAround(node: Statement['command']): Flow;
  /** Behind a part of which it is not known how it went; says so where that matters. */
  goOn(node: Statement['command'], stakes: Stakes, before: Reach): Flow;
  /** Whether the script is not too long yet. */
  mayRead(): boolean;
}

/** What they bring in is read as if it stood here. */
const BRINGS_IN: ReadonlySet<string> = new Set(['.', 'source', 'eval']);

export function runCommand(process: ShellProcess, reader: Reader, node: Command, stakes: Stakes): Flow {
  const flow = run(process, reader, node, stakes);
  if (!BRINGS_IN.has(node.name?.value ?? '')) noteEffects(process.state, node);
  return flow;
}

function run(process: ShellProcess, reader: Reader, node: Command, stakes: Stakes): Flow {
  const { state } = process;
  const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  if (node.name === undefined) {
    const substituted = lastSubstitution(assignments);
    if (substituted !== null) substitute(process, reader, substituted, stakes);
    for (const assignment of assignments) assign(state, assignment);
    return 'on';
  }
  const all = commandWords(state, node.name, node);
  const { words, tail, isPlain } = all;
  const [name, ...args] = words;
  const broken = brokenByCr(state, node.redirects);
  if (broken !== null)
    return endWithCr(process, broken, descriptor, node, name === 'exec' || process.mustSucceed(stakes));
  // Without its file a tool is not run, and nothing else comes of that.
  const isIdle = !process.mustSucceed(stakes) && (isPlainTool(name ?? '') || name === 'echo');
  if (!isIdle) noteDoubtful(state, node.redirects);
  if (name === undefined) {
    if (tail === 'end') {
      if (process.mustSucceed(stakes)) process.leaveOut(withoutWords('', node.name.text));
      return 'on';
    }
    state.reach = 'possible';
    if (process.mustSucceed(stakes)) process.leaveOut(`what ${node.name.text} stands for`);
    return 'on';
  }
  const before = assignmentsOf(state, node);
  if (!isPlain && state.functions.has(name)) return callFunction(process, reader, node, all, stakes);
  if (name === 'exec') return runExec(process, node, wordsFrom(all, 1), before, stakes);
  if (name === 'exit' && args.length === 0 && process.counts && asksOthers(state, node))
    process.leaveOut('with which status it ends');
  // dash passes over a CR.
  const status = state.dialect === 'dash' ? args[0]?.trim() : args[0];
  if (name === 'exit' && (status === undefined || isZero(status))) return 'over';
  if (name === 'exit' && status?.endsWith('\r') === true && process.counts)
    return endWithCr(process, status, statusOfExit, node, true);
  if (name === 'exit') return process.leave('exit', stakes);
  if (name === 'return' && /^\d+$/.test(args[0] ?? '') && !isZero(args[0] ?? '')) {
    if (state.callers > 0) return process.leave('return', stakes);
    // There is nothing to return from: dash and ash end.
    if (state.dialect === 'dash' || state.dialect === 'ash') return process.leave('exit', stakes);
  }
  if (name === 'break' || name === 'continue') return leaveLoop(state, name, args[0]);
  if (ANSWERS.has(name) && process.mustSucceed(stakes)) return answer(process, node, stakes);
  const weight = process.mustSucceed(stakes) ? 'must-succeed' : 'may-fail';
  const { errexit } = stakes;
  const { reading, counts } = process;
  const flow = applyBuiltin(state, { name, args, tail, all, node, weight, errexit, reading, counts });
  if (flow === 'source') {
    const isSpecial = name === '.' && !isPlain && state.dialect !== 'bash' && state.dialect !== 'posix';
    if ((isSpecial || process.mustSucceed(stakes)) && lacksSource(process, node, args[0], name))
      return 'over';
    return source(process, reader, wordsFrom(all, 1), stakes);
  }
  if (flow === 'eval') return evaluate(process, reader, node, { words: args, tail }, stakes);
  if (flow !== null) return flow;
  const asksOnly = name === 'command' && args[0]?.startsWith('-') === true;
  const argv = name === 'command' ? args : words;
  if (!process.mustSucceed(stakes)) return 'on';
  if (asksOnly)
    return conditionOf(state, [asStatement(node)]) === false ? process.leave('exit', stakes) : 'on';
  const doubt = doubtfulUser(state, argv);
  if (doubt !== null) process.leaveOut(doubt);
  if (readByShell(node, argv)) process.leaveOut(`what ${argv.join(' ')} reads`);
  const child = process.start(name === 'command' ? wordsFrom(all, 1) : all, before, node);
  if (comesToNothing(process, child)) return 'given-up';
  // What is behind it is read for those who mend this one.
  const ends = stakes.errexit === 'heeded' && state.errexit === 'on';
  if (ends && state.reach === 'certain' && child !== null && isDead(child)) state.reach = 'possible';
  return 'on';
}

function withoutWords(prefix: string, written = ''): string {
  return `what ${prefix}${written} starts: no words are left of it`;
}

/** `exit "$NAME"` of a variable that only whoever runs the container sets. */
function asksOthers(state: ShellState, { args }: Command): boolean {
  const name = /^"?\$\{?([A-Za-z_]\w*)/.exec(args[0]?.text ?? '')?.[1];
  return name !== undefined && !state.variables.has(name);
}

function isZero(status: string): boolean {
  return /^0*(?:0|256)$/.test(status);
}

/** What only answers yes or no. */
const ANSWERS: ReadonlySet<string> = new Set(['false', 'hash', 'test', 'type', '[']);

export function answer(process: ShellProcess, node: Statement['command'], stakes: Stakes): Flow {
  const { verdict, isPublished } = answerOf(process.state, [asStatement(node)]);
  if (verdict === null) process.leaveOut('what its test says, with which it ends');
  if (verdict !== false) return 'on';
  process.endsBadly();
  if (isPublished) return 'on';
  return stakes.errexit === 'heeded' && process.state.errexit === 'on' ? 'given-up' : 'on';
}

function runExec(
  process: ShellProcess,
  node: Command,
  given: Words,
  before: readonly (readonly [string, string | null])[],
  stakes: Stakes,
): Flow {
  const { words: args, tail } = given;
  const argv = execWords(process.state.dialect, args);
  if (argv === null) {
    process.leaveOut(`what this shell makes of exec ${args[0] ?? ''}`);
    return 'over';
  }
  if (argv.length === 0 && tail === 'end') {
    if (process.counts && node.args.length > 0) process.leaveOut(withoutWords('exec ', node.args[0]?.text));
    return 'on';
  }
  if (process.counts && readByShell(node, argv)) process.leaveOut(`what ${argv.join(' ')} reads`);
  // bash says of options that it does not have, and goes on.
  const isRefused = process.state.dialect === 'bash' && argv[0]?.startsWith('-') === true && argv[0] !== '-';
  if (isRefused && !process.mustSucceed(stakes)) return 'on';
  if (!process.counts) return 'over';
  const child = process.start(
    wordsFrom(given, args.length - argv.length),
    before,
    node,
    'exec',
    node.args[0]?.text,
  );
  return comesToNothing(process, child) ? 'given-up' : 'over';
}

/** A way that may be taken, and ends with it. */
function comesToNothing({ state }: ShellProcess, child: Child | null): boolean {
  return state.reach === 'possible' && child !== null && isDead(child);
}

/** bash and ash take `set -e` back in it, other shells do not. */
function substitute(
  process: ShellProcess,
  reader: Reader,
  substituted: CommandExpansionPart,
  stakes: Stakes,
): void {
  const statements = substituted.script?.commands;
  if (statements === undefined) return;
  const state = process.state.fork();
  state.script = substitutedText(state, substituted);
  if (state.dialect === 'bash' || state.dialect === 'ash') state.errexit = 'off';
  reader.apart(process.fork(state, process.mustSucceed(stakes)), statements, stakes);
}

function callFunction(
  process: ShellProcess,
  reader: Reader,
  node: Command,
  all: Words,
  stakes: Stakes,
): Flow {
  const { state } = process;
  const [name = ''] = all.words;
  const words = wordsFrom(all, 1);
  const called = state.functions.get(name);
  if (called === undefined || process.isTooDeep || !process.state.mayGoOn())
    return loseTrack(process, `what ${name} does`);
  const { body, script, certainty } = called;
  if (certainty === 'possible') {
    if (process.mustSucceed(stakes)) process.leaveOut(`which ${name} is called`);
    const statements = body.type === 'CompoundList' ? body.commands : [asStatement(body)];
    state.call(name, words, () => reader.lookInto(statements, stakesOfCall(stakes)));
    passOver(state, node);
    return 'on';
  }
  const own = stakesOfCall(stakes);
  const run = (): Flow =>
    body.type === 'CompoundList' ? reader.read(body.commands, own) : reader.node(body, own);
  const { reach } = state;
  const outer = state.enter();
  const flow = process.within(() =>
    state.call(name, words, () => state.readFrom(asFunction(script), state.within, run)),
  );
  const { mayHaveReturned } = state;
  const hasPerhapsReturned = mayHaveReturned === 'all' && reach === 'certain';
  if (mayHaveReturned !== 'no') forgetAll(state, node);
  if (hasPerhapsReturned) state.reach = reach;
  state.mayHaveReturned = outer;
  if (flow === 'left' || flow === 'next') {
    // Shells do not agree whether that leaves the caller's loop.
    state.mayLeave();
    return 'on';
  }
  // Either it has returned before, or the script ends there, and not well.
  return flow === 'returned' || (flow === 'given-up' && hasPerhapsReturned) ? 'on' : flow;
}

/** `. FILE`: its commands as if they stood here. */
function source(process: ShellProcess, reader: Reader, words: Words, stakes: Stakes): Flow {
  const { state } = process;
  const [path] = words.words;
  const { words: given, tail } = words.all ?? words;
  // dash passes over them.
  const hasOwn = (given.length > 1 || tail === 'more') && state.dialect !== 'dash';
  const sourced = path === undefined || process.isTooDeep ? null : sourcedStatements(state, path);
  if (path !== undefined && sourced === null && missingSource(state, path) !== null) {
    // As the image is published, nothing comes of it.
    process.leaveOut(`what comes of . ${path}`);
    return 'on';
  }
  if (path === undefined || sourced === null) return loseTrack(process, `what comes of . ${path ?? ''}`);
  const kept = state.positional;
  // `. FILE $ARGS`, which may come to none.
  if (hasOwn) state.positional = given.length > 1 ? wordsFrom(words, 1) : UNKNOWN_WORDS;
  const script = sourcedText(sourced.text, path);
  const run = (): Flow =>
    state.called({ name: 'source', source: path }, () =>
      reader.read(sourced.statements, stakesOfCall(stakes)),
    );
  const flow = process.within(() => state.readFrom(script, path, run));
  if (hasOwn) state.positional = kept;
  return flow === 'returned' ? 'on' : flow;
}

/** `eval WORD…`: the words are a script, in this place. */
function evaluate(
  process: ShellProcess,
  reader: Reader,
  node: Command,
  { words, tail }: Words,
  stakes: Stakes,
): Flow {
  const { state } = process;
  const brought = tail === 'more' || process.isTooDeep ? null : evaluatedStatements(state, words);
  if (brought === null) return loseTrack(process, 'what comes of its eval');
  const script = evaluatedText(state, node, brought.text);
  // What returns in it returns from where it stands.
  const own = { ...stakesOfCall(stakes), returns: stakes.returns };
  return process.within(() => state.readFrom(script, 'eval', () => reader.read(brought.statements, own)));
}

function loseTrack(process: ShellProcess, what: string): Flow {
  forgetEverything(process.state);
  process.state.effects = 'anything';
  process.state.doubt(what);
  return 'on';
}
