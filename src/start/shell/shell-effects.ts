/**
 * What the programs that a script runs before its next command may have done: to the files of the image, and whether
 * they end at all. Followed by name; what a program of another name does is not known.
 */
import { forEachChild, type Command, type SyntaxNode } from 'unbash';
import type { Effects } from '../execution.ts';
import { noteChanged, noteFiles } from './shell-changes.ts';
import { isBuiltin } from './shell-dialect.ts';
import type { ShellState } from './shell-state.ts';

const READERS: ReadonlySet<string> = new Set(
  (
    'awk basename cat cut date dirname egrep env expr fgrep find getent grep head hostname id ls nproc printenv ' +
    'printf pwd readlink realpath sed seq sleep sort stat tail test tr true false uname uniq wc which whoami'
  ).split(' '),
);
const CHANGERS: ReadonlySet<string> = new Set(
  'addgroup adduser chgrp chmod chown cp install ln mkdir mktemp mv rm rmdir sync tee touch'.split(' '),
);
const ORDER: readonly Effects[] = ['nothing', 'changes', 'anything'];

export function worseEffects(one: Effects, other: Effects): Effects {
  return ORDER.indexOf(one) < ORDER.indexOf(other) ? other : one;
}

/** Of all commands in the node, whether they are reached or not; those of functions only where they are called. */
export function noteEffects(state: ShellState, node: SyntaxNode): void {
  if (node.type === 'Function') return;
  if (node.type === 'Statement' && node.background === true) state.effects = 'anything';
  if (node.type === 'Redirect' && node.operator.includes('>') && node.target?.value !== '/dev/null') {
    if (!node.operator.endsWith('&')) state.effects = worseEffects(state.effects, 'changes');
    if (node.target !== undefined) noteChanged(state, [node.target]);
  }
  if (node.type === 'Command') noteFiles(state, node);
  if (node.type === 'Command') state.effects = worseEffects(state.effects, effectsOf(state, node));
  forEachChild(node, (child) => noteEffects(state, child));
}

/** Programs that do what their words say, and are taken to succeed. */
export function isPlainTool(name: string): boolean {
  return READERS.has(name) || CHANGERS.has(name);
}

function effectsOf(state: ShellState, { name: word, args }: Command): Effects {
  if (word === undefined) return 'nothing';
  const words = [word, ...args].map((part) => (part.type === 'Word' ? part.value : part.text));
  const name = words[0] === 'command' && words[1]?.startsWith('-') === false ? words[1] : (words[0] ?? '');
  if (name === 'exec') return words.length > 1 ? 'anything' : 'nothing';
  if (name === '.' || name === 'source' || name === 'eval' || name === 'trap') return 'anything';
  if (isBuiltin(state.dialect, name)) return 'nothing';
  const called = state.functions.get(name);
  if (called !== undefined) return 'nothing';
  if (CHANGERS.has(name)) return 'changes';
  const writes =
    (name === 'sed' || name === 'find' || name === 'sort') &&
    words.some((each) => /^-(?:i|o|del|exec|-in-place)/.test(each));
  if (READERS.has(name) && !(name === 'env' && words.length > 1)) return writes ? 'anything' : 'nothing';
  return 'anything';
}
