import type { Assignment, CommandExpansionPart, WordPart } from 'unbash';

/** The last `$(…)` in the assignments: a command of nothing but assignments ends as it does. */
export function lastSubstitution(assignments: readonly Assignment[]): CommandExpansionPart | null {
  const found = assignments.flatMap(({ value }) =>
    value.type === 'Word' ? (value.parts ?? []).flatMap(expansionsIn) : [],
  );
  return found.at(-1) ?? null;
}

function expansionsIn(part: WordPart): readonly CommandExpansionPart[] {
  if (part.type === 'CommandExpansion') return [part];
  return part.type === 'DoubleQuoted' ? part.parts.flatMap(expansionsIn) : [];
}
