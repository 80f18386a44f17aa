import { HOLE } from '../dockerfile/expand-word.ts';
import { trimEndOf } from '../dockerfile/blank.ts';
import { hasFlag } from '../dockerfile/instruction.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';

/** What a COPY or ADD may have copied to a path. */
export interface CopySource {
  /** As the instruction names it, with variables worked out: `bin/app-amd64`; may hold a HOLE. */
  readonly path: string;
  /** True when the instruction names this very file; false when it may be one of a directory. */
  readonly named: boolean;
}

/** Nothing when the instruction does not write the path, or when its destination is not known. */
export function sourcesFor(
  { instruction, words, workingDir }: ResolvedInstruction,
  path: string,
): CopySource[] {
  const target = words?.at(-1);
  const sources = (words ?? []).slice(0, -1).filter((word) => !/^\d*<</.test(word));
  if (target === undefined || (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD')) return [];
  const directory = absolutePath(workingDir, target);
  if (directory.includes(HOLE)) return [];
  const mustBeDirectory = /(?:^|\/)\.?$/.test(target) || sources.length + instruction.heredocs.length > 1;
  if (path === directory)
    return mustBeDirectory ? [] : sources.map((source) => ({ path: source, named: true }));
  const prefix = directory === '/' ? '/' : `${directory}/`;
  if (!path.startsWith(prefix)) return [];
  const rest = path.slice(prefix.length);
  return sources.map((source) =>
    hasFlag(instruction, 'parents') ? withParents(source, rest) : sourceBelow(source, rest),
  );
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
