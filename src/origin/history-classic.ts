/**
 * What docker's classic builder (daemon/builder/dockerfile) and buildah (imagebuildah, getCreatedBy) write into the
 * history: `/bin/sh -c #(nop) KEYWORD …`, sources of a copy as a hash, commands as they are run. Both keep ARGs and
 * empty layers in their own ways, so neither is held against the file.
 */
import { fitsPattern, HOLE } from '../dockerfile/expand-word.ts';
import { wordsOf } from '../dockerfile/instruction.ts';
import { absolutePath, type ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import { fitsCommand, oneLine } from './command-line.ts';

/** `text` with blanks as one. */
export function fitsClassic(resolved: ResolvedInstruction, text: string): boolean {
  const { keyword } = resolved.instruction;
  const at = text.indexOf(NOP);
  if (keyword === 'RUN') return at === -1 && fitsRun(resolved, text);
  const said = at === -1 ? '' : text.slice(at + NOP.length);
  if (said.split(' ', 1)[0]?.toUpperCase() !== keyword) return false;
  if (keyword === 'WORKDIR') return fitsPath(resolved, said.slice('WORKDIR '.length));
  return (keyword !== 'COPY' && keyword !== 'ADD') || fitsCopy(resolved, said);
}

const NOP = '#(nop) ';

/** `COPY --chown=1 file:3a7f… in /dest`; buildah may add `|unsetLabel=…`. */
function fitsCopy(resolved: ResolvedInstruction, said: string): boolean {
  const copied = /^\S+ (?:--\S+ )*(?:file|dir|multi):[0-9a-f]+ in (.*?)(?: \|.*)?$/.exec(said)?.[1];
  return copied !== undefined && resolved.words !== null && fitsPath(resolved, copied);
}

/** The last word as it stands in the file, with variables worked out, or as the whole path. */
function fitsPath({ instruction, words, workingDir }: ResolvedInstruction, path: string): boolean {
  const written = instruction.keyword === 'WORKDIR' ? instruction.text : wordsOf(instruction).at(-1);
  const meant = words?.at(-1) ?? HOLE;
  const whole = absolutePath(workingDir, meant);
  return oneLine(written ?? '') === path || fitsPattern(meant, path) || fitsPattern(whole, path);
}

/** `|1 A=b /bin/sh -c make`; buildah writes flags, JSON form and here-documents behind the shell, as in the file. */
function fitsRun(resolved: ResolvedInstruction, text: string): boolean {
  const { instruction } = resolved;
  const documents = instruction.heredocs.map(({ content }) => content.trim());
  const asWritten = [instruction.original.slice('RUN '.length), ...documents].join('\n');
  const shell = { ...resolved, instruction: { ...instruction, exec: null }, shell: ['/bin/sh', '-c'] };
  return ['', `|${HOLE} `].some(
    (args) =>
      fitsCommand(resolved, text, args, instruction.text) || fitsCommand(shell, text, args, asWritten),
  );
}
