import process from 'node:process';
import { stopSignal } from '../machine/stop-signal.ts';
import { reportDefects } from '../machine/defects.ts';
import { runner } from './host.ts';
import { run } from './run.ts';

reportDefects((text) =>
  runner.annotate({ level: 'error', title: 'exec-format-guard', message: text, place: null }),
);
const setStatus = (status: number): void => void (process.exitCode = status);
await run(
  { env: process.env, setStatus, today: new Date().toISOString().slice(0, 10), signal: stopSignal() },
  runner,
);
