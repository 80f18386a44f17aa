import process from 'node:process';
import { reportDefects } from '../machine/defects.ts';
import { stopSignal } from '../machine/stop-signal.ts';
import { run } from './run.ts';

const argv = process.argv.slice(2);
const output = (stream: NodeJS.WriteStream) => ({
  isTerminal: stream.isTTY,
  write: (text: string) => void stream.write(text),
});
const [out, err] = [output(process.stdout), output(process.stderr)];

reportDefects((text) => err.write(`${text}\n`), argv.includes('--debug') ? 'on' : 'off');
process.exitCode = await run(argv, {
  env: process.env,
  folder: process.cwd(),
  today: new Date().toISOString().slice(0, 10),
  signal: stopSignal(),
  out,
  err,
});
