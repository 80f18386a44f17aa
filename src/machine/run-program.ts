import { spawn } from 'node:child_process';
import type { ProgramOutcome, RunProgram } from '../sources/source-host.ts';

/** More than any credential helper or error message has to say. */
const OUTPUT_LIMIT = 2 * 1024 * 1024;

/** Without a shell, and without a word in the log. */
export const runProgram: RunProgram = (program, args, options) =>
  options.input === undefined ? execute(program, args, options) : converse(program, args, options);

type Options = Parameters<RunProgram>[2];

/** The docker command line, by the toolkit that is loaded only then. */
async function execute(
  program: string,
  args: readonly string[],
  { onStdout, signal }: Options,
): Promise<ProgramOutcome> {
  const { exec } = await import('@actions/exec');
  const [stdout, stderr] = [new Kept(), new Kept()];
  const listeners = {
    stdout: (chunk: Buffer) => (onStdout === undefined ? stdout.add(chunk) : onStdout(chunk)),
    stderr: (chunk: Buffer) => stderr.add(chunk),
  };
  const work = exec(`"${program}"`, [...args], { silent: true, ignoreReturnCode: true, listeners });
  const status = await Promise.race([work, abortOf(signal)]);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/**
 * A credential helper, which is asked through its stdin. Not by the toolkit: nobody listens to errors of the stdin it
 * opens, so a helper that ends without reading would end this process too.
 */
function converse(
  program: string,
  args: readonly string[],
  { input, onStdout, signal }: Options,
): Promise<ProgramOutcome> {
  return new Promise<ProgramOutcome>((resolve, reject) => {
    const child = spawn(program, [...args], { signal, shell: false, windowsHide: true, stdio: 'pipe' });
    const [stdout, stderr] = [new Kept(() => child.kill()), new Kept(() => child.kill())];
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
}

class Kept {
  readonly #chunks: Buffer[] = [];
  readonly #overflow: () => void;
  #size = 0;

  constructor(overflow: () => void = () => {}) {
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
