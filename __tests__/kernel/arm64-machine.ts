/**
 * Asks Debian's arm64 kernel, booted in a system emulator with an initramfs that holds all cases at once. Its
 * processor has a 32-bit mode, which many arm64 servers have not: 32-bit programs are no question for it. Needs qemu-system-arm, cpio, the arm64 compiler.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unpackDebian } from '../support/debian-packages.ts';
import type { TarItem } from '../support/layer-builder.ts';
import type { KernelAnswer } from './judge.ts';
import type { KernelCase } from './kernel-case.ts';

const KERNEL_CACHE = join(tmpdir(), 'debian-packages', 'kernel-arm64');

/** The answers in the order of the questions. */
export function askArm64(questions: readonly KernelCase[]): readonly KernelAnswer[] {
  const home = fs.mkdtempSync(join(tmpdir(), 'kernel-arm64-'));
  try {
    const root = join(home, 'initramfs');
    fs.mkdirSync(root);
    const compiler = ['-static', '-O1', '-o', join(root, 'init'), '__tests__/kernel/judge/init.c'];
    execFileSync('aarch64-linux-gnu-gcc', compiler, { stdio: 'pipe' });
    for (const [index, question] of questions.entries())
      writeCase(join(root, 'cases', String(index)), question);
    const initramfs = join(home, 'initramfs.cpio');
    execFileSync('sh', ['-c', 'find . | cpio --quiet -o -H newc > "$0"', initramfs], { cwd: root });
    return answersOf(boot(initramfs), questions.length);
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}

function boot(initramfs: string): string {
  const machine = [
    '-M',
    'virt',
    '-cpu',
    'neoverse-n1',
    '-m',
    '2048',
    '-nographic',
    '-nic',
    'none',
    '-no-reboot',
  ];
  const files = ['-kernel', kernel(), '-initrd', initramfs];
  const options = [...machine, ...files, '-append', 'console=ttyAMA0 panic=-1 quiet'];
  return execFileSync('qemu-system-aarch64', options, {
    timeout: 90_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
}

function kernel(): string {
  const folder = join(KERNEL_CACHE, 'boot');
  if (!fs.existsSync(folder)) {
    unpackDebian({ architecture: 'arm64', packages: [kernelPackage()] }, KERNEL_CACHE);
  }
  const [image] = fs.readdirSync(folder).filter((name) => name.startsWith('vmlinuz'));
  if (image === undefined) throw new Error('the kernel package has no vmlinuz');
  return join(folder, image);
}

/** The package with the kernel itself, which the other one stands for. */
function kernelPackage(): string {
  const folder = join(KERNEL_CACHE, 'meta');
  unpackDebian({ architecture: 'arm64', packages: ['linux-image-cloud-arm64'] }, folder);
  const archives = join(tmpdir(), 'debian-packages', 'bookworm-arm64', 'archives');
  const [meta] = fs.readdirSync(archives).filter((name) => name.startsWith('linux-image-cloud-arm64_'));
  const depends = execFileSync('dpkg-deb', ['--field', join(archives, meta ?? ''), 'Depends']).toString();
  return /linux-image-[\w.-]+/.exec(depends)?.[0] ?? '';
}

function writeCase(directory: string, { layers, config = {}, as }: KernelCase): void {
  const root = join(directory, 'root');
  fs.mkdirSync(root, { recursive: true });
  for (const item of layers.flat()) place(root, item);
  const argv = [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const env = config.env ?? [];
  const fields = [config.workingDir || '/', as?.uid ?? 0, argv.length, ...argv, env.length, ...env];
  fs.writeFileSync(join(directory, 'question'), fields.map((field) => `${field}\0`).join(''));
}

function place(root: string, item: TarItem): void {
  const path = join(root, item.name.toString());
  fs.mkdirSync(dirname(path), { recursive: true });
  if (item.flag === '2') return fs.symlinkSync(item.linkName?.toString() ?? '', path);
  if (item.flag === '5') fs.mkdirSync(path, { recursive: true });
  else fs.writeFileSync(path, item.data ?? '');
  fs.chmodSync(path, item.mode ?? 0o644);
}

function answersOf(console: string, count: number): KernelAnswer[] {
  const lines = new Map(
    [...console.matchAll(/^case (\d+) (\w+) (\d+) (\d+) (\d+)/gm)].map((match) => [Number(match[1]), match]),
  );
  return Array.from({ length: count }, (_, index) => {
    const match = lines.get(index);
    if (match === undefined) throw new Error(`no answer to case ${index}:\n${console.slice(-2000)}`);
    const [phase = '', ...numbers] = match.slice(2);
    const [error = 0, status = 0, signal = 0] = numbers.map(Number);
    const how =
      phase === 'execve' ? `execve ${nameOf(error)}` : signal === 0 ? `exit ${status}` : `signal ${signal}`;
    return { starts: how === 'exit 0', how, output: '' };
  });
}

function nameOf(error: number): string {
  const known = Object.entries(constants.errno).find(([, value]) => value === error);
  return known?.[0] ?? (error === 80 ? 'ELIBBAD' : String(error));
}
