/** What sets variables and exports them: `NAME=value`, `export`, `declare`, `local`, `readonly`, `typeset`. */
import type { Assignment, Command, Word } from 'unbash';
import { assignedName, type Beginning, beginningOf, beginningOfVariable } from './shell-beginning.ts';
import type { Builtin } from './shell-builtin.ts';
import { isBash } from './shell-dialect.ts';
import type { Flow } from './shell-stakes.ts';
import { fieldsIn, joinedWords, NO_WORDS, UNKNOWN_WORDS, type Words } from './shell-fields.ts';
import { forgetExported } from './shell-forget.ts';
import type { ShellState } from './shell-state.ts';
import { statusOf } from './startable.ts';
import { expandWords } from './shell-words.ts';

/** `from`: what the words of the value are expanded in. */
export function assign(
  state: ShellState,
  { name, value, append, index }: Assignment,
  from: ShellState = state,
): void {
  if (value.type === 'ArrayValue' && index === undefined && state.dialect.startsWith('bash')) {
    const before =
      append === true ? (state.listOf(name, 'array') ?? unknownUnlessNew(state, name)) : NO_WORDS;
    const added = expandWords(from, value.elements);
    // `[KEY]=word` is an element of its own place.
    const isPlain = value.elements.every(({ text }) => !text.startsWith('['));
    return state.setList(name, { kind: 'array', ...(isPlain ? joinedWords(before, added) : UNKNOWN_WORDS) });
  }
  if (value.type !== 'Word' || index !== undefined) return state.set(name, null);
  if (state.failed !== null && append !== true && /^"?\$(?:\?|\{\?\})"?$/.test(value.text)) {
    // Whether anything comes of it is for those to say who ask the variable.
    state.set(name, statusOf(state.failed));
    state.kept.set(name, state.failed);
    return;
  }
  const before = append === true ? valueBefore(state, name) : NO_TEXT;
  const { text, tail } = before.tail === 'end' ? joined(before.text, beginningOf(from, value)) : before;
  if (tail === 'end') state.set(name, text);
  else state.setList(name, fieldsIn(text, tail));
}

const NO_TEXT: Beginning = { text: '', tail: 'end' };

function joined(before: string, { text, tail }: Beginning): Beginning {
  return { text: before + text, tail };
}

/** What `NAME+=word` adds to. */
function valueBefore(state: ShellState, name: string): Beginning {
  if (!state.variables.has(name)) return { text: '', tail: 'more' };
  const value = state.get(name);
  return value === null ? beginningOfVariable(state, name) : { text: value, tail: 'end' };
}

/** `NAME+=( … )` of a variable makes it the first element. */
function unknownUnlessNew(state: ShellState, name: string): Words {
  return state.variables.has(name) ? UNKNOWN_WORDS : NO_WORDS;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)(\+?)=([^]*)$/;
const NAME = /^[A-Za-z_]\w*(?==|$)/;

/** `export NAME=value`, `export NAME`, `export "$NAME=value"`, `declare -x NAME`. */
export function declare(state: ShellState, { name, args, node }: Builtin): Flow {
  const options = args.filter((word) => /^[-+]./.test(word)).join('');
  // "Illegal option", and the end: dash has but one.
  if (state.dialect === 'dash' && /^(?:export|readonly)$/.test(name) && /[^-p]/.test(options))
    state.doubt(`what this shell makes of ${name} ${options}`);
  // Functions have names of their own.
  if (/^[^x]*[fF]/.test(options)) return 'on';
  // All words are expanded before anything is set.
  const before = node.args.length > 1 ? state.fork() : state;
  if (name === 'local')
    state.keepForCaller(
      node.args.map((part) => (part.type === 'Assignment' ? part.name : part.value)),
      'local',
    );
  const isOwn = (name === 'declare' || name === 'typeset') && state.callers > 0 && !/^-\w*g/.test(options);
  if (isOwn && isBash(state.dialect)) keepExpanded(state, node);
  if (name !== 'export' && name !== 'readonly' && isBash(state.dialect) && /^-\w*n/.test(options))
    state.doubt('what its references stand for');
  const isExport = name === 'export' || /-\w*x/.test(options);
  const declared: string[] = [];
  for (const part of node.args) {
    if (part.type === 'Assignment') {
      assign(state, part, before);
      declared.push(part.name);
    } else declared.push(...declaredBy(state, part, isExport, before));
  }
  const isNewArray = args[0] === '-a' && state.dialect === 'bash' && name !== 'export';
  for (const variable of isNewArray ? args.slice(1) : [])
    if (!state.variables.has(variable)) state.setList(variable, { kind: 'array', ...NO_WORDS });
  // Attributes change what is assigned: upper case, numbers, references.
  if (/[-+]\w*[Ailuc]|^-\w*n/.test(options) && name !== 'export')
    for (const variable of declared) state.set(variable, null);
  if (name === 'export' ? options.includes('n') : options.includes('+x')) {
    for (const variable of declared) {
      state.exported.delete(variable);
      state.perhapsExported.delete(variable);
    }
  } else if (isExport) for (const variable of declared) state.exported.add(variable);
  return 'on';
}

/** In functions they are local (bash(1), `declare`). */
function keepExpanded(state: ShellState, { args }: Command): void {
  const names = args.flatMap((part) =>
    part.type === 'Assignment' ? [part.name] : expandWords(state.fork(), [part]).words,
  );
  state.keepForCaller(
    names.flatMap((each) => /^[A-Za-z_]\w*/.exec(each)?.[0] ?? []),
    'declare',
  );
}

/** The names in a word that only its expansion makes an assignment. */
function declaredBy(state: ShellState, word: Word, isExport: boolean, from: ShellState): readonly string[] {
  const { words, tail } = expandWords(from, [word]);
  for (const each of words) {
    const [, variable = '', append = '', value = ''] = ASSIGNMENT.exec(each) ?? [];
    if (variable !== '') state.set(variable, append === '' ? value : null);
  }
  const names = words.flatMap((each) => NAME.exec(each)?.[0] ?? []);
  if (tail === 'end') return names;
  const assigned = assignedName(from, word);
  if (assigned !== null) {
    state.set(assigned, null);
    return [...names, assigned];
  }
  if (isExport) {
    forgetExported(state);
    state.doubt('which variables it exports');
  }
  return names;
}
