/** Reads one script from top to bottom and gathers what it starts for certain: how one command leads to the next. */
import type { AndOr, Case, For, If, Pipeline, Statement } from 'unbash';
import type { Child } from '../execution.ts';
import { isAsking } from './shell-asking.ts';
import { asStatement, branchesOf, hasLoopCommand, isChange, WORDS } from './shell-command-parts.ts';
import { asExit, endsAsBefore, waitedAt } from './shell-end.ts';
import { noteEffects } from './shell-effects.ts';
import { beforeBranches, isComplete, takeJoined } from './shell-join.ts';
import { passOver } from './shell-pass.ts';
import { type Reading, ShellProcess } from './shell-process.ts';
import { doubtfulFile, splitsBoth } from './shell-redirects.ts';
import { type Reader, runCommand } from './shell-simple-command.ts';
import {
  endsBadly,
  type Flow,
  NOTHING,
  type Stakes,
  stakesOfStatement,
  readsInVain,
  stakesOfTerm,
  WHOLE_SCRIPT,
} from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { conditionOf, matchesPattern } from './shell-test.ts';
import { endUnread, substitutionFault } from './shell-unread.ts';
import { expandValue, expandWords } from './shell-words.ts';

/** A loop over more words is not followed. */
const MOST_WORDS = 64;

export class ShellReader implements Reader {
  readonly #process: ShellProcess;

  constructor(process: ShellProcess) {
    this.#process = process;
  }

  static of(state: ShellState, reading: Reading): ShellReader {
    return new ShellReader(new ShellProcess(state, reading));
  }

  get children(): readonly Child[] {
    return this.#process.children;
  }

  read(statements: readonly Statement[], stakes: Stakes = WHOLE_SCRIPT): Flow {
    for (const index of statements.keys()) {
      const statement = asExit(statements, index);
      if (statement === undefined || !this.#mayRead()) return 'over';
      if (statement.background === true || splitsBoth(this.#state, statement.command) === 'yes') {
        this.#inBackground(statements, index, stakes);
        noteEffects(this.#state, statement);
        continue;
      }
      const flow = this.node(statement.command, this.#stakesAt(statements, index, stakes));
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #stakesAt(statements: readonly Statement[], index: number, stakes: Stakes): Stakes {
    if (this.#process.counts && endsAsBefore(statements, index + 1)) return { ...stakes, ends: 'script' };
    return stakesOfStatement(statements, index, stakes);
  }

  /** A process of its own; the script may wait for it, and end as it does. */
  #inBackground(statements: readonly Statement[], index: number, stakes: Stakes): void {
    const own = { ...stakes, ends: 'script' as const };
    const parts = statements.slice(index, index + 1).map(({ command }) => asStatement(command));
    const waited = waitedAt(statements, index);
    const isWaited = waited !== null && this.#process.mustSucceed(this.#stakesAt(statements, waited, stakes));
    if (isWaited && !this.#process.isTooDeep) return void new ShellReader(this.#fork(own)).read(parts, own);
    this.#process.leaveOut('what it starts in the background');
    this.lookInto(parts, own);
  }

  node(node: Statement['command'], stakes: Stakes): Flow {
    const splits = splitsBoth(this.#state, node);
    if (splits === 'perhaps') this.#state.doubt('what this shell makes of &>');
    if (splits === 'yes') return 'on';
    const unread = substitutionFault(this.#state, node);
    if (unread !== null) {
      const { counts, reading } = this.#process;
      return endUnread(this.#state, { step: reading.by, counts }, unread);
    }
    switch (node.type) {
      case 'Command':
        return runCommand(this.#process, this, node, stakes);
      case 'AndOr':
        return this.#andOr(node, stakes);
      case 'BraceGroup':
        return this.read(node.body.commands, stakes);
      case 'Redirected':
        if (doubtfulFile(this.#state, node.redirects) !== null) return this.#unknown(node.command, stakes);
        return this.node(node.command, stakes);
      case 'If':
        return this.#if(node, stakes);
      case 'Case':
        return this.#case(node, stakes);
      case 'Subshell':
        return this.apart(this.#fork(stakes), node.body.commands, stakes);
      case 'Pipeline':
        return this.#pipeline(node, stakes);
      case 'Function':
        this.#state.define(node);
        return 'on';
      case 'TestCommand':
        if (this.#state.dialect !== 'dash') return this.#unknown(node, stakes);
        if (this.#process.mustSucceed(stakes)) this.#process.start(['[['], 'more', [], node);
        return 'on';
      case 'For':
        return this.#for(node, stakes);
      default:
        return this.#unknown(node, stakes);
    }
  }

  /** Over words that are known, once for each. */
  #for(node: For, stakes: Stakes): Flow {
    const { wordlist, name, body } = node;
    const { words, tail } =
      wordlist === undefined ? this.#state.positional : expandWords(this.#state, wordlist);
    const isKnown = tail === 'end' && words.length <= MOST_WORDS && !hasLoopCommand(body);
    if (!isKnown || !this.#state.mayGoOn(words.length)) return this.#unknown(node, stakes);
    for (const [index, word] of words.entries()) {
      this.#state.set(name.value, word);
      const flow = this.read(body.commands, stakesOfStatement(words, index, stakes));
      if (flow === 'given-up') return this.#goAround(node);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  /** A shell that ends without ending this one; whether it ends well is not known where it ends itself. */
  apart(process: ShellProcess, statements: readonly Statement[], stakes: Stakes): Flow {
    const own: Stakes = { ...stakes, ends: process.counts ? 'script' : 'nothing' };
    const flow = this.#process.isTooDeep ? 'over' : new ShellReader(process).read(statements, own);
    for (const statement of statements) noteEffects(this.#state, statement);
    if (flow !== 'on' && this.#state.errexit === 'on') this.#state.doubt('how its subshell ends');
    return 'on';
  }

  get #state(): ShellState {
    return this.#process.state;
  }

  #fork(stakes: Stakes): ShellProcess {
    return this.#process.fork(this.#state.fork(), this.#process.mustSucceed(stakes));
  }

  /** A part that is run or not: what it would start is followed, and what it may change is forgotten. */
  #perhaps(node: Statement['command'], stakes: Stakes): void {
    const state = this.#state.fork();
    state.reach = 'possible';
    const process = this.#process.fork(state, this.#process.counts);
    if (!this.#process.isTooDeep) new ShellReader(process).node(node, stakes);
    passOver(this.#state, node);
  }

  /** A part whose way only running tells. */
  #unknown(node: Statement['command'], stakes: Stakes): Flow {
    const { reach } = this.#state;
    const isChoice = node.type === 'If' || node.type === 'Case';
    const before = isChoice ? beforeBranches(this.#state, node) : this.#state;
    const ends = branchesOf(node).map((branch) => this.lookInto(branch, stakes, before));
    passOver(this.#state, node);
    const mayEndHere = reach !== this.#state.reach;
    if (isChoice && !mayEndHere && !ends.includes(null)) {
      const reached = ends.flatMap((end) => (end?.flow === 'on' ? [end.state] : []));
      takeJoined(this.#state, isComplete(node) ? reached : [...reached, before]);
    }
    if (this.#process.mustSucceed(stakes) || mayEndHere)
      this.#process.leaveOut(`what comes of its ${WORDS[node.type] ?? 'commands'}`);
    return 'on';
  }

  /** Whether it is reached is not known. */
  lookInto(
    statements: readonly Statement[],
    stakes: Stakes,
    before = this.#state,
  ): { readonly state: ShellState; readonly flow: Flow } | null {
    if (this.#process.isTooDeep || !this.#state.mayGoOn()) return null;
    const state = before.fork();
    state.reach = 'possible';
    const process = this.#process.fork(state, this.#process.counts);
    return { state, flow: new ShellReader(process).read(statements, stakes) };
  }

  /** `! a`, `a | b`: what stands between the bars runs in processes of its own. */
  #pipeline(node: Pipeline, stakes: Stakes): Flow {
    // `! ! a` is `a`, in bash alone.
    const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1;
    const [only] = node.commands;
    if (node.commands.length === 1 && !isNegated && only !== undefined) return this.node(only, stakes);
    if (node.commands.length === 1 && only !== undefined) return this.node(only, NOTHING);
    for (const [index, command] of node.commands.entries()) {
      const isStaked = this.#process.mustSucceed(stakes);
      const fails = isStaked && this.#process.fails(command);
      const isVain = fails && index === node.commands.length - 2 && readsInVain(node.commands.at(-1));
      const decides = isVain || index === node.commands.length - 1 || this.#state.pipefail === 'on';
      if (!decides && fails) this.#process.leaveOut('what comes of a pipe of which a part cannot be started');
      else if (!decides && isStaked) this.lookInto([asStatement(command)], stakes);
      if (decides && !isNegated) this.apart(this.#fork(stakes), [asStatement(command)], stakes);
    }
    // What ends a part does not end the script.
    const { reach } = this.#state;
    passOver(this.#state, node);
    this.#state.reach = reach;
    return 'on';
  }

  #if(node: If, stakes: Stakes): Flow {
    for (const branch of [node, ...node.elif]) {
      const [clause] = branch.clause.commands;
      const fails =
        branch.clause.commands.length === 1 && clause !== undefined && this.#process.fails(clause.command);
      const verdict = fails ? false : conditionOf(this.#state, branch.clause.commands);
      if (verdict === null) return this.#unknown(node, stakes);
      if (verdict) return this.#branch(node, branch.then.commands, stakes);
    }
    return node.else === undefined ? 'on' : this.#branch(node, node.else.commands, stakes);
  }

  #branch(node: If | Case, statements: readonly Statement[], stakes: Stakes): Flow {
    const flow = this.read(statements, stakes);
    return flow === 'given-up' ? this.#goAround(node) : flow;
  }

  /** Where the image alone makes a script give up, a variable or a volume that its users bring lets it go on. */
  #goAround(node: If | Case | AndOr | For): Flow {
    passOver(this.#state, node);
    this.#state.reach = 'possible';
    return 'on';
  }

  #case(node: Case, stakes: Stakes): Flow {
    const word = expandValue(this.#state, node.word);
    if (word === null) return this.#unknown(node, stakes);
    for (const item of node.items) {
      const verdicts = item.pattern.map((pattern) => matchesPattern(this.#state, word, pattern));
      if (verdicts.includes(true)) {
        if (item.terminator !== undefined && item.terminator !== ';;') return this.#unknown(node, stakes);
        return this.#branch(node, item.body.commands, stakes);
      }
      if (verdicts.includes(null)) return this.#unknown(node, stakes);
    }
    return 'on';
  }

  #mayRead(): boolean {
    if (this.#state.mayGoOn(0.5)) return true;
    this.#process.leaveOut('what it does behind its first thousands of commands');
    return false;
  }

  /** `a && b`, `a || exit 1`: what stands before `||` is taken to succeed unless it is known to fail. */
  #andOr(node: AndOr, stakes: Stakes): Flow {
    let reached: 'yes' | 'perhaps' | 'no' = 'yes';
    for (const [index, term] of node.commands.entries()) {
      if (!this.#mayRead()) return 'over';
      const isOr = index > 0 && node.operators[index - 1] === '||';
      const own = stakesOfTerm(node, index, stakes, (ends) => this.#process.decides(ends));
      if (isOr ? reached !== 'no' : reached === 'no') {
        if (isOr && reached === 'perhaps') this.#unknown(term, own);
        continue;
      }
      if (reached === 'perhaps') {
        this.#perhaps(term, own);
        continue;
      }
      const verdict = conditionOf(this.#state, [asStatement(term)]);
      if (verdict !== null) {
        reached = verdict ? 'yes' : 'no';
        continue;
      }
      const fails = this.#process.fails(term);
      const asks = isAsking(this.#state, term, (node) => this.#process.fails(node));
      const { workingDir } = this.#state;
      // Where the script fails with it, what follows is reached, or nothing is.
      const isTaken = isChange(term) && this.#process.mustSucceed(own);
      const leaves = isOr && term.type === 'Command' ? endsBadly(term) : null;
      const isLeaving = leaves === 'exit' || (leaves === 'return' && this.#state.mayReturn);
      const flow = isLeaving ? this.#process.leave(leaves, own) : this.node(term, own);
      if (flow === 'given-up' && index > 0) return this.#goAround(node);
      if (flow !== 'on') return flow;
      const hasMoved = isChange(term) && ![null, workingDir].includes(this.#state.workingDir);
      reached = fails ? 'no' : asks && !hasMoved && !isTaken ? 'perhaps' : 'yes';
    }
    if (reached !== 'no' || !this.#process.decides(stakes.ends)) return 'on';
    this.#process.endsBadly();
    return 'given-up';
  }
}
