/**
 * Whether a line of an image's history can be what a builder wrote for one instruction: BuildKit (dockerfile2llb,
 * commitToHistory), docker's classic builder (daemon/builder/dockerfile), buildah (imagebuildah, getCreatedBy).
 * Instructions that make no layer are compared by keyword and names only: their values never move a line.
 */
import { fitsPattern, HOLE } from '../dockerfile/expand-word.ts';
import { type Instruction, wordsOf } from '../dockerfile/instruction.ts';
import { pairsOf } from '../dockerfile/pairs.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { HistoryEntry } from '../oci/image-config.ts';

const MAKES_LAYER: ReadonlySet<string> = new Set(['COPY', 'ADD', 'RUN']);

/** Shells that base images are known to set; a stage's own SHELL comes before them. */
const INHERITED_SHELLS: readonly (readonly string[])[] = [
  ['/bin/sh', '-c'],
  ['/bin/bash', '-c'],
  ['/bin/bash', '-o', 'pipefail', '-c'],
  ['/bin/bash', '-eo', 'pipefail', '-c'],
  ['/bin/bash', '-euo', 'pipefail', '-c'],
  ['/bin/ash', '-eo', 'pipefail', '-c'],
];

export function isBuildkitEntry({ comment }: HistoryEntry): boolean {
  return comment.startsWith('buildkit.dockerfile');
}

/** BuildKit keeps ONBUILD for the next build only. */
export function leavesEntry({ keyword }: Instruction, entry: HistoryEntry): boolean {
  return keyword !== 'ONBUILD' || !isBuildkitEntry(entry);
}

export function fitsEntry(resolved: ResolvedInstruction, entry: HistoryEntry): boolean {
  if (MAKES_LAYER.has(resolved.instruction.keyword) && entry.emptyLayer) return false;
  const text = oneLine(entry.createdBy);
  return isBuildkitEntry(entry) ? fitsBuildkit(resolved, text) : fitsClassic(resolved, text);
}

/** Blanks as one: builders keep the indentation of continued lines. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function fitsBuildkit(resolved: ResolvedInstruction, text: string): boolean {
  const { instruction, words, workingDir } = resolved;
  const { keyword } = instruction;
  const [said = ''] = text.split(' ', 1);
  if (said !== keyword) return false;
  const rest = text.slice(keyword.length + 1);
  if (keyword === 'WORKDIR') return fitsPattern(absolutePath(workingDir, words?.[0] ?? HOLE), rest);
  if (keyword === 'ARG' || keyword === 'ENV') return fitsPattern(namesPattern(instruction), rest);
  if (!MAKES_LAYER.has(keyword)) return true;
  if (!rest.endsWith(' # buildkit')) return false;
  const body = rest.slice(0, -' # buildkit'.length);
  if (keyword === 'RUN') return fitsRun(resolved, body, buildkitCommand(instruction));
  return words !== null && fitsPattern(copyPattern(instruction, words), body.replace(/^(?:--\S+ )+/, ''));
}

/** Sources, here-documents and destination, as in `COPY a b <<EOF /dest`. */
function copyPattern({ heredocs }: Instruction, words: readonly string[]): string {
  const sources = words.slice(0, -1).filter((word) => !/^\d*<</.test(word));
  return oneLine([...sources, ...heredocs.map(({ name }) => `<<${name}`), words.at(-1) ?? ''].join(' '));
}

function namesPattern({ keyword, ...instruction }: Instruction): string {
  const names = pairsOf({ keyword, ...instruction }, '\\').map(({ name }) => name);
  return names.map((name) => (keyword === 'ENV' ? `${name}=${HOLE}` : `${name}${HOLE}`)).join(' ');
}

function fitsRun({ instruction, args, shell }: ResolvedInstruction, body: string, command: string): boolean {
  const declared =
    args.length === 0 ? '' : `|${args.length} ${args.map((name) => `${name}=${HOLE} `).join('')}`;
  if (instruction.exec !== null) return fitsPattern(declared + oneLine(instruction.exec.join(' ')), body);
  const shells = shell === null ? INHERITED_SHELLS : [shell];
  return shells.some((words) => fitsPattern(`${declared}${words.join(' ')} ${oneLine(command)}`, body));
}

/** A RUN whose whole text is one here-document runs the document; any other keeps it behind the command. */
function buildkitCommand({ text, heredocs }: Instruction): string {
  const [first] = heredocs;
  if (first === undefined) return text;
  if (heredocs.length > 1 || !/^\d*<<-?\s*\S+$/.test(text)) {
    return [text, ...heredocs.map(({ content, name }) => content + name)].join('\n');
  }
  const content = first.chomp ? first.content.replace(/^\t+/gm, '') : first.content;
  return content.startsWith('#!') ? `/dev/pipes/${first.name}` : content;
}

function fitsClassic(resolved: ResolvedInstruction, text: string): boolean {
  const { instruction, words, workingDir } = resolved;
  const { keyword } = instruction;
  const nop = text.indexOf('#(nop) ');
  if (keyword === 'RUN') return nop === -1 && fitsClassicRun(resolved, text);
  const said = nop === -1 ? '' : text.slice(nop + '#(nop) '.length);
  if (said.split(' ', 1)[0]?.toUpperCase() !== keyword) return false;
  if (keyword === 'WORKDIR') return fitsDirectory(resolved, said.slice('WORKDIR '.length));
  if (!MAKES_LAYER.has(keyword)) return true;
  const destination = /^\S+ (?:--\S+ )*(?:file|dir|multi):[0-9a-f]+ in (.*?)(?: \|.*)?$/.exec(said)?.[1];
  if (destination === undefined || words === null) return false;
  const written = wordsOf(instruction).at(-1) ?? '';
  const meant = words.at(-1) ?? '';
  return [written, meant, absolutePath(workingDir, meant)].some((pattern) =>
    fitsPattern(pattern, destination),
  );
}

/** docker's classic builder writes the whole path, buildah what stands in the file. */
function fitsDirectory({ instruction, words, workingDir }: ResolvedInstruction, directory: string): boolean {
  const [path = HOLE] = words ?? [];
  return oneLine(instruction.text) === directory || fitsPattern(absolutePath(workingDir, path), directory);
}

/** buildah writes flags and here-documents behind the shell, docker's classic builder knows neither. */
function fitsClassicRun(resolved: ResolvedInstruction, text: string): boolean {
  const { instruction } = resolved;
  const behindKeyword = instruction.original.slice('RUN '.length);
  const documents = instruction.heredocs.map(({ content }) => content.trim());
  const asBuildah = { ...resolved, instruction: { ...instruction, exec: null }, shell: ['/bin/sh', '-c'] };
  return (
    fitsRun(resolved, text, instruction.text) ||
    fitsRun(asBuildah, text, [behindKeyword, ...documents].join('\n'))
  );
}
