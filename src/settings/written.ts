/** A value as somebody wrote it, and where: every complaint about it names the place. */
import { Failure } from '../base/failure.ts';

export interface Written {
  readonly text: string;
  /** `input platforms`, `--platforms`, `EXEC_FORMAT_GUARD_PLATFORMS`, `.github/exec-format-guard.yml:3 platforms`. */
  readonly where: string;
  readonly code: 'E_USAGE' | 'E_CONFIG';
}

/** One place that settings are read from; null when it does not set the value. */
export type SettingSource = (name: string) => Written | null;

export function complaint({ where, code }: Written, problem: string, hint: string): Failure {
  return new Failure(code, `${where}: ${problem}`, hint);
}

/** What `text` was probably meant to be: the closest of the names, when it is close. */
export function closest(text: string, names: readonly string[]): string | null {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 3))
    ? best.name
    : null;
}

/** `did you mean "platforms"?`, or the list of what there is. */
export function suggestion(text: string, names: readonly string[], prefix = ''): string {
  const name = closest(text, names);
  if (name !== null) return `did you mean "${prefix}${name}"?`;
  return `known are ${names.map((known) => prefix + known).join(', ')}`;
}

/** Levenshtein's; long texts are cut, because no name is long. */
function editDistance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [i, a] of one.slice(0, 60).split('').entries()) {
    const next = [i + 1];
    for (const [j, b] of other.split('').entries()) {
      const substitution = (row[j] ?? 0) + (a === b ? 0 : 1);
      next.push(Math.min(substitution, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
