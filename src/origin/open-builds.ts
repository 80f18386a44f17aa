/**
 * Builds of a workflow that may have made any image: an expression for platforms, none at all, a manifest put together
 * of parts. One of them is enough to make every other line of the file a guess.
 */

/** Lines of one command, `\` at their ends taken together. */
export interface Command {
  readonly text: string;
  /** 0-based. */
  readonly start: number;
}

/** `named` are 0-based numbers of the lines whose platforms are known; `single` is true for an image of one platform. */
export function hasOpenBuild(lines: readonly string[], named: ReadonlySet<number>, single: boolean): boolean {
  return lines.some((line, at) => {
    if (isComment(line)) return false;
    if (JOINS.test(line)) return true;
    const uses = /^\s*(?:-\s+)?uses:\s*["']?([^\s"'#]+)/.exec(line)?.[1];
    if (uses !== undefined)
      return BUILDERS.test(uses) && isOpen(blockAround(lines, at), lines, named, single);
    if (!BUILD_COMMAND.test(line) || isName(line)) return false;
    const end = commandEnd(lines, at);
    return isOpen({ start: commandOf(lines, at).start, end }, lines, named, single);
  });
}

/** Whether a line is one of a `docker buildx build` command. */
export function isInBuild(lines: readonly string[], at: number): boolean {
  return !isComment(lines[at] ?? '') && /\bbuildx\b/.test(commandOf(lines, at).text);
}

const JOINS = /\bpush-by-digest\b|\bimagetools\s+create\b|\bmanifest\s+(?:create|push)\b/;
const BUILDERS =
  /(?:^|\/)(?:build-push-action|buildah-build|github-builder\/|kaniko)|\/\.github\/workflows\/[^@]*(?:build|image|docker|container|publish|release|push)/i;
const BUILD_COMMAND = /\b(?:docker|podman|nerdctl|buildah|buildx|depot)\b.*\b(?:build|bud)\b/;

function isOpen(
  { start, end }: { readonly start: number; readonly end: number },
  lines: readonly string[],
  named: ReadonlySet<number>,
  single: boolean,
): boolean {
  const numbers = Array.from({ length: end - start }, (_, index) => start + index);
  if (numbers.some((at) => named.has(at))) return false;
  const asks = numbers.some((at) => /^\s*platforms?:|--platform\b/.test(lines[at] ?? ''));
  const elsewhere = numbers.some((at) =>
    /\buses:\s*["']?(?:\S+\/)?\.github\/workflows\//.test(lines[at] ?? ''),
  );
  return asks || elsewhere || single;
}

/** The step or job whose key stands at a line. */
function blockAround(lines: readonly string[], at: number): { readonly start: number; readonly end: number } {
  const depth = keyDepth(lines[at] ?? '');
  const begins = (line: string): boolean => /^\s*-\s/.test(line) && keyDepth(line) === depth;
  const leaves = (line: string): boolean => line.trim() !== '' && !isComment(line) && keyDepth(line) < depth;
  let start = at;
  while (start > 0 && !begins(lines[start] ?? '') && !leaves(lines[start - 1] ?? '')) start--;
  let end = at + 1;
  while (end < lines.length && !begins(lines[end] ?? '') && !leaves(lines[end] ?? '')) end++;
  return { start, end };
}

function commandOf(lines: readonly string[], at: number): Command {
  let start = at;
  while (start > 0 && (lines[start - 1] ?? '').trimEnd().endsWith('\\')) start--;
  return { text: lines.slice(start, at + 1).join('\n'), start };
}

function commandEnd(lines: readonly string[], at: number): number {
  let end = at;
  while ((lines[end] ?? '').trimEnd().endsWith('\\')) end++;
  return Math.min(end + 1, lines.length);
}

function isName(line: string): boolean {
  return /^\s*(?:-\s+)?name:/.test(line);
}

export function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** Column of the first key: in `- uses: x` behind the dash. */
export function keyDepth(line: string): number {
  return /^\s*(?:-\s+)?/.exec(line)?.[0].length ?? 0;
}
