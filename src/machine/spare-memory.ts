import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
/** A run that holds less need not stop for it. */
const WORTH_STOPPING = 96 * MIB;

/**
 * Between two images of a run. V8 rather lets its heap grow than clean it, and runners have little to spare: what was
 * known of a large image is given up before the next one is read.
 */
export function spareMemory(): void {
  if (process.memoryUsage().heapUsed < WORTH_STOPPING) return;
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
}
