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
    .map((name) => ({ name, distance: editDistance(text.toLowerCase(), name.toLowerCase()) }))
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

/** How many letters to insert, delete, replace, or swap with their neighbour; long texts are cut, because no name is long. */
function editDistance(one: string, other: string): number {
  const [a, b] = [one.slice(0, 60), other.slice(0, 60)];
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
