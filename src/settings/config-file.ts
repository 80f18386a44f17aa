/**
 * The config file: YAML with the names of the settings as keys, where an ignore entry may carry a reason and an end
 * date. Nothing in it is executed, unknown keys are refused, and every complaint names the line.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { Failure } from '../base/failure.ts';
import type { IgnoreEntry } from '../verdict/policy.ts';
import { checkIgnore, type IgnoreContext, parseIgnoreText } from './ignore-entry.ts';
import { settingNames } from './table.ts';
import { complaint, type SettingSource, suggestion, type Written } from './written.ts';

export interface ConfigFile {
  readonly source: SettingSource;
  readonly ignore: readonly IgnoreEntry[];
}

/** A file of people is a few KiB. */
const SIZE_LIMIT = 256 * 1024;

/** @throws {Failure} E_CONFIG */
export function parseConfigFile(text: string, file: string, context: IgnoreContext): ConfigFile {
  if (text.length > SIZE_LIMIT) {
    throw new Failure(
      'E_CONFIG',
      `${file}: larger than 256 KiB`,
      'a config file holds a few settings and ignore entries',
    );
  }
  return new ConfigReader(text, file, context).read();
}

class ConfigReader {
  readonly #lines = new LineCounter();
  readonly #file: string;
  readonly #context: IgnoreContext;
  readonly #text: string;

  constructor(text: string, file: string, context: IgnoreContext) {
    this.#text = text;
    this.#file = file;
    this.#context = context;
  }

  read(): ConfigFile {
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined) {
      const at = this.#written('', error.pos[0]);
      throw complaint(at, `this is not YAML: ${error.message}`, 'correct the line');
    }
    const root = document.contents;
    if (root === null || (isScalar(root) && root.value === null)) return { source: () => null, ignore: [] };
    if (!isMap(root))
      throw this.#complain(root, 'the file is not a mapping', 'write lines like `fail-on: warning`');
    const values = new Map<string, Written>();
    const ignore: IgnoreEntry[] = [];
    for (const [name, value] of this.#entriesOf(root, settingNames('config'))) {
      if (name === 'ignore') ignore.push(...this.#ignoreEntries(value));
      else values.set(name, this.#setting(name, value));
    }
    return { source: (name) => values.get(name) ?? null, ignore };
  }

  /** Keys with their values; unknown keys are refused. */
  *#entriesOf(map: YAMLMap, known: readonly string[]): Generator<readonly [string, Node]> {
    for (const pair of map.items) {
      const key = keyOf(pair);
      const node = isNode(pair.key) ? pair.key : map;
      if (!known.includes(key)) {
        throw this.#complain(node, `unknown key "${key.slice(0, 100)}"`, suggestion(key, known));
      }
      if (isNode(pair.value)) yield [key, pair.value];
      else throw this.#complain(node, `"${key}" has no value`, 'give it a value or remove it');
    }
  }

  #setting(name: string, node: Node): Written {
    const items = isSeq(node) ? node.items : [node];
    const texts = items.map((item) => this.#scalar(item, node, name));
    return { ...this.#writtenAt(node, ` ${name}`), text: texts.map(quoteComma).join('\n') };
  }

  #ignoreEntries(node: Node): readonly IgnoreEntry[] {
    if (!isSeq(node)) throw this.#complain(node, 'ignore is not a list', 'begin each entry with a dash');
    return node.items.map((item) => {
      if (isMap(item)) return this.#ignoreMap(item);
      const text = this.#scalar(item, node, 'ignore');
      return parseIgnoreText({ ...this.#writtenAt(isNode(item) ? item : node), text }, this.#context);
    });
  }

  #ignoreMap(map: YAMLMap): IgnoreEntry {
    const written = this.#writtenAt(map);
    const keys = ['rule', 'platform', 'path', 'reason', 'until'];
    const parts = new Map<string, string>();
    for (const [key, node] of this.#entriesOf(map, keys)) parts.set(key, this.#scalar(node, map, key));
    const rule = parts.get('rule');
    if (rule === undefined) throw complaint(written, 'an ignore entry without a rule', 'add `rule: <id>`');
    return checkIgnore(
      {
        rule,
        platform: parts.get('platform') ?? null,
        path: parts.get('path') ?? null,
        reason: parts.get('reason') ?? null,
        until: parts.get('until') ?? null,
      },
      written,
      this.#context,
    );
  }

  #scalar(item: unknown, around: Node, name: string): string {
    const value = isScalar(item) ? item.value : undefined;
    if (typeof value === 'string') return value;
    if (isScalar(item) && (typeof value === 'boolean' || typeof value === 'number'))
      return item.source ?? String(value);
    throw this.#complain(
      isNode(item) ? item : around,
      `"${name}" is not a text, number or boolean`,
      'write a plain value or a list of them',
    );
  }

  #complain(node: Node, problem: string, hint: string): Failure {
    return complaint(this.#writtenAt(node), problem, hint);
  }

  #writtenAt(node: Node, name = ''): Written {
    return this.#written(name, node.range?.[0] ?? 0);
  }

  #written(name: string, offset: number): Written {
    return { text: '', where: `${this.#file}:${this.#lines.linePos(offset).line}${name}`, code: 'E_CONFIG' };
  }
}

function keyOf({ key }: Pair): string {
  const value = isScalar(key) ? key.value : key;
  return typeof value === 'string' ? value : String(value);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isSeq(value) || isMap(value);
}

function quoteComma(text: string): string {
  return /[,"\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
