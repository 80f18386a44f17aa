/**
 * The border for JSON that an image, a registry or a file hands us (RFC 8259). Stricter than JSON.parse where
 * readers disagree about a document: a repeated key is refused, so are a byte order mark, bytes after the value,
 * invalid UTF-8 and deep nesting. Keys that differ only by case are judged in {@link Fields}, where it is known
 * which keys mean something.
 */
import { Failure } from '../base/failure.ts';
import { LIMITS } from '../base/limits.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = { t: ['true', true], f: ['false', false], n: ['null', null] } as const;
const BLANK = /[ \t\n\r]*/y;
/** Everything but controls, the quote and the backslash. */
const PLAIN = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** `where` names the document in messages. @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
export function parseJson(bytes: Uint8Array, where: string): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw broken(where, 'holds bytes that are not UTF-8', cause);
  }
  const cursor = new Cursor(text, where);
  const value = cursor.value(0);
  cursor.end();
  return value;
}

function broken(where: string, why: string, cause?: unknown): Failure {
  return new Failure(
    'E_JSON',
    `${where}: ${why}`,
    'build or push the image again: this document is damaged',
    {
      cause,
    },
  );
}

class Cursor {
  readonly #text: string;
  readonly #where: string;
  #at = 0;

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  value(depth: number): Json {
    if (depth > LIMITS.jsonDepth) throw this.#fail(`is nested deeper than ${LIMITS.jsonDepth} levels`);
    this.#match(BLANK);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    if (first === 't' || first === 'f' || first === 'n') return this.#word(first);
    const number = this.#match(NUMBER);
    if (number === '') throw this.#unexpected();
    return Number(number);
  }

  end(): void {
    this.#match(BLANK);
    if (this.#at < this.#text.length) throw this.#fail('goes on after the end of the JSON value');
  }

  #object(depth: number): JsonObject {
    const members = new Map<string, Json>();
    this.#at++;
    if (this.#take('}')) return members;
    for (;;) {
      this.#match(BLANK);
      if (this.#text[this.#at] !== '"') throw this.#unexpected();
      const key = this.#string();
      if (members.has(key)) throw ambiguous(this.#where, [key]);
      if (!this.#take(':')) throw this.#unexpected();
      members.set(key, this.value(depth + 1));
      if (this.#take('}')) return members;
      if (!this.#take(',')) throw this.#unexpected();
    }
  }

  #array(depth: number): readonly Json[] {
    const items: Json[] = [];
    this.#at++;
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#unexpected();
    }
  }

  /** Unpaired surrogates become U+FFFD, as in Go, whose programs decide what runs. */
  #string(): string {
    const start = this.#at++;
    let escaped = false;
    for (;;) {
      this.#match(PLAIN);
      if (this.#text[this.#at] === '"') break;
      if (this.#match(ESCAPE) === '') throw this.#unexpected();
      escaped = true;
    }
    this.#at++;
    if (!escaped) return this.#text.slice(start + 1, this.#at - 1);
    const unescaped: unknown = JSON.parse(this.#text.slice(start, this.#at));
    return String(unescaped).toWellFormed();
  }

  #word(first: keyof typeof WORDS): Json {
    const [word, value] = WORDS[first];
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected();
    this.#at += word.length;
    return value;
  }

  #take(character: string): boolean {
    this.#match(BLANK);
    const found = this.#text[this.#at] === character;
    if (found) this.#at++;
    return found;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #unexpected(): Failure {
    if (this.#at >= this.#text.length) return this.#fail('ends in the middle of the JSON value');
    return this.#fail(`is not JSON: unexpected ${JSON.stringify(this.#text[this.#at])} at ${this.#at}`);
  }

  #fail(why: string): Failure {
    return broken(this.#where, why);
  }
}

/** Keys about which readers disagree: some take the first, some the last, Go ignores case. */
export function ambiguous(where: string, keys: readonly string[]): Failure {
  const names = keys.map((key) => JSON.stringify(key.slice(0, 80))).join(' and ');
  return new Failure(
    'E_JSON_AMBIGUOUS',
    `${where}: ${keys.length === 1 ? `the key ${names} stands twice` : `the keys ${names} differ only by case`}, and programs disagree about which one counts`,
    'do not trust this image: no ordinary builder writes this; build and push it again',
  );
}
