/** Builds a case's layers as directories and asks the kernel of this machine. Needs root and gcc. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { KernelCase } from './kernel-case.ts';
import { KeptFiles } from './kept-files.ts';
import { writeLayer } from './layer-directory.ts';
import { formatQuestion, type KernelAnswer, parseAnswer } from './question.ts';

/** What runs for so long has started. */
const SECONDS = 3;

/**
 * Everything of one run lies below one directory, which {@link Judge.close} removes. One process answers all questions:
 * to fork this one, which is large, for each of them would take longer than the answers.
 */
export class Judge {
  readonly #home: string = mkdtempSync(join(tmpdir(), 'kernel-judge-'));
  readonly #binary: string = join(this.#home, 'judge');
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #kept: KeptFiles;
  readonly #pieces: AsyncIterator<Buffer>;
  #received: Buffer = Buffer.alloc(0);
  #asked = 0;

  readonly #seconds: number;

  constructor(seconds = SECONDS) {
    this.#seconds = seconds;
    execFileSync('gcc', ['-O1', '-o', this.#binary, '__tests__/kernel/judge/judge.c']);
    this.#kept = new KeptFiles(join(this.#home, 'kept'));
    this.#process = spawn(this.#binary, ['serve'], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#pieces = this.#process.stdout[Symbol.asyncIterator]();
  }

  /** `below`: directories that lie below the case's layers, the highest first. The next question waits for this answer. */
  async ask(question: KernelCase, below: readonly string[] = []): Promise<KernelAnswer> {
    const scratch = join(this.#home, String(this.#asked++));
    mkdirSync(scratch);
    try {
      const written = this.#kept.forOneRoot();
      const layers = question.layers.length === 0 ? [[]] : question.layers;
      for (const [index, items] of layers.entries()) {
        const { opaque, capable, listed } = writeLayer(join(scratch, `l${index}`), items, written);
        for (const directory of opaque) execFileSync(this.#binary, ['opaque', directory]);
        for (const [file, value] of capable) execFileSync(this.#binary, ['cap', value, file]);
        for (const [file, value] of listed) execFileSync(this.#binary, ['acl', value, file]);
      }
      const lower = layers.map((_, index) => `l${index}`).toReversed();
      const place = { scratch, lower: [...lower, ...below], seconds: this.#seconds };
      return parseAnswer(await this.#answerTo(formatQuestion(question, place)));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  close(): void {
    this.#process.stdin.end();
    rmSync(this.#home, { recursive: true, force: true });
  }

  async #answerTo(question: Buffer): Promise<string> {
    const length = Buffer.alloc(4);
    if (endianness() === 'LE') length.writeUInt32LE(question.length);
    else length.writeUInt32BE(question.length);
    this.#process.stdin.write(Buffer.concat([length, question]));
    const head = await this.#receive(4);
    const size = endianness() === 'LE' ? head.readUInt32LE() : head.readUInt32BE();
    if (size === 0) throw new Error('the judge failed');
    return (await this.#receive(size)).toString('latin1');
  }

  async #receive(size: number): Promise<Buffer> {
    while (this.#received.length < size) {
      const { done, value } = await this.#pieces.next();
      if (done === true) throw new Error('the judge ended');
      this.#received = Buffer.concat([this.#received, value]);
    }
    const part = this.#received.subarray(0, size);
    this.#received = this.#received.subarray(size);
    return part;
  }
}
