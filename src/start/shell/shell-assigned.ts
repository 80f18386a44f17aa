import type { SyntaxNode } from 'unbash';

/** The variable that `${NAME:=word}`, `$((NAME += 1))` or `((NAME++))` sets; null for everything else. */
export function assignedBy(node: SyntaxNode): string | null {
  if (node.type === 'ParameterExpansion') {
    const { operation, parameter } = node;
    return operation?.type === 'Default' && operation.operator.endsWith('=') ? parameter : null;
  }
  if (node.type === 'ArithmeticBinary' && node.left.type === 'ArithmeticWord')
    return /^(?:[-+*/%&|^]|<<|>>)?=$/.test(node.operator) ? node.left.value : null;
  if (node.type === 'ArithmeticUnary' && node.operand.type === 'ArithmeticWord')
    return /^(?:\+\+|--)$/.test(node.operator) ? node.operand.value : null;
  return null;
}
