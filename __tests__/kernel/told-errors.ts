/** Whether the error texts of findings are what the kernel's case really printed: people search for them. */
import { ERRNO_TEXTS } from '../../src/rules/errno.ts';
import type { KernelCase } from './kernel-case.ts';
import type { KernelAnswer } from './question.ts';

/** In words, every error without a text, or with one that was not seen. */
export function untold(
  { tells }: Pick<KernelCase, 'tells'>,
  kernel: KernelAnswer,
  errors: readonly (string | null)[],
): string[] {
  if (kernel.starts || tells === 'otherwise') return [];
  return errors.flatMap((error) => {
    if (error === null) return tells === 'nothing' ? [] : ['an error has no text'];
    return isSeen(error, kernel) ? [] : [`nobody sees ${JSON.stringify(error)}`];
  });
}

function isSeen(error: string, { how, output }: KernelAnswer): boolean {
  // `Bus error (exit status 135)`, or two of them where it depends on the kernel.
  const statuses = ENDS.test(error)
    ? [...error.matchAll(/exit status (\d+)/g)].map(([, status]) => Number(status))
    : [];
  if (statuses.length > 0)
    return statuses.some((status) => [`exit ${status}`, `signal ${status - 128}`].includes(how));
  // The runtime's own words: those that do not come from execve(2) are asked of the real one elsewhere.
  const [, phase, errno = ''] = /^(?!exit|signal)(\w+) (\w+)$/.exec(how) ?? [];
  if (phase === undefined) return isPrinted(error, output);
  return phase !== 'execve' || error.endsWith((EXECVE_TEXTS.get(errno) ?? '').toLowerCase());
}

const ENDS =
  /^(?:exit status \d+|[A-Z][a-z ]+ \(exit status \d+\)(?: or, before [^(]+\(exit status \d+\))?)$/;

const EXECVE_TEXTS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(ERRNO_TEXTS),
  ['E2BIG', 'Argument list too long'],
]);

/** A part of a line, or of several. */
export function isPrinted(error: string, output: string): boolean {
  return output.includes(error) || Buffer.from(output, 'latin1').toString().includes(error);
}
