/** `(( … ))` of bash, as far as only words and numbers that are known stand in it: `(( EUID == 0 ))`, `(( $# > 1 ))`. */
import type { ArithmeticExpression, ArithmeticWord } from 'unbash';
import type { ShellState } from './shell-state.ts';
import { expandValue } from './shell-words.ts';

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

/** null when only running tells, and where something is set. */
export function numberOf(state: ShellState, node: ArithmeticExpression): number | null {
  switch (node.type) {
    case 'ArithmeticWord':
      return numberOfWord(state, node);
    case 'ArithmeticGroup':
      return numberOf(state, node.expression);
    case 'ArithmeticBinary': {
      const [left, right] = [numberOf(state, node.left), numberOf(state, node.right)];
      const operation = OPERATIONS[node.operator];
      return operation === undefined || left === null || right === null
        ? null
        : Number(operation(left, right));
    }
    case 'ArithmeticUnary': {
      const operand = node.operator === '!' ? numberOf(state, node.operand) : null;
      return operand === null ? null : Number(operand === 0);
    }
    default:
      return null;
  }
}

/** Larger ones may overflow, and a 0 before others makes it octal. */
const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

function numberOfWord(state: ShellState, { value, parts, pos, end }: ArithmeticWord): number | null {
  if (NUMBER.test(value)) return Number(value);
  const text = /^[A-Za-z_]\w*$/.test(value)
    ? state.get(value)
    : expandValue(state, { type: 'Word', text: value, value, parts, pos, end });
  return text !== null && NUMBER.test(text) ? Number(text) : null;
}
