/**
 * Asks Debian's kernel of another architecture, booted in a system emulator. All that its machine has besides the cases
 * is Debian's busybox, so that no compiler is needed: a case is one layer, and its program is a path. Needs root, cpio
 * and the emulator.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebian } from '../../support/debian-packages.ts';
import { boot, type EmulatedKernel, packInitramfs } from '../emulated-kernel.ts';
import type { KernelCase } from '../kernel-case.ts';
import { writeLayer } from '../layer-directory.ts';
import { argvOf, type KernelAnswer } from '../question.ts';

/** The answers in the order of the questions. */
export async function askMachine(
  kernel: EmulatedKernel,
  questions: readonly KernelCase[],
): Promise<readonly KernelAnswer[]> {
  const home = fs.mkdtempSync(join(tmpdir(), `machine-${kernel.architecture}-`));
  try {
    const root = join(home, 'initramfs');
    for (const name of ['bin', 'cases', 'dev', 'proc']) fs.mkdirSync(join(root, name), { recursive: true });
    fs.copyFileSync(busyboxOf(kernel), join(root, 'bin/busybox'));
    fs.copyFileSync('__tests__/kernel/foreign/init.sh', join(root, 'init'));
    fs.chmodSync(join(root, 'init'), 0o755);
    for (const [index, question] of questions.entries())
      writeCase(join(root, 'cases', String(index)), question);
    const initramfs = packInitramfs(root, join(home, 'initramfs.cpio'));
    const console = await boot(kernel, initramfs);
    // The serial line of an emulator on a busy machine may lose some bytes.
    const isWhole = questions.every((_, index) => answerIn(console, index) !== null);
    const read = isWhole ? console : await boot(kernel, initramfs);
    return questions.map((_, index) => answerOf(read, index));
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

function busyboxOf({ architecture, suite }: EmulatedKernel): string {
  const folder = join(tmpdir(), 'debian-packages', `busybox-${architecture}`);
  const more = suite === undefined ? {} : { suite };
  if (!fs.existsSync(folder)) unpackDebian({ architecture, packages: ['busybox-static'], ...more }, folder);
  const found = ['bin', 'usr/bin']
    .map((name) => join(folder, name, 'busybox'))
    .find((file) => fs.existsSync(file));
  if (found === undefined) throw new Error(`no busybox for ${architecture}`);
  return found;
}

function writeCase(directory: string, question: KernelCase): void {
  const [items = [], ...others] = question.layers;
  if (others.length > 0) throw new Error(`${question.name}: these machines have no overlay`);
  writeLayer(directory, items);
  fs.mkdirSync(join(directory, 'bin'), { recursive: true });
  fs.symlinkSync('sh', join(directory, 'bin/sh'));
  fs.writeFileSync(`${directory}.words`, argvOf(question).join(' '));
}

/** What glibc's strerror(3) says in busybox's message; the first stands for what init.sh makes of ENOEXEC. */
const ERRORS: ReadonlyMap<string, string> = new Map([
  ['Too many levels of symbolic links', 'ENOEXEC'],
  ['Accessing a corrupted shared library', 'ELIBBAD'],
  ['Cannot allocate memory', 'ENOMEM'],
  ['Input/output error', 'EIO'],
  ['Invalid argument', 'EINVAL'],
  ['No such file or directory', 'ENOENT'],
  ['Permission denied', 'EACCES'],
]);

function answerIn(console: string, index: number): RegExpExecArray | null {
  return new RegExp(`case ${index} \\n([^]*?)\\nend ${index} (\\d+)\\n`).exec(console);
}

function answerOf(console: string, index: number): KernelAnswer {
  const match = answerIn(console, index);
  if (match === null) throw new Error(`no answer to case ${index}:\n${console.slice(-2000)}`);
  const [, output = '', status = ''] = match;
  const refusal = /^chroot: can't execute '[^']*': (.*)$/m.exec(output)?.[1];
  if (refusal !== undefined)
    return { starts: false, how: `execve ${ERRORS.get(refusal) ?? refusal}`, output };
  const code = Number(status);
  return { starts: code === 0, how: code > 128 ? `signal ${code - 128}` : `exit ${code}`, output };
}
