/** `if` and `case`: the branch that the image takes as it is published, or all of them where only running tells. */
import type { Case, If, Statement } from 'unbash';
import { branchesOf, hasLoopCommand } from './shell-command-parts.ts';
import { beforeBranches, isComplete, takeJoined } from './shell-join.ts';
import { passOver } from './shell-pass.ts';
import type { ShellProcess } from './shell-process.ts';
import type { Reader } from './shell-simple-command.ts';
import { type Flow, NOTHING, type Stakes } from './shell-stakes.ts';
import { answerOf, matchesPattern } from './shell-test.ts';
import { loopsLeft, mayEnd, outcomeOf } from './shell-ways.ts';
import { expandValue } from './shell-words.ts';

/** `isPublished`: only as long as nobody brings what was asked for. */
type Chosen = { readonly branch: readonly Statement[]; readonly isPublished: boolean };

export function readIf(process: ShellProcess, reader: Reader, node: If, stakes: Stakes): Flow {
  const { state } = process;
  let isPublished = false;
  for (const branch of [node, ...node.elif]) {
    const { commands } = branch.clause;
    const answer = answerOf(state, commands);
    if (answer.verdict === null && branch === node && mayEnd(state, commands)) {
      const flow = reader.read(commands, NOTHING);
      if (flow !== 'on') return flow === 'given-up' ? reader.goAround(node) : flow;
    }
    if (answer.verdict === null) return readEach(process, reader, node, stakes);
    isPublished ||= answer.isPublished;
    if (answer.verdict)
      return readBranch(process, reader, node, { branch: branch.then.commands, isPublished }, stakes);
  }
  return readBranch(process, reader, node, { branch: node.else?.commands ?? [], isPublished }, stakes);
}

export function readCase(process: ShellProcess, reader: Reader, node: Case, stakes: Stakes): Flow {
  const { state } = process;
  const { answer: word, isPublished } = state.published.watch(() =>
    state.published.ask(() => expandValue(state, node.word)),
  );
  if (word === null) return readEach(process, reader, node, stakes);
  for (const { pattern, terminator, body } of node.items) {
    const verdicts = pattern.map((each) => matchesPattern(state, word, each));
    if (verdicts.includes(true)) {
      if (terminator !== undefined && terminator !== ';;') return readEach(process, reader, node, stakes);
      return readBranch(process, reader, node, { branch: body.commands, isPublished }, stakes);
    }
    if (verdicts.includes(null)) return readEach(process, reader, node, stakes);
  }
  return readBranch(process, reader, node, { branch: [], isPublished }, stakes);
}

function readBranch(
  process: ShellProcess,
  reader: Reader,
  node: If | Case,
  { branch, isPublished }: Chosen,
  stakes: Stakes,
): Flow {
  if (!isPublished) {
    const flow = reader.read(branch, stakes);
    return flow === 'given-up' ? reader.goAround(node) : flow;
  }
  const { state } = process;
  const before = state.fork();
  const flow = reader.read(branch, stakes);
  if (flow === 'given-up') {
    // Who lacks what it asks for is told so, and brings it.
    state.restore(before);
    return readEach(process, reader, node, stakes);
  }
  for (const other of branchesOf(node)) if (other !== branch) reader.lookInto(other, stakes, before);
  return flow === 'over' ? reader.goAround(node) : flow;
}

/** Only running tells which of them is taken. */
export function readEach(process: ShellProcess, reader: Reader, node: If | Case, stakes: Stakes): Flow {
  const { children, state } = process;
  const { reach } = state;
  const known = children.length;
  const before = beforeBranches(state, node);
  const ways = branchesOf(node).map((branch) => reader.lookInto(branch, stakes, before));
  const outcome = outcomeOf(state, node, ways);
  if (outcome === 'gives-up' && reach === 'certain' && process.counts) {
    // Whichever is taken: what they start is an error in each of them.
    children.splice(known);
    for (const branch of branchesOf(node)) reader.lookInto(branch, stakes, before, reach);
    return reader.goAround(node);
  }
  passOver(state, node);
  const left = loopsLeft(ways.filter((way) => way !== null));
  if (left > 0 || (ways.includes(null) && hasLoopCommand(node))) {
    // The loop says so.
    state.mayLeave(left);
    return reader.goOn(node, stakes, state.reach);
  }
  if (outcome === 'goes-on' && reach === 'certain') state.reach = reach;
  if (reach === state.reach && !ways.includes(null)) {
    const reached = ways.flatMap((way) => (way?.flow === 'on' ? [way.state] : []));
    takeJoined(state, isComplete(node) ? reached : [...reached, before]);
  }
  return reader.goOn(node, stakes, reach);
}
