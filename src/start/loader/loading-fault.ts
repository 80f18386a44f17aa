import type { FileFault } from './link-map.ts';

/** What ends a loader's work on a file that it has mapped. */
export interface LoadingFault extends Pick<FileFault, 'about' | 'error'> {
  /** What is wrong, in words. */
  readonly text: string;
  readonly certainty: 'certain' | 'possible';
  /** Default `broken`. */
  readonly file?: FileFault['file'];
}

/** What the shell or docker prints when a signal ends the process. */
export const SIGNAL_WORDS = {
  SIGILL: 'Illegal instruction (exit status 132)',
  SIGBUS: 'Bus error (exit status 135)',
  SIGFPE: 'Floating point exception (exit status 136)',
  SIGKILL: 'Killed (exit status 137)',
  SIGSEGV: 'Segmentation fault (exit status 139)',
} as const;

/** Without a word of the loader. */
export function segfaultOf(text: string): LoadingFault {
  return { text, about: 'nothing', error: SIGNAL_WORDS.SIGSEGV, certainty: 'certain' };
}
