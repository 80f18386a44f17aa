import { HOLE } from '../dockerfile/expand-word.ts';
import { trimEndOf } from '../dockerfile/blank.ts';
import { hasFlag, type Heredoc } from '../dockerfile/instruction.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';

/** What a COPY or ADD may have copied to a path. */
export interface CopySource {
  /** As the instruction names it, with variables worked out: `bin/app-amd64`; may hold a HOLE. */
  readonly path: string;
  /** True when the instruction names this very file; false when it may be one of a directory. */
  readonly named: boolean;
}

/** Nothing when the instruction does not write the path, or when its destination is not known. */
export function sourcesFor(resolved: ResolvedInstruction, path: string): readonly CopySource[] {
  const rest = belowDestination(resolved, path);
  const sources = (resolved.words ?? []).slice(0, -1).filter((word) => !/^\d*<</.test(word));
  if (rest === null) return [];
  if (rest === '') return sources.map((source) => ({ path: source, named: true }));
  const parents = hasFlag(resolved.instruction, 'parents');
  return sources.map((source) => (parents ? withParents(source, rest) : sourceBelow(source, rest)));
}

/** The here-document that a COPY or ADD writes to the path. */
export function heredocFor(resolved: ResolvedInstruction, path: string): Heredoc | null {
  const rest = belowDestination(resolved, path);
  const { heredocs } = resolved.instruction;
  if (rest === '') return heredocs[0] ?? null;
  return heredocs.find(({ name }) => name === rest) ?? null;
}

/** The path as seen from the destination: empty when it is the destination itself; null when it is elsewhere. */
function belowDestination(
  { instruction, words, workingDir }: ResolvedInstruction,
  path: string,
): string | null {
  const target = words?.at(-1);
  if (target === undefined || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD')) return null;
  const destination = absolutePath(workingDir, target);
  if (destination.includes(HOLE)) return null;
  const isDirectory = /(?:^|\/)\.?$/.test(target) || (words?.length ?? 0) > 2;
  if (path === destination) return isDirectory ? null : '';
  const prefix = destination === '/' ? '/' : `${destination}/`;
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}

/** A file keeps its name below the destination, a directory's content its path inside the directory. */
function sourceBelow(source: string, rest: string): CopySource {
  const bare = trimEndOf(source, '/');
  const slash = bare.lastIndexOf('/');
  const [above, name] = [bare.slice(0, slash + 1), bare.slice(slash + 1)];
  if (name === rest) return { path: bare, named: true };
  if (/[*?[]/.test(name)) return { path: above + rest, named: false };
  return { path: bare === '' || bare === '.' ? rest : `${bare}/${rest}`, named: false };
}

/** `--parents` keeps the whole path, or what follows `/./`. */
function withParents(source: string, rest: string): CopySource {
  const pivot = source.indexOf('/./');
  const path = pivot === -1 ? rest : `${source.slice(0, pivot)}/${rest}`;
  return { path, named: path === source.replace('/./', '/') };
}
