/** Reads one script from top to bottom and gathers what it starts for certain. */
import type { AndOr, Assignment, Case, Command, If, Statement, Word } from 'unbash';
import type { Child, Launcher, Tail } from './execution.ts';
import { applyBuiltin, assign, type Flow } from './shell-builtins.ts';
import { passOver } from './shell-pass.ts';
import { sourcedStatements } from './shell-source.ts';
import type { ShellState } from './shell-state.ts';
import { conditionOf, isCondition, matchesPattern } from './shell-test.ts';
import { expandValue, expandWords } from './shell-words.ts';

/** Whether the script fails when the command does. */
export type Weight = 'must-succeed' | 'may-fail';

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

  constructor(state: ShellState, reading: Reading) {
    this.#state = state;
    this.#reading = reading;
  }

  read(statements: readonly Statement[], weight: Weight = 'must-succeed'): Flow {
    for (const [index, statement] of statements.entries()) {
      const isLast = index === statements.length - 1;
      const isHeavy = (isLast && weight === 'must-succeed') || this.#state.errexit === 'on';
      if (statement.background === true) {
        if (isLast) this.#leaveOut('what it starts in the background');
        continue;
      }
      const flow = this.#node(statement.command, isHeavy ? 'must-succeed' : 'may-fail');
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #node(node: Statement['command'], weight: Weight): Flow {
    switch (node.type) {
      case 'Command':
        return this.#command(node, weight);
      case 'AndOr':
        return this.#andOr(node, weight);
      case 'BraceGroup':
        return this.read(node.body.commands, weight);
      case 'Redirected':
        return this.#node(node.command, weight);
      case 'If':
        return this.#if(node, weight);
      case 'Case':
        return this.#case(node, weight);
      case 'Function':
        this.#state.functions.set(node.name.value, node);
        return 'on';
      default:
        return this.#unknown(node, weight);
    }
  }

  /** A part whose way only running tells. */
  #unknown(node: Statement['command'], weight: Weight): Flow {
    passOver(this.#state, node);
    if (weight === 'must-succeed') this.#leaveOut(`what comes of its ${WORDS[node.type] ?? 'commands'}`);
    return 'on';
  }

  #if(node: If, weight: Weight): Flow {
    for (const branch of [node, ...node.elif]) {
      const verdict = conditionOf(this.#state, branch.clause.commands);
      if (verdict === null) return this.#unknown(node, weight);
      if (verdict) return this.read(branch.then.commands, weight);
    }
    return node.else === undefined ? 'on' : this.read(node.else.commands, weight);
  }

  #case(node: Case, weight: Weight): Flow {
    const word = expandValue(this.#state, node.word);
    if (word === null) return this.#unknown(node, weight);
    for (const item of node.items) {
      const verdicts = item.pattern.map((pattern) => matchesPattern(this.#state, word, pattern));
      if (verdicts.includes(true)) {
        if (item.terminator !== undefined && item.terminator !== ';;') return this.#unknown(node, weight);
        return this.read(item.body.commands, weight);
      }
      if (verdicts.includes(null)) return this.#unknown(node, weight);
    }
    return 'on';
  }

  /** `a && b`, `a || exit 1`: what stands before `||` is taken to succeed unless it is known to fail. */
  #andOr(node: AndOr, weight: Weight): Flow {
    let reached: 'yes' | 'perhaps' | 'no' = 'yes';
    for (const [index, term] of node.commands.entries()) {
      const isOr = index > 0 && node.operators[index - 1] === '||';
      if (isOr ? reached !== 'no' : reached === 'no') {
        if (isOr && reached === 'perhaps') passOver(this.#state, term);
        continue;
      }
      const verdict = conditionOf(this.#state, [asStatement(term)]);
      if (verdict !== null) {
        reached = verdict ? 'yes' : 'no';
        continue;
      }
      const { reach } = this.#state;
      if (reached === 'perhaps') this.#state.reach = 'possible';
      const flow = this.#node(term, weightOf(node, index, weight));
      if (reached === 'perhaps') {
        if (flow === 'on') this.#state.reach = reach;
      } else {
        if (flow !== 'on') return flow;
        reached = isCondition(term) ? 'perhaps' : 'yes';
      }
    }
    return 'on';
  }

  #command(node: Command, weight: Weight): Flow {
    const assignments = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
    if (node.name === undefined) {
      for (const assignment of assignments) assign(this.#state, assignment);
      return 'on';
    }
    const { words, tail } = expandWords(this.#state, [node.name, ...node.args.filter(isWord)]);
    const [name, ...args] = words;
    if (name === undefined) {
      if (tail === 'end') return 'on';
      this.#state.reach = 'possible';
      if (weight === 'must-succeed') this.#leaveOut(`what ${node.name.text} stands for`);
      return 'on';
    }
    const before = assignments.map(
      ({ name: variable, value }) =>
        [variable, value.type === 'Word' ? expandValue(this.#state, value) : null] as const,
    );
    if (this.#state.functions.has(name)) return this.#function(name, args, tail, weight);
    if (name === 'exec') {
      const argv = withoutExecOptions(args);
      if (argv.length === 0 && tail === 'end') return 'on';
      this.#start(argv, tail, before, 'exec ');
      return 'over';
    }
    const flow = applyBuiltin(this.#state, { name, args, tail, node, weight, reading: this.#reading });
    if (flow === 'source') return this.#source(args, tail, weight);
    if (flow !== null) return flow;
    const argv = name === 'command' ? args : words;
    if (weight === 'must-succeed' && argv[0]?.startsWith('-') !== true) this.#start(argv, tail, before, '');
    return 'on';
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

  #function(name: string, words: readonly string[], tail: Tail, weight: Weight): Flow {
    const body = this.#state.functions.get(name)?.body;
    const kept = this.#state.positional;
    if (body === undefined || this.#depth >= MAX_DEPTH) {
      this.#state.forget();
      this.#state.reach = 'possible';
      return 'on';
    }
    this.#depth++;
    this.#state.positional = { words, tail };
    const flow = body.type === 'CompoundList' ? this.read(body.commands, weight) : this.#node(body, weight);
    this.#state.positional = kept;
    this.#depth--;
    return flow === 'over' ? 'over' : 'on';
  }

  /** `. FILE`: its commands as if they stood here. */
  #source(args: readonly string[], tail: Tail, weight: Weight): Flow {
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
    const flow = this.read(statements, weight);
    this.#depth--;
    if (args.length > 1) this.#state.positional = kept;
    return flow === 'over' ? 'over' : 'on';
  }

  #leaveOut(what: string): void {
    this.#state.execution.recording.leaveOut(`${this.#state.zero}: ${what}`);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  Pipeline: 'pipeline',
  Subshell: 'subshell',
  If: 'if',
  Case: 'case',
  For: 'loop',
  While: 'loop',
};

function isWord(part: Word | Assignment): part is Word {
  return part.type === 'Word';
}

function asStatement(command: Statement['command']): Statement {
  return { type: 'Statement', pos: command.pos, end: command.end, command, background: undefined };
}

/** In `a || exit 1` the script fails with `a`, in `a || true` it does not. */
function weightOf({ commands, operators }: AndOr, index: number, weight: Weight): Weight {
  const fallback = operators.indexOf('||', index);
  if (fallback === -1) return weight;
  const next = commands[fallback + 1];
  return fallback === operators.length - 1 && next !== undefined && endsBadly(next)
    ? 'must-succeed'
    : 'may-fail';
}

function endsBadly(node: Statement['command']): boolean {
  if (node.type === 'BraceGroup') {
    const last = node.body.commands.at(-1);
    return last !== undefined && endsBadly(last.command);
  }
  if (node.type !== 'Command') return false;
  const [status] = node.args;
  const isExit = node.name?.value === 'exit' || node.name?.value === 'return';
  return (isExit && (status === undefined || status.text !== '0')) || node.name?.value === 'false';
}

/** bash's `-a NAME`, `-c` and `-l`; POSIX has only `--`. */
function withoutExecOptions(args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  if (first === '--') return args.slice(1);
  if (first === '-a') return withoutExecOptions(args.slice(2));
  return /^-[cl]+$/.test(first) ? withoutExecOptions(args.slice(1)) : args;
}
