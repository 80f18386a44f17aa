import { spawn } from 'node:child_process';
import type { ProgramOutcome, RunProgram } from '../sources/source-host.ts';

/** More than any credential helper or error message has to say. */
const OUTPUT_LIMIT = 2 * 1024 * 1024;

/** Without a shell; the program is stopped when the signal is aborted or it talks too much. */
export const runProgram: RunProgram = (program, args, { input, onStdout, signal }) =>
  new Promise<ProgramOutcome>((resolve, reject) => {
    const child = spawn(program, [...args], { signal, shell: false, windowsHide: true, stdio: 'pipe' });
    const stdout = new Kept(() => child.kill());
    const stderr = new Kept(() => child.kill());
    child.stdout.on('data', (chunk: Buffer) =>
      onStdout === undefined ? stdout.add(chunk) : onStdout(chunk),
    );
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ status: status ?? 128, stdout: stdout.text(), stderr: stderr.text() }),
    );
    // A program that ends without reading its input breaks the pipe; its status says what happened.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });

class Kept {
  readonly #chunks: Buffer[] = [];
  readonly #overflow: () => void;
  #size = 0;

  constructor(overflow: () => void) {
    this.#overflow = overflow;
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > OUTPUT_LIMIT) this.#overflow();
    else this.#chunks.push(chunk);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
