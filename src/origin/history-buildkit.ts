/**
 * What BuildKit writes into the history (frontend/dockerfile/dockerfile2llb, commitToHistory). Instructions that make
 * no layer are compared by keyword and names only: their values never move a line.
 */
import { fitsPattern, HOLE } from '../dockerfile/expand-word.ts';
import type { Instruction } from '../dockerfile/instruction.ts';
import { pairsOf } from '../dockerfile/pairs.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import { fitsCommand, oneLine } from './command-line.ts';

/** `text` with blanks as one. */
export function fitsBuildkit(resolved: ResolvedInstruction, text: string): boolean {
  const { instruction, words, workingDir } = resolved;
  const { keyword } = instruction;
  const rest = text.slice(keyword.length + 1);
  if (text.split(' ', 1)[0] !== keyword) return false;
  if (keyword === 'WORKDIR') return fitsPattern(absolutePath(workingDir, words?.[0] ?? HOLE), rest);
  if (keyword === 'ARG' || keyword === 'ENV') return fitsPattern(namesPattern(instruction), rest);
  if (keyword !== 'COPY' && keyword !== 'ADD' && keyword !== 'RUN') return true;
  if (!rest.endsWith(MARK)) return false;
  const body = rest.slice(0, -MARK.length);
  return keyword === 'RUN' ? fitsRun(resolved, body) : fitsCopy(resolved, body);
}

const MARK = ' # buildkit';

/** Sources, here-documents and destination, as in `COPY --chown=1 a b <<EOF /dest`. */
function fitsCopy({ instruction, words }: ResolvedInstruction, body: string): boolean {
  if (words === null) return false;
  const sources = words.slice(0, -1).filter((word) => !/^\d*<</.test(word));
  const documents = instruction.heredocs.map(({ name }) => `<<${name}`);
  const pattern = oneLine([...sources, ...documents, words.at(-1) ?? ''].join(' '));
  return fitsPattern(pattern, body.replace(/^(?:--\S+ )+/, ''));
}

/** `|2 A=1 B= /bin/sh -c make`: every ARG so far, with its value. */
function fitsRun(resolved: ResolvedInstruction, body: string): boolean {
  const { args, instruction } = resolved;
  const declared = `|${args.length} ${args.map((name) => `${name}=${HOLE} `).join('')}`;
  return fitsCommand(resolved, body, args.length === 0 ? '' : declared, commandOf(instruction));
}

/** A RUN whose whole text is one here-document runs the document; any other keeps it behind the command. */
function commandOf({ text, heredocs }: Instruction): string {
  const [first] = heredocs;
  if (first === undefined) return text;
  if (heredocs.length > 1 || !/^\d*<<-?\s*\S+$/.test(text)) {
    return [text, ...heredocs.map(({ content, name }) => content + name)].join('\n');
  }
  // Whether it is a script of its own is asked before tabs are taken off.
  if (first.content.startsWith('#!')) return `/dev/pipes/${first.name}`;
  return first.chomp ? first.content.replace(/^\t+/gm, '') : first.content;
}

function namesPattern(instruction: Instruction): string {
  const names = pairsOf(instruction, '\\').map(({ name }) => name);
  return names.map((name) => (instruction.keyword === 'ENV' ? `${name}=${HOLE}` : name + HOLE)).join(' ');
}
