/** Where a fault is between two files: the line that brought the one that the finding is not about. */
import type { Origin } from '../origin/locate.ts';
import type { Suspect } from '../origin/suspect.ts';
import type { RelatedLocation } from '../origin/location.ts';
import type { Located } from '../rootfs/entry.ts';
import type { Finding } from '../verdict/finding.ts';

/** Rule -> the field of its evidence that names the other file, and what that file has to do with it. */
const OTHERS: ReadonlyMap<string, readonly [field: string, role: string]> = new Map([
  ['loader-mismatch', ['by', 'which needs it']],
  ['library-mismatch', ['by', 'which needs it']],
  ['symbol-version-not-found', ['lacking', 'which does not define it']],
]);

/** null when the rule names no other file, or when nobody can tell where it came from. */
export function secondPlace(
  { rule, evidence }: Finding,
  versionsOf: (path: string) => readonly Located[],
  ask: (suspect: Suspect) => Origin,
): RelatedLocation | null {
  const [field, role] = OTHERS.get(rule) ?? [];
  const path = field === undefined ? undefined : evidence[field];
  if (typeof path !== 'string') return null;
  const versions = versionsOf(path);
  const [visible] = versions;
  if (visible === undefined) return null;
  const { layer, entry } = visible;
  const { location, related } = ask({ rule: 'none', path, layer, entry, versions });
  const place = location ?? related[0];
  if (place === undefined) return null;
  const brings = /^\s*FROM\s/i.test(place.snippet) ? 'this base image brings' : 'this line brings';
  return { ...place, label: `${brings} ${path}, ${role}`, proven: location !== null };
}
