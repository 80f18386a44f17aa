/** `(( … ))` of bash, as far as only words and numbers that are known stand in it: `(( EUID == 0 ))`, `(( $# > 1 ))`. */
import type { ArithmeticExpression, ArithmeticWord } from 'unbash';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';
import { SOME_FAILURE } from './startable.ts';

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number | boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '&&': (left, right) => left !== 0 && right !== 0,
  '||': (left, right) => left !== 0 || right !== 0,
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
};

/** null when only running tells, and where something is set. `failure`: for SOME_FAILURE. */
export function numberOf(state: ShellState, node: ArithmeticExpression, failure: string): number | null {
  switch (node.type) {
    case 'ArithmeticWord':
      return numberOfWord(state, node, failure);
    case 'ArithmeticGroup':
      return numberOf(state, node.expression, failure);
    case 'ArithmeticBinary': {
      const [left, right] = [node.left, node.right].map((each) => numberOf(state, each, failure));
      const operation = OPERATIONS[node.operator];
      return operation === undefined || typeof left !== 'number' || typeof right !== 'number'
        ? null
        : Number(operation(left, right));
    }
    case 'ArithmeticUnary': {
      const operand = node.operator === '!' ? numberOf(state, node.operand, failure) : null;
      return operand === null ? null : Number(operand === 0);
    }
    default:
      return null;
  }
}

/** Larger ones may overflow, and a 0 before others makes it octal. */
const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

function numberOfWord(
  state: ShellState,
  { value, parts, pos, end }: ArithmeticWord,
  failure: string,
): number | null {
  if (NUMBER.test(value)) return Number(value);
  const isName = /^[A-Za-z_]\w*$/.test(value);
  const part = { type: 'SimpleExpansion', text: `$${value}`, pos, end } as const;
  const text = expandValue(state, {
    type: 'Word',
    text: value,
    value,
    parts: isName ? [part] : parts,
    pos,
    end,
  });
  const number = text === SOME_FAILURE ? failure : text;
  if (isName && number === '') return 0;
  return number !== null && NUMBER.test(number) ? Number(number) : null;
}
