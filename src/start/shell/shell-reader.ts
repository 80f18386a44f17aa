/** Reads one script from top to bottom and gathers what it starts for certain: how one command leads to the next. */
import type { For, Pipeline, Statement, While } from 'unbash';
import type { Child } from '../execution.ts';
import { asStatement, hasLoopCommand, textsOf, WORDS } from './shell-command-parts.ts';
import { readCase, readEach, readIf } from './shell-choice.ts';
import { deadChild } from './shell-child.ts';
import { asExit, asksForStatus, stakesAt, waitedAt } from './shell-end.ts';
import { noteEffects } from './shell-effects.ts';
import { takeJoined } from './shell-join.ts';
import { isEntered, mostRoundsOf, roundsOf } from './shell-loops.ts';
import { passOver } from './shell-pass.ts';
import { ShellProcess } from './shell-process.ts';
import { doubtfulFile, readsCommands, splitsBoth } from './shell-redirects.ts';
import { readList } from './shell-list.ts';
import { answer, type Reader, runCommand } from './shell-simple-command.ts';
import {
  type Flow,
  NOTHING,
  type Reading,
  type Stakes,
  stakesOfStatement,
  readsInVain,
  WHOLE_SCRIPT,
} from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { conditionOf } from './shell-test.ts';
import { isLeaving, loopsLeft, type Way } from './shell-ways.ts';
import type { Reach } from '../start-trace.ts';
import { endUnread, substitutionFault } from './shell-unread.ts';

export class ShellReader implements Reader {
  readonly #process: ShellProcess;

  constructor(process: ShellProcess) {
    this.#process = process;
  }

  static of(state: ShellState, reading: Reading): ShellReader {
    state.deadOf = (shell, node, words) => deadChild(shell, reading, node, words);
    return new ShellReader(new ShellProcess(state, reading));
  }

  get children(): readonly Child[] {
    return this.#process.children;
  }

  read(statements: readonly Statement[], stakes: Stakes = WHOLE_SCRIPT): Flow {
    this.#state.failed = null;
    for (const index of statements.keys()) {
      const statement = asExit(statements, index);
      if (statement === undefined || !this.mayRead()) return 'over';
      if (statement.background === true || splitsBoth(this.#state, statement.command) === 'yes') {
        this.#inBackground(statements, index, stakes);
        noteEffects(this.#state, statement);
        continue;
      }
      const own = stakesAt(this.#process, statements, index, stakes);
      const flow = this.#process.watch(() => this.node(statement.command, own));
      this.#state.failed = asksForStatus(this.#state.script, statements[index + 1])
        ? this.#process.dead(statement.command)
        : null;
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  /** A process of its own; the script may wait for it, and end as it does. */
  #inBackground(statements: readonly Statement[], index: number, stakes: Stakes): void {
    const own = { ...stakes, ends: 'script' as const };
    const parts = statements.slice(index, index + 1).map(({ command }) => asStatement(command));
    const waited = waitedAt(statements, index);
    const isWaited =
      waited !== null && this.#process.mustSucceed(stakesAt(this.#process, statements, waited, stakes));
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
        return readList(this.#process, this, node, stakes);
      case 'BraceGroup':
        return this.read(node.body.commands, stakes);
      case 'Redirected':
        if (doubtfulFile(this.#state, node.redirects) !== null) return this.unknown(node.command, stakes);
        return this.node(node.command, stakes);
      case 'If':
        return readIf(this.#process, this, node, stakes);
      case 'Case':
        return readCase(this.#process, this, node, stakes);
      case 'Subshell':
        return this.apart(this.#fork(stakes), node.body.commands, stakes);
      case 'Pipeline':
        return this.#pipeline(node, stakes);
      case 'Function':
        this.#state.define(node);
        return 'on';
      case 'TestCommand':
        if (!this.#process.mustSucceed(stakes)) return 'on';
        if (this.#state.dialect !== 'dash') return answer(this.#process, node, stakes);
        this.#process.start({ words: ['[['], tail: 'more' }, [], node);
        return 'on';
      case 'For':
        return this.#for(node, stakes);
      case 'While':
        return this.#while(node, stakes);
      default:
        return this.unknown(node, stakes);
    }
  }

  #for(node: For, stakes: Stakes): Flow {
    const words = roundsOf(this.#state, node);
    if (words === null) return this.unknown(node, stakes);
    for (const [index, word] of words.entries()) {
      this.#state.set(node.name.value, word);
      const flow = this.#round(node, stakesOfStatement(words, index, stakes));
      if (flow === 'left') return 'on';
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  /** `left`: the loop is over. */
  #round(node: For | While, stakes: Stakes): Flow {
    const state = this.#state;
    const { reach, mayHaveLeft: outer } = state;
    state.mayHaveLeft = 0;
    const flow = this.read(node.body.commands, stakes);
    const left = state.mayHaveLeft ?? 0;
    state.mayHaveLeft = outer;
    if (left > 0) {
      state.reach = reach;
      const after = this.unknown(node, stakes);
      if (left > 1) state.mayLeave(left - 1);
      return after === 'on' ? 'left' : after;
    }
    if (flow === 'given-up') {
      this.goAround(node);
      return 'left';
    }
    return flow === 'next' ? 'on' : flow;
  }

  #while(node: While, stakes: Stakes): Flow {
    const blamed = this.#state.blamed.length;
    const first = this.#state.published.watch(() => isEntered(this.#state, node));
    let verdict = first.answer;
    // For what cannot be started, or what only its users bring.
    const waits = verdict === true && (first.isPublished || this.#state.blamed.length > blamed);
    const most = mostRoundsOf(node);
    for (let round = 0; verdict === true && round < most && this.#state.mayGoOn(); round++) {
      const flow = this.#round(node, { ...stakes, ends: 'nothing' });
      if (flow !== 'on') return flow === 'left' ? 'on' : flow;
      verdict = isEntered(this.#state, node);
    }
    if (verdict !== false && (waits || verdict === true)) {
      passOver(this.#state, node);
      this.#state.doubt('that its loop ever ends');
      return 'on';
    }
    return verdict === false ? 'on' : this.unknown(node, stakes);
  }

  /** A shell that ends without ending this one; whether it ends well is not known where it ends itself. */
  apart(process: ShellProcess, statements: readonly Statement[], stakes: Stakes): Flow {
    const own: Stakes = { ...stakes, ends: process.counts ? 'script' : 'nothing' };
    const flow = this.#process.isTooDeep ? 'over' : new ShellReader(process).read(statements, own);
    for (const statement of statements) noteEffects(this.#state, statement);
    // By names of where it went.
    for (const [path, change] of process.state.made) this.#state.made.set(path, change);
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
  perhaps(node: Statement['command'], stakes: Stakes): void {
    const [before, state] = [this.#state.fork(), this.#state.fork()];
    state.reach = 'possible';
    const process = this.#process.fork(state, this.#process.counts);
    const flow = this.#process.isTooDeep ? 'over' : new ShellReader(process).node(node, stakes);
    passOver(this.#state, node);
    const left = loopsLeft([{ state, flow }]);
    if (left > 0) return this.#state.mayLeave(left);
    const isBad = flow === 'given-up' && isLeaving(node);
    if (isBad && before.reach === 'certain') this.#state.reach = 'certain';
    else if (flow === 'on' && before.reach === this.#state.reach) takeJoined(this.#state, [state, before]);
  }

  /** A part whose way only running tells. */
  unknown(node: Statement['command'], stakes: Stakes): Flow {
    const { reach } = this.#state;
    if (node.type === 'If' || node.type === 'Case') return readEach(this.#process, this, node, stakes);
    const isLoop = node.type === 'For' || node.type === 'While';
    if (!isLoop && hasLoopCommand(node)) this.#state.mayLeave();
    // What cannot be started in a loop is said.
    if (isLoop) for (const statement of node.body.commands) conditionOf(this.#state, [statement]);
    passOver(this.#state, node);
    return this.goOn(node, stakes, reach);
  }

  /** Behind a part of which it is not known how it went; says so where that matters. */
  goOn(node: Statement['command'], stakes: Stakes, before: Reach): Flow {
    if (this.#process.mustSucceed(stakes) || before !== this.#state.reach)
      this.#process.leaveOut(`what comes of its ${WORDS[node.type] ?? 'commands'}`);
    return 'on';
  }

  /** Whether it is reached is not known. */
  lookInto(
    statements: readonly Statement[],
    stakes: Stakes,
    before = this.#state,
    reach: Reach = 'possible',
  ): Way {
    if (this.#process.isTooDeep || !this.#state.mayGoOn()) return null;
    const state = before.fork();
    state.reach = reach;
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
      const words = index > 0 && isStaked ? textsOf(command) : [];
      if (readsCommands(words)) this.#process.leaveOut(`what ${words.join(' ')} reads`);
      const fails = isStaked && this.#fork(stakes).fails(command);
      const isVain = fails && index === node.commands.length - 2 && readsInVain(node.commands.at(-1));
      const decides = isVain || index === node.commands.length - 1 || this.#state.pipefail === 'on';
      if (!decides && fails) this.#process.leaveOut('what comes of a pipe of which a part cannot be started');
      else if (!decides && isStaked) this.lookInto([asStatement(command)], stakes);
      if (decides && !isNegated) this.apart(this.#fork(stakes), [asStatement(command)], stakes);
    }
    // What ends a part does not end the script.
    const { reach } = this.#state;
    passOver(this.#state, node);
    if (reach === 'certain') this.#state.reach = reach;
    return 'on';
  }

  /** Where the image alone makes a script give up, a variable or a volume that its users bring lets it go on. */
  goAround(node: Statement['command']): Flow {
    passOver(this.#state, node);
    this.#state.reach = 'possible';
    return 'on';
  }

  mayRead(): boolean {
    if (this.#state.mayGoOn(0.5)) return true;
    this.#process.leaveOut('what it does behind its first thousands of commands');
    return false;
  }
}
