/**
 * Asks Debian's arm64 kernel, booted in a system emulator with an initramfs that holds all cases at once and the judge
 * that asks this machine's kernel too. Needs root, qemu-system-arm, cpio, the arm64 compiler.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ARM64_KERNEL, boot, modulesOf, packInitramfs } from './emulated-kernel.ts';
import type { KernelCase } from './kernel-case.ts';
import { writeLayer, type WrittenFiles } from './layer-directory.ts';
import { formatQuestion, type KernelAnswer, parseAnswer } from './question.ts';

/** Nothing in an emulator is fast; every program of the cases ends. */
const SECONDS = 60;

/** A directory that lies below the layers of the cases that name it. */
export interface Base {
  readonly folder: string;
  readonly cases: ReadonlySet<KernelCase>;
}

/** The answers in the order of the questions. The machine runs beside this process, which may ask the rules meanwhile. */
export async function askArm64(
  questions: readonly KernelCase[],
  bases: readonly Base[] = [],
): Promise<readonly KernelAnswer[]> {
  const home = fs.mkdtempSync(join(tmpdir(), 'kernel-arm64-'));
  try {
    const root = join(home, 'initramfs');
    fs.mkdirSync(join(root, 'cases'), { recursive: true });
    for (const name of ['init', 'judge']) {
      const options = ['-static', '-O1', '-o', join(root, name), `__tests__/kernel/judge/${name}.c`];
      execFileSync('aarch64-linux-gnu-gcc', options, { stdio: 'pipe' });
    }
    fs.copyFileSync(join(modulesOf(ARM64_KERNEL), 'overlay.ko'), join(root, 'overlay.ko'));
    const written: WrittenFiles = new Map();
    for (const [index, question] of questions.entries()) {
      const at = bases.findIndex(({ cases }) => cases.has(question));
      writeCase(root, `/cases/${index}`, question, at < 0 ? [] : [`/bases/${at}`], written);
    }
    for (const [at, { folder }] of bases.entries()) {
      fs.mkdirSync(join(root, 'bases'), { recursive: true });
      execFileSync('cp', ['-al', folder, join(root, `bases/${at}`)]);
    }
    const initramfs = packInitramfs(root, join(home, 'initramfs.cpio'));
    return answersOf(await boot(ARM64_KERNEL, initramfs), questions.length);
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

function writeCase(
  root: string,
  directory: string,
  question: KernelCase,
  below: readonly string[],
  written: WrittenFiles,
): void {
  const layers = question.layers.length === 0 ? [[]] : question.layers;
  const marks: string[] = [];
  for (const [index, items] of layers.entries()) {
    const { opaque, capable } = writeLayer(join(root, directory, `l${index}`), items, written);
    const inside = (path: string) => path.slice(root.length);
    marks.push(...opaque.flatMap((path) => ['opaque', inside(path)]));
    marks.push(...capable.flatMap(([path, value]) => [`cap ${value}`, inside(path)]));
  }
  const own = layers.map((_, index) => `${directory}/l${index}`).toReversed();
  const scratch = directory.replace('cases', 'scratch');
  const place = { scratch, lower: [...own, ...below], seconds: SECONDS };
  fs.writeFileSync(join(root, directory, 'question'), formatQuestion(question, place));
  if (marks.length > 0)
    fs.writeFileSync(join(root, directory, 'marks'), marks.map((mark) => `${mark}\0`).join(''));
}

function answersOf(console: string, count: number): KernelAnswer[] {
  const answers = new Map(
    [...console.matchAll(/case (\d+) ([\s\S]*?)\nend \1\n/g)].map((match) => [
      Number(match[1]),
      match[2] ?? '',
    ]),
  );
  return Array.from({ length: count }, (_, index) => {
    const answer = answers.get(index);
    if (answer === undefined) throw new Error(`no answer to case ${index}:\n${console.slice(-2000)}`);
    return parseAnswer(answer);
  });
}
