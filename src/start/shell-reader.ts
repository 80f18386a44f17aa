/** Reads one script from top to bottom and gathers what it starts for certain. */
import type { AndOr, Assignment, Case, Command, If, Pipeline, Statement } from 'unbash';
import type { Child, Launcher, Tail } from './execution.ts';
import {
  asStatement,
  commandWords,
  assignmentsOf,
  isChange,
  WORDS,
  withoutExecOptions,
} from './shell-command-parts.ts';
import { applyBuiltin, assign, type Flow, isBuiltin } from './shell-builtins.ts';
import { passOver } from './shell-pass.ts';
import { doubtfulFile, noteDoubtful } from './shell-redirects.ts';
import { sourcedStatements } from './shell-source.ts';
import type { ShellState } from './shell-state.ts';
import { NOTHING, type Stakes, stakesOfStatement, stakesOfTerm, WHOLE_SCRIPT } from './shell-stakes.ts';
import { lastSubstitution } from './shell-substitution.ts';
import { conditionOf, isCondition, matchesPattern } from './shell-test.ts';
import { expandValue, expandWords } from './shell-words.ts';
import { cannotStart } from './startable.ts';

/** Calls of functions and sourced files within each other. */
const MAX_DEPTH = 8;

export interface Reading {
  /** Step of the script. */
  readonly by: number;
  readonly launcher: Launcher;
}

export class ShellReader {
  readonly children: Child[] = [];
  readonly #state: ShellState;
  readonly #reading: Reading;
  #depth = 0;
  /** Whether the script fails when the process that reads this part of it does. */
  #counts = true;

  constructor(state: ShellState, reading: Reading) {
    this.#state = state;
    this.#reading = reading;
  }

  read(statements: readonly Statement[], stakes: Stakes = WHOLE_SCRIPT): Flow {
    for (const [index, statement] of statements.entries()) {
      const place = index === statements.length - 1 ? 'last' : 'before';
      if (statement.background === true) {
        if (place === 'last') this.#leaveOut('what it starts in the background');
        continue;
      }
      const flow = this.#node(statement.command, stakesOfStatement(stakes, place));
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #node(node: Statement['command'], stakes: Stakes): Flow {
    switch (node.type) {
      case 'Command':
        return this.#command(node, stakes);
      case 'AndOr':
        return this.#andOr(node, stakes);
      case 'BraceGroup':
        return this.read(node.body.commands, stakes);
      case 'Redirected':
        if (doubtfulFile(this.#state, node.redirects) !== null) return this.#unknown(node.command, stakes);
        return this.#node(node.command, stakes);
      case 'If':
        return this.#if(node, stakes);
      case 'Case':
        return this.#case(node, stakes);
      case 'Subshell':
        return this.#apart(this.#state.fork(), node.body.commands, stakes);
      case 'Pipeline':
        return this.#pipeline(node, stakes);
      case 'Function':
        this.#state.functions.set(node.name.value, node);
        return 'on';
      default:
        return this.#unknown(node, stakes);
    }
  }

  /** A part that is run or not: what it would start is followed, and what it may change is forgotten. */
  #perhaps(node: Statement['command'], stakes: Stakes): void {
    const state = this.#state.fork();
    state.reach = 'possible';
    const reader = new ShellReader(state, this.#reading);
    reader.#depth = this.#depth + 1;
    reader.#counts = this.#counts;
    if (this.#depth < MAX_DEPTH) reader.#node(node, stakes);
    this.children.push(...reader.children);
    passOver(this.#state, node);
  }

  /** A part whose way only running tells. */
  #unknown(node: Statement['command'], stakes: Stakes): Flow {
    const { reach } = this.#state;
    passOver(this.#state, node);
    const mayEndHere = reach !== this.#state.reach;
    if (this.#mustSucceed(stakes) || mayEndHere)
      this.#leaveOut(`what comes of its ${WORDS[node.type] ?? 'commands'}`);
    return 'on';
  }

  /** `! a`, `a | b`: what stands between the bars runs in processes of its own. */
  #pipeline(node: Pipeline, stakes: Stakes): Flow {
    const isNegated = node.prefixes.some(({ type }) => type === 'Negation');
    const [only] = node.commands;
    if (node.commands.length === 1 && !isNegated && only !== undefined) return this.#node(only, stakes);
    if (node.commands.length === 1 && only !== undefined) return this.#node(only, NOTHING);
    for (const [index, command] of node.commands.entries()) {
      const decides = index === node.commands.length - 1 || this.#state.pipefail === 'on';
      if (decides && !isNegated) this.#apart(this.#state.fork(), [asStatement(command)], stakes);
    }
    // What ends a part does not end the script.
    const { reach } = this.#state;
    passOver(this.#state, node);
    this.#state.reach = reach;
    return 'on';
  }

  /** A shell that ends without ending this one; whether it ends well is not known where it ends itself. */
  #apart(state: ShellState, statements: readonly Statement[], stakes: Stakes): Flow {
    const reader = new ShellReader(state, this.#reading);
    reader.#depth = this.#depth + 1;
    reader.#counts = this.#mustSucceed(stakes);
    const own: Stakes = { ...stakes, ends: reader.#counts ? 'script' : 'nothing' };
    const flow = this.#depth < MAX_DEPTH ? reader.read(statements, own) : 'over';
    this.children.push(...reader.children);
    if (flow !== 'on' && this.#state.errexit === 'on') this.#state.reach = 'possible';
    return 'on';
  }

  #if(node: If, stakes: Stakes): Flow {
    for (const branch of [node, ...node.elif]) {
      const [clause] = branch.clause.commands;
      const fails =
        branch.clause.commands.length === 1 && clause !== undefined && this.#fails(clause.command);
      const verdict = fails ? false : conditionOf(this.#state, branch.clause.commands);
      if (verdict === null) return this.#unknown(node, stakes);
      if (verdict) return this.read(branch.then.commands, stakes);
    }
    return node.else === undefined ? 'on' : this.read(node.else.commands, stakes);
  }

  #case(node: Case, stakes: Stakes): Flow {
    const word = expandValue(this.#state, node.word);
    if (word === null) return this.#unknown(node, stakes);
    for (const item of node.items) {
      const verdicts = item.pattern.map((pattern) => matchesPattern(this.#state, word, pattern));
      if (verdicts.includes(true)) {
        if (item.terminator !== undefined && item.terminator !== ';;') return this.#unknown(node, stakes);
        return this.read(item.body.commands, stakes);
      }
      if (verdicts.includes(null)) return this.#unknown(node, stakes);
    }
    return 'on';
  }

  /** `a && b`, `a || exit 1`: what stands before `||` is taken to succeed unless it is known to fail. */
  #andOr(node: AndOr, stakes: Stakes): Flow {
    let reached: 'yes' | 'perhaps' | 'no' = 'yes';
    for (const [index, term] of node.commands.entries()) {
      const isOr = index > 0 && node.operators[index - 1] === '||';
      if (isOr ? reached !== 'no' : reached === 'no') {
        if (isOr && reached === 'perhaps') this.#unknown(term, stakesOfTerm(node, index, stakes));
        continue;
      }
      if (reached === 'perhaps') {
        this.#perhaps(term, stakesOfTerm(node, index, stakes));
        continue;
      }
      const verdict = conditionOf(this.#state, [asStatement(term)]);
      if (verdict !== null) {
        reached = verdict ? 'yes' : 'no';
        continue;
      }
      const fails = this.#fails(term);
      const isAsking = isCondition(this.#state, term);
      const { workingDir } = this.#state;
      const flow = this.#node(term, stakesOfTerm(node, index, stakes));
      if (flow !== 'on') return flow;
      const hasMoved = isChange(term) && ![null, workingDir].includes(this.#state.workingDir);
      reached = fails ? 'no' : isAsking && !hasMoved ? 'perhaps' : 'yes';
    }
    return 'on';
  }

  #command(node: Command, stakes: Stakes): Flow {
    const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
    if (node.name === undefined) {
      const substituted = lastSubstitution(assignments);
      if (substituted !== null) this.#substitute(substituted, stakes);
      for (const assignment of assignments) assign(this.#state, assignment);
      return 'on';
    }
    const { words, tail, isPlain } = commandWords(this.#state, node.name, node);
    const [name, ...args] = words;
    noteDoubtful(this.#state, node.redirects);
    if (name === undefined) {
      if (tail === 'end') return 'on';
      this.#state.reach = 'possible';
      if (this.#mustSucceed(stakes)) this.#leaveOut(`what ${node.name.text} stands for`);
      return 'on';
    }
    const before = assignmentsOf(this.#state, node);
    if (!isPlain && this.#state.functions.has(name)) return this.#function(name, args, tail, stakes);
    if (name === 'exec') {
      const argv = withoutExecOptions(args);
      if (argv.length === 0 && tail === 'end') return 'on';
      if (this.#counts) this.#start(argv, tail, before, 'exec ');
      return 'over';
    }
    const weight = this.#mustSucceed(stakes) ? 'must-succeed' : 'may-fail';
    const flow = applyBuiltin(this.#state, { name, args, tail, node, weight, reading: this.#reading });
    if (flow === 'source') return this.#source(args, tail, stakes);
    if (flow !== null) return flow;
    const asksOnly = name === 'command' && args[0]?.startsWith('-') === true;
    const argv = name === 'command' ? args : words;
    if (this.#mustSucceed(stakes) && !asksOnly) this.#start(argv, tail, before, '');
    return 'on';
  }

  /** bash takes `set -e` back in it, other shells do not. */
  #substitute(statements: readonly Statement[], stakes: Stakes): void {
    const state = this.#state.fork();
    if (this.#reading.launcher.name === 'bash') state.errexit = 'off';
    this.#apart(state, statements, stakes);
  }

  #start(
    argv: readonly string[],
    tail: Tail,
    assignments: readonly (readonly [string, string | null])[],
    prefix: string,
  ): void {
    const [name] = argv;
    const execution = name === undefined ? null : this.#state.childExecution(name, assignments);
    if (name === undefined || execution === null)
      return this.#leaveOut(`what ${prefix}${name ?? '"$@"'} starts`);
    const { by, launcher } = this.#reading;
    const via = `${prefix}${name}`;
    this.children.push({ execution, command: { argv, tail, role: 'child', by, via, launcher } });
  }

  #function(name: string, words: readonly string[], tail: Tail, stakes: Stakes): Flow {
    const body = this.#state.functions.get(name)?.body;
    if (body === undefined || this.#depth >= MAX_DEPTH) {
      this.#state.forget();
      this.#state.reach = 'possible';
      return 'on';
    }
    this.#depth++;
    const flow = this.#state.call({ words, tail }, () =>
      body.type === 'CompoundList' ? this.read(body.commands, stakes) : this.#node(body, stakes),
    );
    this.#depth--;
    return flow === 'over' ? 'over' : 'on';
  }

  /** `. FILE`: its commands as if they stood here. */
  #source(args: readonly string[], tail: Tail, stakes: Stakes): Flow {
    const [path] = args;
    const statements =
      path === undefined || this.#depth >= MAX_DEPTH ? null : sourcedStatements(this.#state, path);
    if (statements === null) {
      this.#state.forget();
      this.#state.reach = 'possible';
      return 'on';
    }
    const kept = this.#state.positional;
    if (args.length > 1) this.#state.positional = { words: args.slice(1), tail };
    this.#depth++;
    const flow = this.read(statements, stakes);
    this.#depth--;
    if (args.length > 1) this.#state.positional = kept;
    return flow === 'over' ? 'over' : 'on';
  }

  /** Whether it is a command that no shell can start here. */
  #fails(node: Statement['command']): boolean {
    if (node.type !== 'Command' || node.name === undefined) return false;
    const { words } = expandWords(this.#state, [node.name]);
    const [name = 'exec'] = words;
    if (isBuiltin(name) || this.#state.functions.has(name)) return false;
    const execution = this.#state.childExecution(name, assignmentsOf(this.#state, node));
    return execution !== null && cannotStart(execution, this.#reading.launcher, name);
  }

  #mustSucceed({ ends, errexit }: Stakes): boolean {
    return ends === 'script' || (errexit === 'heeded' && this.#state.errexit === 'on');
  }

  #leaveOut(what: string): void {
    this.#state.execution.recording.leaveOut(`${this.#state.zero}: ${what}`);
  }
}
