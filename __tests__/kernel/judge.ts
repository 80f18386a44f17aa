/** Builds a case's layers as directories and asks the kernel of this machine. Needs root and gcc. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KernelCase } from './kernel-case.ts';
import { writeLayer } from './layer-directory.ts';
import { formatQuestion, type KernelAnswer, parseAnswer } from './question.ts';

const SECONDS = 3;

/** Everything of one run lies below one directory, which {@link Judge.close} removes. */
export class Judge {
  readonly #home: string = mkdtempSync(join(tmpdir(), 'kernel-judge-'));
  readonly #binary: string = join(this.#home, 'judge');
  #asked = 0;

  constructor() {
    execFileSync('gcc', ['-O1', '-o', this.#binary, '__tests__/kernel/judge/judge.c']);
  }

  /** `base`: a directory that lies below the case's layers. */
  ask(question: KernelCase, base: string | null = null): KernelAnswer {
    const scratch = join(this.#home, String(this.#asked++));
    mkdirSync(scratch);
    try {
      const layers = question.layers.length === 0 ? [[]] : question.layers;
      for (const [index, items] of layers.entries()) {
        const { opaque, capable } = writeLayer(join(scratch, `l${index}`), items);
        for (const directory of opaque) execFileSync(this.#binary, ['opaque', directory]);
        for (const [file, value] of capable) execFileSync(this.#binary, ['cap', value, file]);
      }
      const lower = layers.map((_, index) => `l${index}`).toReversed();
      const place = { scratch, lower: base === null ? lower : [...lower, base], seconds: SECONDS };
      const input = formatQuestion(question, place);
      const output = execFileSync(this.#binary, { input, env: {}, maxBuffer: 1 << 20 });
      return parseAnswer(output.toString('latin1'));
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }
}
