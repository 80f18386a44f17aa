/** One process of a shell while its script is read: what it knows, what it starts, and what hangs on that. */
import type { Statement } from 'unbash';
import type { Child, Launcher, Tail } from '../execution.ts';
import { assignmentsOf } from './shell-command-parts.ts';
import { isBash, isBuiltin } from './shell-dialect.ts';
import { fullPathname } from './shell-place.ts';
import { placeOf } from './shell-texts.ts';
import { splitsBoth } from './shell-redirects.ts';
import type { Ends, Flow, Stakes } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';
import { expandWords } from './shell-words.ts';
import { cannotStart } from './startable.ts';

/** Calls of functions, sourced files and processes within each other. */
const MAX_DEPTH = 8;

export interface Reading {
  /** Step of the script. */
  readonly by: number;
  readonly launcher: Launcher;
}

interface Parent {
  readonly children: Child[];
  readonly depth: number;
  readonly counts: boolean;
}

export class ShellProcess {
  readonly children: Child[];
  readonly state: ShellState;
  readonly reading: Reading;
  /** Whether the script fails when this process does. */
  readonly counts: boolean;
  #depth: number;

  constructor(
    state: ShellState,
    reading: Reading,
    { children, depth, counts }: Parent = {
      children: [],
      depth: 0,
      counts: true,
    },
  ) {
    this.state = state;
    this.reading = reading;
    this.children = children;
    this.counts = counts;
    this.#depth = depth;
  }

  /** A process of its own, which starts things for the same script. */
  fork(state: ShellState, counts: boolean): ShellProcess {
    return new ShellProcess(state, this.reading, { children: this.children, depth: this.#depth + 1, counts });
  }

  get isTooDeep(): boolean {
    return this.#depth >= MAX_DEPTH;
  }

  /** Goes one deeper for as long as it takes. */
  within<Result>(run: () => Result): Result {
    this.#depth++;
    const result = run();
    this.#depth--;
    return result;
  }

  start(
    argv: readonly string[],
    tail: Tail,
    assignments: readonly (readonly [string, string | null])[],
    node: Statement['command'],
    builtin: 'exec' | null = null,
    written = '"$@"',
  ): void {
    const prefix = builtin === null ? '' : 'exec ';
    const [name] = argv;
    const execution = name === undefined ? null : this.state.childExecution(name, assignments);
    if (name === undefined || execution === null)
      return this.leaveOut(`what ${prefix}${name ?? written} starts`);
    const { by } = this.reading;
    const { dialect, errexit } = this.state;
    const ends = builtin === 'exec' && isBash(dialect) && errexit === 'on';
    const launcher = { ...this.reading.launcher, ...(ends && { emptyFile: 'refused' as const }) };
    const via = `${prefix}${name}`;
    const at = placeOf(this.state, node, builtin);
    const path = fullPathname(at, name);
    this.children.push({ execution, command: { argv, path, tail, role: 'child', by, via, launcher, at } });
  }

  /** Whether it is a command that no shell can start here. */
  fails(node: Statement['command']): boolean {
    if (node.type !== 'Command' || node.name === undefined) return false;
    if (splitsBoth(this.state, node) !== 'no') return false;
    const { words } = expandWords(this.state, [node.name]);
    const [name = 'exec'] = words;
    if (isBuiltin(this.state.dialect, name) || this.state.functions.has(name)) return false;
    const execution = this.state.childExecution(name, assignmentsOf(this.state, node));
    return execution !== null && cannotStart(execution, this.reading.launcher, name);
  }

  mustSucceed({ ends, errexit }: Stakes): boolean {
    return this.decides(ends) || (errexit === 'heeded' && this.state.errexit === 'on');
  }

  /** Whether the script fails with what ends so much. */
  decides(ends: Ends): boolean {
    return ends === 'script' || (ends === 'call' && this.state.errexit === 'on');
  }

  /** By a word with a status that is not 0. */
  leave(by: 'exit' | 'return', { returns }: Stakes): Flow {
    if (by === 'return' && !this.decides(returns)) return 'returned';
    this.endsBadly();
    return 'given-up';
  }

  /** It ends by itself with a status that is not 0, as it is written to do. */
  endsBadly(): void {
    if (this.counts && this.state.reach === 'certain') this.leaveOut('that it ends by itself, and not well');
  }

  leaveOut(what: string): void {
    this.state.leaveOut(what);
  }
}
