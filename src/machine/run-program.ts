/**
 * Programs that we ask: docker's credential helpers and its command line. Started by the runner's toolkit, without a
 * shell and without a word in the log; the toolkit is loaded only then.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { RunProgram } from '../sources/source-host.ts';

/** More than any credential helper or error message has to say. */
const OUTPUT_LIMIT = 2 * 1024 * 1024;

export const runProgram: RunProgram = async (program, args, { input, onStdout, signal }) => {
  const { exec } = await import('@actions/exec');
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  let child: ChildProcess | undefined;
  const stop = (): void => end(child);
  const [stdout, stderr] = [new Kept(stop), new Kept(stop)];
  const abort = (): void => {
    stop();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const work = withChild(
      (started) => {
        child = started;
        takeOver(started, onStdout);
        if (input === undefined) started.stdin?.end();
      },
      () =>
        exec(`"${program}"`, [...args], {
          silent: true,
          ignoreReturnCode: true,
          ...(input !== undefined && { input: Buffer.from(input) }),
          listeners: { stdout: (chunk) => stdout.add(chunk), stderr: (chunk) => stderr.add(chunk) },
        }),
    );
    const status: unknown = await Promise.race([work, aborted]);
    return {
      status: typeof status === 'number' ? status : 128,
      stdout: stdout.text(),
      stderr: stderr.text(),
    };
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

const runs = new AsyncLocalStorage<symbol>();
const CHANNEL = 'child_process';

/** The toolkit keeps the process it starts to itself; Node tells of it. Other work that starts one meanwhile is not meant. */
async function withChild<T>(onStart: (child: ChildProcess) => void, work: () => Promise<T>): Promise<T> {
  const run = Symbol('run');
  const told = (message: unknown): void => {
    const child = runs.getStore() === run ? childIn(message) : null;
    child?.once('spawn', () => onStart(child));
  };
  subscribe(CHANNEL, told);
  try {
    return await runs.run(run, work);
  } finally {
    unsubscribe(CHANNEL, told);
  }
}

function childIn(message: unknown): ChildProcess | null {
  const named = typeof message === 'object' && message !== null && 'process' in message;
  return named && message.process instanceof ChildProcess ? message.process : null;
}

/** Before the first byte goes in or out. */
function takeOver(
  { stdin, stdout }: ChildProcess,
  onStdout: ((chunk: Uint8Array) => void) | undefined,
): void {
  // A program that ends without reading its input breaks the pipe; its status says what happened.
  stdin?.on('error', () => {});
  if (!onStdout) return;
  // The toolkit would look for lines in it: in an archive, which may have none, that takes quadratic time.
  stdout?.removeAllListeners('data');
  stdout?.on('data', onStdout);
}

/** Also when it has children of its own that hold its pipes: nobody waits for these. */
function end(child: ChildProcess | undefined): void {
  child?.kill('SIGKILL');
  for (const pipe of child?.stdio ?? []) pipe?.destroy();
  child?.unref();
}

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
