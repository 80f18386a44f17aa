/**
 * The line that asks for an image's platforms: `platforms:` of a docker build step or of the reusable workflow,
 * `--platform` of a `docker buildx build`, `platforms = […]` of a bake file. Read as text, line by line: the files
 * belong to the user and anything unusual is passed over. A line counts only when it lists exactly the platforms that
 * the image has, in literal words, and when it is the only such line.
 */
import { parsePlatform, type Platform, samePlatform } from '../oci/platform.ts';
import type { Location } from './location.ts';
import { hasOpenBuild, isInBuild, keyDepth } from './open-builds.ts';
import { type Repository, repositoryPath } from './repository.ts';

export interface TextFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** The files that may ask for platforms: the running workflow, by GITHUB_WORKFLOW_REF, and bake's default file. */
export function platformFiles(repository: Repository, workflowRef: string | null): readonly TextFile[] {
  const workflow = /^[^/]+\/[^/]+\/([^@]+)@/.exec(workflowRef ?? '')?.[1] ?? null;
  const paths = [workflow === null ? null : repositoryPath(workflow), 'docker-bake.hcl'];
  return paths.flatMap((path) => {
    const text = path === null ? undefined : repository(path)?.text;
    return path === null || text === undefined ? [] : [{ path, text }];
  });
}

export function locatePlatformsLine(
  present: readonly Platform[],
  files: readonly TextFile[],
): Location | null {
  if (files.some(({ text }) => text.split('\n').length > MAX_LINES)) return null;
  const [bakes, workflows] = [files.filter(isBakeFile), files.filter((file) => !isBakeFile(file))];
  const inWorkflows = workflows.map((file) => ({ lines: file.text.split('\n'), asked: inWorkflow(file) }));
  const single = present.length < 2;
  for (const { lines, asked } of inWorkflows) {
    const named = asked.flatMap(({ location: { line, endLine } }) => range(line - 1, endLine));
    if (hasOpenBuild(lines, new Set(named), single)) return null;
  }
  const baked = bakes.filter((file) => isUsed(workflows) && !(single && countTargets(file) > 1));
  const asked = [...inWorkflows.flatMap((workflow) => workflow.asked), ...baked.flatMap(inBakeFile)];
  const [only, second] = asked.filter(({ platforms }) => sameSet(platforms, present));
  return only === undefined || second !== undefined ? null : only.location;
}

/** Longer files are passed over: they are looked through once for each build. */
const MAX_LINES = 5_000;

function isBakeFile({ path }: TextFile): boolean {
  return path.endsWith('.hcl');
}

/** Whether the workflow builds by bake, and as the file says. */
function isUsed(workflows: readonly TextFile[]): boolean {
  const lines = workflows.flatMap(({ text }) =>
    text.split('\n').filter((line) => !line.trim().startsWith('#')),
  );
  const sets = lines.some((line) => /\.platform\b/.test(line));
  return !sets && (workflows.length === 0 || lines.some((line) => /\bbake\b/.test(line)));
}

/** A target without platforms is built for the builder's. */
function countTargets({ text }: TextFile): number {
  return text.split('\n').filter((line) => /^\s*target\s/.test(line)).length;
}

function range(start: number, end: number): readonly number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

interface Asked {
  readonly platforms: readonly Platform[];
  readonly location: Location;
}

function inBakeFile(file: TextFile): readonly Asked[] {
  const lines = file.text.split('\n');
  return lines.flatMap((line, at) => {
    const list = /^\s*platforms\s*=\s*\[([^\]]*)\]/.exec(line)?.[1];
    return list === undefined ? [] : asking(file, lines, at, at, list.split(','), 'repository');
  });
}

function inWorkflow(file: TextFile): readonly Asked[] {
  const lines = file.text.split('\n');
  return lines.flatMap((line, at) => {
    const option = /\s--platform[= ]["']?([\w/,.-]+)["']?(?=\s|$)/.exec(line)?.[1];
    if (option !== undefined && isInBuild(lines, at))
      return asking(file, lines, at, at, option.split(','), 'workflow');
    const value = /^\s*platforms:\s*(.*)$/.exec(line)?.[1];
    if (value === undefined || !isBuildInput(lines, at)) return [];
    const below = value === '' || /^[|>]/.test(value) ? linesBelow(lines, at) : 0;
    const listed = below === 0 ? [value] : lines.slice(at + 1, at + 1 + below);
    const words = listed.flatMap((text) =>
      text
        .replace(/\s#.*$/, '')
        .replace(/^\s*-\s/, '')
        .split(/[,[\]]/),
    );
    return asking(file, lines, at, at + below, words, 'workflow');
  });
}

function asking(
  { path }: TextFile,
  lines: readonly string[],
  start: number,
  end: number,
  words: readonly string[],
  by: Location['by'],
): readonly Asked[] {
  const named = words.map((word) => word.trim().replace(/^["']|["']$/g, '')).filter((word) => word !== '');
  const platforms = named.flatMap((word) => platformOf(word) ?? []);
  const snippet = lines.slice(start, end + 1).join('\n');
  const location = { file: path, line: start + 1, endLine: end + 1, snippet, by };
  return platforms.length === 0 || platforms.length < named.length ? [] : [{ platforms, location }];
}

function platformOf(word: string): Platform | null {
  try {
    return parsePlatform(word);
  } catch {
    return null;
  }
}

/** Lines that belong to the key above them: deeper ones, and list items at the key's own depth. */
function linesBelow(lines: readonly string[], at: number): number {
  const depth = indentOf(lines[at] ?? '');
  let count = 0;
  for (const line of lines.slice(at + 1)) {
    const isItem = indentOf(line) === depth && /^\s*-\s/.test(line);
    if (line.trim() !== '' && indentOf(line) <= depth && !isItem) break;
    count++;
  }
  while (count > 0 && (lines[at + count] ?? '').trim() === '') count--;
  return count;
}

const BUILDS = /^["']?(?:docker\/(?:build-push-action|github-builder)\b|\.\/\.github\/workflows\/)/;

/** Whether the key stands under the `with:` of a step or job whose `uses:` names a docker build. */
function isBuildInput(lines: readonly string[], at: number): boolean {
  const depth = indentOf(lines[at] ?? '');
  const parent = lines.slice(0, at).findLastIndex((line) => line.trim() !== '' && keyDepth(line) < depth);
  if (!/^\s*(?:-\s+)?with:\s*(?:#.*)?$/.test(lines[parent] ?? '')) return false;
  const sibling = keyDepth(lines[parent] ?? '');
  const above = lines.slice(0, parent + 1).findLastIndex((line) => startsBlock(line, sibling));
  const below = lines
    .slice(parent + 1)
    .findIndex((line) => startsBlock(line, sibling) || leaves(line, sibling));
  const block = lines.slice(Math.max(above, 0), below === -1 ? undefined : parent + 1 + below);
  return block.some(
    (line) => keyDepth(line) === sibling && BUILDS.test(/^\s*(?:-\s+)?uses:\s*(.*)$/.exec(line)?.[1] ?? ''),
  );
}

/** A list item whose keys are this deep, or the shallower key above a mapping. */
function startsBlock(line: string, depth: number): boolean {
  return (/^\s*-\s/.test(line) && keyDepth(line) === depth) || leaves(line, depth);
}

function leaves(line: string, depth: number): boolean {
  return line.trim() !== '' && !line.trim().startsWith('#') && keyDepth(line) < depth;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function sameSet(one: readonly Platform[], other: readonly Platform[]): boolean {
  return within(one, other) && within(other, one);
}

function within(list: readonly Platform[], all: readonly Platform[]): boolean {
  return list.every((platform) => all.some((candidate) => samePlatform(platform, candidate)));
}
