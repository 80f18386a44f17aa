#!/usr/bin/env node
import process from 'node:process';
import { tooOld } from '../machine/node-version.ts';

const problem = tooOld(process.versions.node);
if (problem === null) await import('./start.ts');
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}
