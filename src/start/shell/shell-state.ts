/** What is known of a shell while it reads its script. `null` stands for what only running tells. */
import type { Command, Function as ShellFunction } from 'unbash';
import type { Change, Child, Effects, Execution } from '../execution.ts';
import { type Dialect, ownVariables } from './shell-dialect.ts';
import type { Reach } from '../start-trace.ts';
import type { DefinedFunction, Frame } from './shell-calls.ts';
import type { List, Words } from './shell-fields.ts';
import { Published } from './shell-published.ts';
import type { ScriptText } from './shell-place.ts';

/** Calls, branches and rounds of one script in all: they may multiply. */
const MOST_STEPS = 2_000;
/** Longer values, and arrays of more words, are not kept: they may double with every line. */
const LONGEST_VALUE = 128 * 1024;
const MOST_WORDS = 4_096;

type Who = Pick<ShellState, 'dialect' | 'zero' | 'shell' | 'version' | 'hasPipefail'>;

function refill<Key, Value>(map: Map<Key, Value>, from: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

/** One shell. Changed in place, as a shell is; functions share it but for their words. */
export class ShellState {
  /** Variables that are set, exported or not. */
  readonly variables: Map<string, string | null>;
  readonly exported: Set<string>;
  /** Those that may be exported, or not. */
  readonly perhapsExported: Set<string> = new Set();
  /** `set -a`: whether each variable that is set is exported. */
  allexport: 'on' | 'off' | 'perhaps' = 'off';
  readonly functions: Map<string, DefinedFunction> = new Map();
  /** Arrays of bash of which something is known, and other variables of whose values only the beginning is. */
  readonly lists: Map<string, List> = new Map();
  /** What runs now, and who called it, down to the script; null where there is no script file. */
  frames: readonly Frame[] | null = null;
  /** `$1`, `$2` … */
  positional: Words;
  /** `$0`. */
  readonly zero: string;
  readonly dialect: Dialect;
  /** Its name, whatever it is called by. */
  readonly shell: string;
  /** `5.1`: of its program, where that is known. */
  readonly version: string | null;
  /** Of dash; null where it is not known. */
  readonly hasPipefail: boolean | null;
  script: ScriptText = { text: '', newlines: [], file: null, firstLine: null };
  /** A command of this shell, where it comes to nothing; null before it reads. */
  deadOf: ((shell: ShellState, node: Command, words?: Words) => Child | null) | null = null;
  /** Commands that came to nothing and were asked for it, in what is being done: one list for all shells of a script. */
  blamed: Child[] = [];
  published: Published = new Published();
  /** The command before this one, where it came to nothing and this one may ask `$?`. */
  failed: Child | null = null;
  /** Variables that keep `$?` of commands that came to nothing. */
  readonly kept: Map<string, Child> = new Map();
  /** What dash and ash name besides `$0` when a program cannot be started: `eval`, the file behind `.`. */
  within: string | null = null;
  /** null once it is not known where the shell is. */
  workingDir: string | null;
  /** As `cd` came to it, by way of symlinks. */
  #logical = { physical: '', path: '' };
  /** Whether a command that fails ends the script. */
  errexit: 'on' | 'off' = 'off';
  /** Whether every command of a pipeline decides how it ends, or the last one alone. */
  pipefail: 'on' | 'off' = 'off';
  /** Whether a variable that is not set ends the script. */
  nounset: 'on' | 'off' = 'off';
  #reach: Reach;
  /** Of how many loops a `break` or `continue` may have left out what follows; null outside of loops. */
  mayHaveLeft: number | null = null;
  /** Whether the function that runs may have ended by now: `all` where nothing else may have left out what follows. */
  mayHaveReturned: 'no' | 'values' | 'all' = 'no';
  /** What has been done before the next command. */
  effects: Effects;
  /** Whole paths of what has been changed, as far as that is known. */
  readonly made: Map<string, Change>;
  /** Of a function that runs: what its local variables stood for before. */
  #hidden: Map<string, string | null | undefined> | null = null;
  /** One for all shells of a script. */
  #budget: { left: number } = { left: MOST_STEPS };
  /** How many functions and sourced files `return` may return from. */
  #callers = 0;
  readonly execution: Execution;

  constructor(execution: Execution, who: Who, positional: Words) {
    this.execution = execution;
    const { environment, unknownVariables = [] } = execution;
    this.variables = new Map([...ownVariables(who.dialect, this.uid), ...environment]);
    for (const name of unknownVariables) this.variables.set(name, null);
    this.exported = new Set([...environment.keys(), ...unknownVariables]);
    if (who.dialect === 'ash') this.exported.add('PATH');
    this.positional = positional;
    this.zero = who.zero;
    this.dialect = who.dialect;
    this.shell = who.shell;
    this.version = who.version;
    this.hasPipefail = who.hasPipefail;
    this.workingDir = execution.workingDir;
    this.#reach = execution.reach;
    this.made = new Map(execution.made);
    // The container has run for some time when its HEALTHCHECK does.
    this.effects = execution.effects ?? (execution.chain === 'healthcheck' ? 'changes' : 'nothing');
  }

  /** A shell of its own with all that this one knows: `( … )`, a part of a pipeline, `$( … )`. */
  fork(): ShellState {
    const copy = new ShellState(this.execution, this, this.positional);
    refill(copy.variables, this.variables);
    copy.exported.clear();
    for (const name of this.exported) copy.exported.add(name);
    for (const name of this.perhapsExported) copy.perhapsExported.add(name);
    copy.allexport = this.allexport;
    refill(copy.functions, this.functions);
    copy.script = this.script;
    copy.deadOf = this.deadOf;
    copy.blamed = this.blamed;
    copy.published = this.published;
    copy.within = this.within;
    refill(copy.lists, this.lists);
    refill(copy.kept, this.kept);
    copy.frames = this.frames;
    copy.#budget = this.#budget;
    copy.workingDir = this.workingDir;
    copy.#logical = this.#logical;
    copy.errexit = this.errexit;
    copy.pipefail = this.pipefail;
    copy.nounset = this.nounset;
    copy.#reach = this.#reach;
    copy.mayHaveLeft = this.mayHaveLeft === null ? null : 0;
    copy.mayHaveReturned = this.mayHaveReturned;
    copy.effects = this.effects;
    refill(copy.made, this.made);
    copy.#callers = this.#callers;
    copy.#hidden = this.#hidden === null ? null : new Map(this.#hidden);
    return copy;
  }

  /** Back to what another one knows; what has been done is done, and functions stay. */
  takeValues(other: ShellState): void {
    refill(this.variables, other.variables);
    refill(this.lists, other.lists);
    refill(this.kept, other.kept);
    this.perhapsExported.clear();
    for (const name of other.perhapsExported) this.perhapsExported.add(name);
    this.positional = other.positional;
    this.workingDir = other.workingDir;
    this.errexit = other.errexit;
    this.pipefail = other.pipefail;
  }

  /** The same, and what was reached there is reached. */
  restore(other: ShellState): void {
    this.takeValues(other);
    this.reach = other.reach;
  }

  get reach(): Reach {
    return this.#reach;
  }

  set reach(reach: Reach) {
    this.#reach = reach;
    if (this.mayHaveReturned === 'all') this.mayHaveReturned = 'values';
  }

  enter(): ShellState['mayHaveReturned'] {
    const { mayHaveReturned } = this;
    this.mayHaveReturned = 'no';
    return mayHaveReturned;
  }

  mayReturn(): void {
    const isAll = this.#reach === 'certain' || this.mayHaveReturned === 'all';
    this.#reach = 'possible';
    this.mayHaveReturned = isAll ? 'all' : 'values';
  }

  mayLeave(loops = 1): void {
    this.reach = 'possible';
    if (this.mayHaveLeft !== null) this.mayHaveLeft = Math.max(this.mayHaveLeft, loops);
  }

  /** `pwd`; null once it is not known. */
  get logicalDir(): string | null {
    return this.workingDir === this.#logical.physical ? this.#logical.path : this.workingDir;
  }

  goTo(physical: string, path: string): void {
    this.workingDir = physical;
    this.#logical = { physical, path };
  }

  get uid(): number {
    return this.execution.credentials.uid;
  }

  /** Whether so many further calls, branches or rounds may be followed; a command costs half of one. */
  mayGoOn(steps = 1): boolean {
    this.#budget.left -= steps;
    return this.#budget.left >= 0;
  }

  set(name: string, value: string | null): void {
    this.variables.set(name, value !== null && value.length > LONGEST_VALUE ? null : value);
    this.lists.delete(name);
    this.kept.delete(name);
    if (this.allexport === 'on') this.exported.add(name);
    if (this.allexport === 'perhaps') this.perhapsExported.add(name);
  }

  unset(name: string): void {
    for (const names of [this.variables, this.lists, this.exported, this.perhapsExported]) names.delete(name);
  }

  /** A variable that is set only by whoever runs the container, or by the shell itself, is not known. */
  get(name: string): string | null {
    return this.variables.get(name) ?? null;
  }

  /** From here on nothing is certain. */
  doubt(what: string): void {
    this.reach = 'possible';
    this.leaveOut(what);
  }

  leaveOut(what: string): void {
    this.execution.recording.leaveOut(`${this.zero}: ${what}`);
  }

  /** How many functions and sourced files are being run, one in the other. */
  get callers(): number {
    return this.#callers;
  }

  /** `value`: the fields that its value begins with. */
  setList(name: string, list: List): void {
    this.set(name, null);
    if ((list.all ?? list).words.length <= MOST_WORDS) this.lists.set(name, list);
  }

  listOf(name: string, kind: List['kind']): List | null {
    const list = this.lists.get(name);
    return list?.kind === kind ? list : null;
  }

  /** Reads what `return` returns from. */
  called<Result>(frame: Frame, run: () => Result): Result {
    const { frames } = this;
    this.#callers++;
    if (frames !== null) this.frames = [frame, ...frames];
    const result = run();
    this.frames = frames;
    this.#callers--;
    return result;
  }

  define({ name, body }: ShellFunction, certainty: DefinedFunction['certainty'] = 'certain'): void {
    this.functions.set(name.value, { body, script: this.script, certainty });
  }

  /** Reads what stands in another text. */
  readFrom<Result>(script: ScriptText, within: string | null, run: () => Result): Result {
    const kept = { script: this.script, within: this.within };
    this.script = script;
    this.within = within;
    const result = run();
    this.script = kept.script;
    this.within = kept.within;
    return result;
  }

  /** `local NAME`: no shell agrees with another on what that does outside of functions. */
  keepForCaller(names: readonly string[], by: 'local' | 'declare'): void {
    if (this.#hidden === null && by === 'local') this.doubt('what `local` does outside of functions');
    for (const name of names) {
      if (this.#hidden?.has(name) === false) this.#hidden.set(name, this.variables.get(name));
    }
  }

  /** A function call: its words are its own, and its local variables. */
  call<Result>(name: string, positional: Words, run: () => Result): Result {
    const [kept, hidden] = [this.positional, this.#hidden];
    const own = new Map<string, string | null | undefined>();
    this.#hidden = own;
    this.positional = positional;
    const result = this.called({ name, source: this.functions.get(name)?.script.file ?? this.zero }, run);
    this.positional = kept;
    this.#hidden = hidden;
    for (const [variable, value] of own) {
      this.lists.delete(variable);
      this.kept.delete(variable);
      if (value === undefined) this.variables.delete(variable);
      else this.variables.set(variable, value);
    }
    return result;
  }
}
