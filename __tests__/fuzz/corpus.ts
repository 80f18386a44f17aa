/** Inputs that are kept: one file a target, one input a line, deflated where that is shorter, in base64. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const FOLDER = join(import.meta.dirname, 'corpus');
const DEFLATED = '~';

export function readCorpus(name: string): Buffer[] {
  const path = join(FOLDER, `${name}.txt`);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8').split('\n').slice(0, -1).map(decode);
}

export function writeCorpus(name: string, inputs: readonly Buffer[]): void {
  mkdirSync(FOLDER, { recursive: true });
  const lines = [...new Set(inputs.map(encode))].sort(
    (one, other) => one.length - other.length || (one < other ? -1 : 1),
  );
  writeFileSync(join(FOLDER, `${name}.txt`), lines.map((line) => `${line}\n`).join(''));
}

function encode(bytes: Buffer): string {
  const deflated = deflateRawSync(bytes, { level: 9 });
  return deflated.length + 1 < bytes.length
    ? DEFLATED + deflated.toString('base64')
    : bytes.toString('base64');
}

function decode(line: string): Buffer {
  if (!line.startsWith(DEFLATED)) return Buffer.from(line, 'base64');
  return inflateRawSync(Buffer.from(line.slice(1), 'base64'));
}
