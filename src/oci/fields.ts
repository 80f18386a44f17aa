import { Failure } from '../base/failure.ts';
import { ambiguous, parseJson, type Json, type JsonObject } from './json.ts';

/**
 * The fields of one JSON object, read as Go's encoding/json reads them into a struct, because container
 * runtimes are Go programs: a key matches its field whatever its case, and null is the same as absent.
 * Where two keys match one field the document means different things to different readers: E_JSON_AMBIGUOUS.
 * Every getter throws E_JSON, naming the place, when the value is of another type.
 */
export class Fields {
  readonly where: string;
  readonly #members: ReadonlyMap<string, readonly string[]>;
  readonly #object: JsonObject;

  constructor(value: Json | undefined, where: string) {
    if (!(value instanceof Map)) throw mismatch(where, 'an object');
    this.where = where;
    this.#object = value;
    this.#members = Map.groupBy(value.keys(), foldCase);
  }

  /** @throws {Failure} E_JSON, E_JSON_AMBIGUOUS */
  static parse(bytes: Uint8Array, where: string): Fields {
    return new Fields(parseJson(bytes, where), where);
  }

  /** The keys as written, for objects whose keys are data. */
  names(): readonly string[] {
    return [...this.#object.keys()];
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** undefined: absent or null. */
  value(name: string): Json | undefined {
    const keys = this.#members.get(foldCase(name)) ?? [];
    const [key] = keys;
    if (keys.length > 1) throw ambiguous(this.where, keys);
    return key === undefined ? undefined : (this.#object.get(key) ?? undefined);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw mismatch(this.#at(name), 'a text');
  }

  flag(name: string): boolean {
    const value = this.value(name) ?? false;
    if (typeof value === 'boolean') return value;
    throw mismatch(this.#at(name), 'true or false');
  }

  /** A count or size: an integer from 0 to 2^53-1. */
  integer(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw mismatch(this.#at(name), 'a whole number that is not negative');
  }

  /** null: absent. */
  texts(name: string): readonly string[] | null {
    return this.#list(name)?.map((item, index) => asText(item, `${this.#at(name)}[${index}]`)) ?? null;
  }

  /** Free keys, as in labels and annotations: case matters there, in Go too. */
  textMap(name: string): Readonly<Record<string, string>> {
    const value = this.value(name);
    if (value === undefined) return {};
    if (!(value instanceof Map)) throw mismatch(this.#at(name), 'an object');
    const entries = [...value].map(([key, item]) => [
      key,
      asText(item, `${this.#at(name)}.${key.slice(0, 80)}`),
    ]);
    return Object.freeze(Object.assign(Object.create(null), Object.fromEntries(entries)));
  }

  object(name: string): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : new Fields(value, this.#at(name));
  }

  /** Empty: absent. */
  objects(name: string): readonly Fields[] {
    return (this.#list(name) ?? []).map((item, index) => new Fields(item, `${this.#at(name)}[${index}]`));
  }

  /** @throws {Failure} E_JSON that says the field must be there. */
  missing(name: string): Failure {
    return mismatch(this.#at(name), 'there');
  }

  #list(name: string): readonly Json[] | undefined {
    const value = this.value(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw mismatch(this.#at(name), 'a list');
  }

  #at(name: string): string {
    return `${this.where}: ${name}`;
  }
}

/** Go's folding for ASCII field names: letters, and the two signs outside ASCII that fold to one. */
function foldCase(key: string): string {
  return key.replaceAll('\u017f', 's').toLowerCase();
}

/** Go leaves an element of a list empty where the document says null. */
function asText(value: Json, where: string): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  throw mismatch(where, 'a text');
}

function mismatch(where: string, expected: string): Failure {
  return new Failure(
    'E_JSON',
    `${where} must be ${expected}`,
    'build or push the image again: this document does not follow the image specification',
  );
}
