import process from 'node:process';
import { stopSignal } from '../machine/stop-signal.ts';
import { reportDefects } from '../machine/defects.ts';
import { run } from './run.ts';

// The toolkit is half of all code here; loaded apart, it leaves the rest small enough to read.
const { runner } = await import('./host.ts');
reportDefects((text) =>
  runner.annotate({ level: 'error', title: 'exec-format-guard', message: text, place: null }),
);
const setStatus = (status: number): void => void (process.exitCode = status);
await run(
  { env: process.env, setStatus, today: new Date().toISOString().slice(0, 10), signal: stopSignal() },
  runner,
);
