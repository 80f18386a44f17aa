/** One process of a shell while its script is read: what it knows, what it starts, and what hangs on that. */
import type { Statement } from 'unbash';
import { type Child, UNKNOWN } from '../execution.ts';
import { childOf, deadChild } from './shell-child.ts';
import type { Words } from './shell-fields.ts';
import type { Ends, Flow, Reading, Stakes } from './shell-stakes.ts';
import type { ShellState } from './shell-state.ts';

/** Calls of functions, sourced files and processes within each other. */
const MAX_DEPTH = 8;

/** Characters of a command that are shown. */
const MOST_SHOWN = 60;

interface Parent {
  readonly children: Child[];
  readonly told: Set<string>;
  readonly depth: number;
  readonly counts: boolean;
}

function keyOf({ command: { argv, at } }: Child): string {
  return JSON.stringify([argv, at?.line]);
}

export class ShellProcess {
  readonly children: Child[];
  readonly state: ShellState;
  readonly reading: Reading;
  /** Whether the script fails when this process does. */
  readonly counts: boolean;
  /** Of those that are certain. */
  readonly #told: Set<string>;
  #depth: number;

  constructor(
    state: ShellState,
    reading: Reading,
    { children, told, depth, counts }: Parent = {
      children: [],
      told: new Set(),
      depth: 0,
      counts: true,
    },
  ) {
    this.state = state;
    this.reading = reading;
    this.children = children;
    this.#told = told;
    this.counts = counts;
    this.#depth = depth;
  }

  /** A process of its own, which starts things for the same script. */
  fork(state: ShellState, counts: boolean): ShellProcess {
    const { children } = this;
    return new ShellProcess(state, this.reading, {
      children,
      told: this.#told,
      depth: this.#depth + 1,
      counts,
    });
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
    words: Words,
    assignments: readonly (readonly [string, string | null])[],
    node: Statement['command'],
    builtin: 'exec' | null = null,
    written = '"$@"',
  ): Child | null {
    const child = childOf(this.state, this.reading, { ...words, assignments, node, builtin });
    if (child !== null) this.children.push(child);
    if (child?.execution.reach === 'certain') this.#told.add(keyOf(child));
    if (child === null)
      this.leaveOut(`what ${builtin === null ? '' : 'exec '}${words.words[0] ?? written} starts`);
    return child;
  }

  /** The command, where it comes to nothing. */
  dead(node: Statement['command']): Child | null {
    return node.type === 'Command' ? deadChild(this.state, this.reading, node) : null;
  }

  fails(node: Statement['command']): boolean {
    return this.dead(node) !== null;
  }

  mustSucceed({ ends, errexit }: Stakes): boolean {
    return this.counts && (this.decides(ends) || (errexit === 'heeded' && this.state.errexit === 'on'));
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

  /** It ends by itself with a status that is not 0, as it is written to do: on account of what it could not start, or else. */
  endsBadly(): void {
    if (!this.counts || this.state.reach !== 'certain') return;
    if (this.state.blamed.length === 0) this.leaveOut('that it ends by itself, and not well');
    this.blame(0);
  }

  /** What was asked since then is why the script ends. */
  blame(from: number): void {
    if (!this.counts || this.state.reach !== 'certain') return;
    for (const child of this.state.blamed.slice(from)) {
      if (!this.#told.has(keyOf(child))) this.children.push(child);
      this.#told.add(keyOf(child));
    }
  }

  /** Does something that may be on account of commands that come to nothing, and says of which ones nothing came of it. */
  watch<Result>(run: () => Result): Result {
    const { blamed } = this.state;
    const before = blamed.length;
    const result = run();
    for (const child of blamed.splice(before)) {
      const isTold = !this.counts || this.#told.has(keyOf(child));
      const words = child.command.argv.join(' ').replaceAll(UNKNOWN, '…').slice(0, MOST_SHOWN);
      if (!isTold) this.leaveOut(`what comes of ${words}, which cannot be started`);
    }
    return result;
  }

  leaveOut(what: string): void {
    this.state.leaveOut(what);
  }
}
