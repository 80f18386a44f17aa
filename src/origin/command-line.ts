import { fitsPattern } from '../dockerfile/expand-word.ts';
import type { ResolvedInstruction } from '../dockerfile/resolve-stage.ts';

/** Shells that base images are known to set; a stage's own SHELL comes before them. */
const INHERITED_SHELLS: readonly (readonly string[])[] = [
  ['/bin/sh', '-c'],
  ['/bin/bash', '-c'],
  ['/bin/bash', '-o', 'pipefail', '-c'],
  ['/bin/bash', '-eo', 'pipefail', '-c'],
  ['/bin/bash', '-euo', 'pipefail', '-c'],
  ['/bin/ash', '-eo', 'pipefail', '-c'],
];

/** Blanks as one: builders keep the indentation of continued lines. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Whether a history line holds the command of a RUN behind its shell; `prefix` is the pattern of what comes before. */
export function fitsCommand(
  { instruction, shell }: ResolvedInstruction,
  line: string,
  prefix: string,
  command: string,
): boolean {
  if (instruction.exec !== null) return fitsPattern(prefix + oneLine(instruction.exec.join(' ')), line);
  const shells = shell === null ? INHERITED_SHELLS : [shell];
  return shells.some((words) => fitsPattern(`${prefix}${words.join(' ')} ${oneLine(command)}`, line));
}
