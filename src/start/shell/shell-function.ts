/**
 * What a function that only asks something answers: it sets nothing but its own `local` variables, looks at its words,
 * and returns. As `_is_sourced` and `_want_help` of entry scripts do.
 */
import type { Case, Command, For, If, Statement } from 'unbash';
import type { Words } from './shell-fields.ts';
import type { ShellState } from './shell-state.ts';
import { expandValue, expandWords } from './shell-words.ts';

/** How conditions and patterns are answered. */
export interface Answers {
  readonly condition: (state: ShellState, statements: readonly Statement[]) => boolean | null;
  readonly matches: (
    state: ShellState,
    word: string,
    pattern: Case['items'][number]['pattern'][number],
  ) => boolean | null;
}

/** `done`: with this answer; `on`: what follows is reached, and this is the answer as yet; null: not known. */
type Outcome = { readonly kind: 'done' | 'on'; readonly answer: boolean } | null;

const MOST_WORDS = 64;

/** null when only running tells, or when the function does more than to ask. */
export function functionVerdict(
  state: ShellState,
  name: string,
  words: Words,
  answers: Answers,
): boolean | null {
  const { body, certainty } = state.functions.get(name) ?? {};
  if (certainty === 'possible') return null;
  if (body?.type !== 'BraceGroup' && body?.type !== 'CompoundList') return null;
  const statements = body.type === 'BraceGroup' ? body.body.commands : body.commands;
  if (!state.mayGoOn()) return null;
  // Its own shell: whatever it sets here is nobody else's.
  const own = state.fork();
  const locals = new Set<string>();
  const found = own.call(name, words, () => new Asker(own, locals, answers).read(statements));
  return found?.answer ?? null;
}

class Asker {
  readonly #state: ShellState;
  readonly #locals: Set<string>;
  readonly #answers: Answers;

  constructor(state: ShellState, locals: Set<string>, answers: Answers) {
    this.#state = state;
    this.#locals = locals;
    this.#answers = answers;
  }

  read(statements: readonly Statement[]): Outcome {
    let last: Outcome = { kind: 'on', answer: true };
    for (const statement of statements) {
      if (statement.background === true) return null;
      last = this.#node(statement);
      if (last?.kind !== 'on') return last;
    }
    return last;
  }

  #node(statement: Statement): Outcome {
    const { command } = statement;
    switch (command.type) {
      case 'Command':
        return this.#command(command, statement);
      case 'If':
        return this.#if(command);
      case 'For':
        return this.#for(command);
      case 'Case':
        return this.#case(command);
      default:
        return this.#condition(statement);
    }
  }

  #command(node: Command, statement: Statement): Outcome {
    const { name, args, redirects, prefix } = node;
    if (redirects.length > 0 || prefix.length > 0) return null;
    if (name?.value === 'return') {
      const [status = '0', ...more] = args.map(({ text }) => text);
      return /^\d{1,3}$/.test(status) && more.length === 0
        ? { kind: 'done', answer: Number(status) % 256 === 0 }
        : null;
    }
    if (name?.value !== 'local') return this.#condition(statement);
    for (const part of args) {
      if (part.type === 'Word' && !/^\w+$/.test(part.text)) return null;
      const variable = part.type === 'Assignment' ? part.name : part.value;
      this.#locals.add(variable);
      const isPlain = part.type === 'Assignment' && part.value.type === 'Word' && part.append !== true;
      this.#state.set(
        variable,
        isPlain && part.value.type === 'Word' ? expandValue(this.#state, part.value) : null,
      );
    }
    return { kind: 'on', answer: true };
  }

  #condition(statement: Statement): Outcome {
    const answer = this.#answers.condition(this.#state, [statement]);
    return answer === null ? null : { kind: 'on', answer };
  }

  #if(node: If): Outcome {
    for (const branch of [node, ...node.elif]) {
      const answer = this.#answers.condition(this.#state, branch.clause.commands);
      if (answer === null) return null;
      if (answer) return this.read(branch.then.commands);
    }
    return node.else === undefined ? { kind: 'on', answer: true } : this.read(node.else.commands);
  }

  #for({ name, wordlist, body }: For): Outcome {
    const { words, tail } =
      wordlist === undefined ? this.#state.positional : expandWords(this.#state, wordlist);
    if (!this.#locals.has(name.value) || tail === 'more' || words.length > MOST_WORDS) return null;
    if (!this.#state.mayGoOn(words.length)) return null;
    let last: Outcome = { kind: 'on', answer: true };
    for (const word of words) {
      this.#state.set(name.value, word);
      last = this.read(body.commands);
      if (last?.kind !== 'on') return last;
    }
    return last;
  }

  #case({ word, items }: Case): Outcome {
    const value = expandValue(this.#state, word);
    if (value === null) return null;
    for (const { pattern, terminator, body } of items) {
      const verdicts = pattern.map((each) => this.#answers.matches(this.#state, value, each));
      if (verdicts.includes(true))
        return terminator === undefined || terminator === ';;' ? this.read(body.commands) : null;
      if (verdicts.includes(null)) return null;
    }
    return { kind: 'on', answer: true };
  }
}
