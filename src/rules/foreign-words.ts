/** Words that the rules about files for other machines have in common. */
import type { FileGroup } from '../survey/file-group.ts';
import type { Observation } from './rule.ts';

/** `/usr/local/bin/kubectl`, or `12 files in /opt/tools`. */
export function namedFiles({ path, count }: FileGroup): string {
  return count === 1 ? path : `${count} files in ${path}`;
}

/** ` (for example /opt/tools/a and /opt/tools/b)`, or nothing for a single file. */
export function examplesOf({ count, paths }: FileGroup): string {
  const shown = paths.slice(0, 3);
  return count === 1 ? '' : ` (for example ${shown.join(', ')})`;
}

export function placeOfGroup({
  path,
  layer,
  count,
  paths,
}: FileGroup): Pick<Observation, 'path' | 'layer'> & { readonly evidence: Observation['evidence'] } {
  return { path, ...(layer === null ? {} : { layer }), evidence: { count, paths } };
}
