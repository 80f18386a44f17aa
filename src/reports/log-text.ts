/** The encoder of logs: one printable line that no runner takes for a command and no problem matcher for an error. */
import { printable } from '../base/plain-text.ts';

/** What compilers print and problem matchers of earlier steps look for: `file:3:5: error`, `file(3,5): error`. */
const COMPILER_MESSAGE = /[:(](?=\d+[:,]\d+\)?:?\s+(?:-\s+)?(?:fatal\s+)?(?:error|warning|info|note)\b)/giu;

export function logText(untrusted: string, limit?: number): string {
  return printable(untrusted, limit).replace(COMPILER_MESSAGE, (mark) => (mark === ':' ? '\\x3a' : '\\x28'));
}

/** A command line as JSON writes it: `["/bin/app","serve"]`. */
export function logArgv(argv: readonly string[], limit = 300): string {
  return logText(`[${argv.map((word) => JSON.stringify(word)).join(', ')}]`, limit);
}
