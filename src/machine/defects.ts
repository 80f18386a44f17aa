import process from 'node:process';
import { printable } from '../base/plain-text.ts';

/** A defect is ours: one line, exit status 70. The stack only when somebody looks for it. */
export function reportDefects(tell: (text: string) => void, debug: 'on' | 'off' = 'off'): void {
  const end = (error: unknown): never => {
    const message = error instanceof Error ? error.message : String(error);
    if (debug === 'on' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    tell(`this is a defect of exec-format-guard, please report it: ${printable(message)}`);
    process.exit(70);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
