/** How far a run is: one line on a terminal that is written over and gone at the end; nothing anywhere else. */
import { logText } from '../reports/log-text.ts';
import type { GuardHost } from '../guard.ts';
import type { Output } from './run.ts';

type Event = Parameters<GuardHost['progress']>[0];

export interface Progress {
  readonly show: (event: Event) => void;
  readonly end: () => void;
}

const CLEAR = '\r\u001b[K';
const MIB = 1024 * 1024;
/** A line that changes more often than this cannot be read. */
const STEP = 256 * 1024;

export function progressOn({ isTerminal, write }: Output): Progress {
  if (!isTerminal) return { show: () => {}, end: () => {} };
  let bytes = 0;
  let shown = -STEP;
  const show = (event: Event): void => {
    if (event.kind === 'waiting') {
      write(`${CLEAR}waiting ${Math.ceil(event.amount / 1_000)} s for ${logText(event.name, 60)}`);
      return;
    }
    bytes += event.amount;
    if (bytes - shown < STEP) return;
    shown = bytes;
    write(`${CLEAR}read ${(bytes / MIB).toFixed(1)} MiB of ${logText(event.name, 60)}`);
  };
  return { show, end: () => write(CLEAR) };
}
