import process from 'node:process';
import { tooOld } from '../machine/node-version.ts';

const problem = tooOld(process.versions.node);
if (problem === null) await import('./start.ts');
else {
  process.stdout.write(`::error title=exec-format-guard::${problem}\n`);
  process.exitCode = 2;
}
