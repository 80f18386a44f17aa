/** How far a run is: one line on a terminal that is written over and gone at the end; nothing anywhere else. */
import { logText } from '../reports/log-text.ts';
import type { GuardHost } from '../guard.ts';
import type { Output } from './output.ts';

export interface Progress {
  readonly show: GuardHost['watch'];
  /** A registry that has to be waited for. */
  readonly wait: GuardHost['progress'];
  readonly end: () => void;
}

const CLEAR = '\r\u001b[K';
const MIB = 1024 * 1024;
/** A line that changes more often than this cannot be read. */
const STEP = 256 * 1024;
const WIDTH = 24;

export function progressOn({ isTerminal, write }: Output): Progress {
  if (!isTerminal) return { show: () => {}, wait: () => {}, end: () => {} };
  const ahead = { bytes: 0, layers: 0, platforms: 0 };
  const done = { bytes: 0, layers: 0, platforms: 0 };
  let drawn = 0;
  const draw = (): void => {
    drawn = done.bytes;
    write(CLEAR + lineOf(done, ahead));
  };
  return {
    show: (event) => {
      if (event.kind === 'bytes') {
        done.bytes += event.amount;
        if (done.bytes - drawn >= STEP) draw();
        return;
      }
      if (event.kind === 'found') {
        ahead.bytes += event.bytes;
        ahead.layers += event.layers;
        ahead.platforms += event.platforms;
      }
      if (event.kind === 'layer-done') done.layers += 1;
      if (event.kind === 'platform-done') done.platforms += 1;
      draw();
    },
    wait: ({ kind, amount, name }) => {
      if (kind === 'waiting')
        write(`${CLEAR}waiting ${Math.ceil(amount / 1_000)} s for ${logText(name, 60)}`);
    },
    end: () => write(CLEAR),
  };
}

interface Work {
  readonly bytes: number;
  readonly layers: number;
  readonly platforms: number;
}

/** `[██████░░░░░░] 12.0 of 61.0 MiB · 2 of 7 layers · 1 of 3 platforms` */
function lineOf(done: Work, ahead: Work): string {
  const part = ahead.bytes === 0 ? 0 : Math.min(done.bytes / ahead.bytes, 1);
  const full = Math.round(part * WIDTH);
  const bar = `[${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}]`;
  return `${bar} ${mebibytes(done.bytes)} of ${mebibytes(ahead.bytes)} MiB · ${done.layers} of ${ahead.layers} layers · ${done.platforms} of ${ahead.platforms} platforms`;
}

function mebibytes(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}
