/** Lists of `&&` and `||`. */
import type { AndOr } from 'unbash';
import type { Child } from '../execution.ts';
import { isAsking, isOpenEnded } from './shell-asking.ts';
import { asStatement, isChange } from './shell-command-parts.ts';
import type { ShellProcess } from './shell-process.ts';
import type { Reader } from './shell-simple-command.ts';
import { endsBadly, type Flow, type Stakes, stakesOfTerm } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { answerOf } from './shell-test.ts';
import { passes } from './shell-ways.ts';

/** `a && b`, `a || exit 1`: what stands before `||` is taken to succeed unless it is known to fail. */
export function readList(process: ShellProcess, reader: Reader, node: AndOr, stakes: Stakes): Flow {
  const { state } = process;
  const before = state.blamed.length;
  let reached: 'yes' | 'perhaps' | 'no' = 'yes';
  let isLast = false;
  let isPublished = false;
  let failed: Child | null = null;
  for (const [index, term] of node.commands.entries()) {
    if (!reader.mayRead()) return 'over';
    state.failed = index === 0 ? state.failed : failed;
    failed = null;
    const isOr = index > 0 && node.operators[index - 1] === '||';
    const own = stakesOfTerm(node, index, stakes, (ends) => process.decides(ends));
    if (isOr ? reached !== 'no' : reached === 'no') {
      if (isOr && reached === 'perhaps') reader.unknown(term, own);
      else if (isPublished) reader.lookInto([asStatement(term)], own);
      continue;
    }
    if (reached === 'perhaps') {
      reader.perhaps(term, own);
      continue;
    }
    const blamed = state.blamed.length;
    const answer = answerOf(state, [asStatement(term)]);
    const { verdict } = answer;
    if (verdict !== null) {
      isPublished ||= answer.isPublished;
      reached = verdict ? 'yes' : 'no';
      if (!verdict && state.blamed.length > blamed) failed = state.blamed.at(-1) ?? null;
      isLast = index === node.commands.length - 1;
      // What is done instead of others decides.
      const decides = isLast && state.blamed.length > blamed;
      if (decides) state.blamed.splice(before, blamed - before);
      if (!verdict && process.mustSucceed(own)) process.blame(isLast ? before : blamed);
      continue;
    }
    const asks = isAsking(state, term, (each) => process.fails(each));
    const { workingDir } = state;
    // Where the script fails with it, what follows is reached, or nothing is.
    const isAssignment = term.type === 'Command' && term.name === undefined;
    const isTaken = (isChange(term) || isAssignment) && process.mustSucceed(own);
    const leaves = isOr && term.type === 'Command' ? endsBadly(term) : null;
    const isLeaving = leaves === 'exit' || (leaves === 'return' && state.callers > 0);
    const untouched = isPublished ? state.fork() : null;
    const flow = isLeaving ? process.leave(leaves, own) : reader.node(term, own);
    if (flow === 'given-up' && untouched !== null) {
      state.restore(untouched);
      reader.perhaps(term, own);
      reached = 'perhaps';
      continue;
    }
    if (isPublished && flow === 'over') return reader.goAround(node);
    if (flow === 'given-up' && index > 0) return reader.goAround(node);
    if (flow !== 'on') return flow;
    const hasMoved = isChange(term) && ![null, workingDir].includes(state.workingDir);
    const isOpen = !process.mustSucceed(own) && isOpenEnded(state, term) && leadsOn(state, node, index);
    reached = (asks && !hasMoved && !isTaken) || isOpen ? 'perhaps' : 'yes';
  }
  const ends = isLast ? process.mustSucceed(stakes) : process.decides(stakes.ends);
  if (reached !== 'no' || !ends) return 'on';
  process.endsBadly();
  return isPublished ? 'on' : 'given-up';
}

/** Whether what stands behind it is done where it succeeds, or ends the script where it fails. */
function leadsOn(state: ShellState, { commands, operators }: AndOr, index: number): boolean {
  const next = commands[index + 1];
  return next !== undefined && (operators[index] === '&&' || !passes(state, [asStatement(next)]));
}
