import type { Assignment, CommandExpansionPart, Statement, WordPart } from 'unbash';

/** The commands of the last `$(…)` in the assignments: a command of nothing but assignments ends as it does. */
export function lastSubstitution(assignments: readonly Assignment[]): readonly Statement[] | null {
  const found = assignments.flatMap(({ value }) =>
    value.type === 'Word' ? (value.parts ?? []).flatMap(expansionsIn) : [],
  );
  return found.at(-1)?.script?.commands ?? null;
}

function expansionsIn(part: WordPart): readonly CommandExpansionPart[] {
  if (part.type === 'CommandExpansion') return [part];
  return part.type === 'DoubleQuoted' ? part.parts.flatMap(expansionsIn) : [];
}
