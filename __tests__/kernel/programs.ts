/** Programs for the cases: freestanding ones compiled here, real ones of this machine. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Ends with the given status, asking nobody for anything. */
function freestanding(status: number): string {
  return `__asm__(".globl _start\\n_start: mov $60, %eax; mov $${status}, %edi; syscall");`;
}

/** `_start` for other architectures, by compiler. */
const ARM64 = '__asm__(".globl _start\\n_start: mov x8, 93; mov x0, 0; svc 0");';
const ARM = '__asm__(".globl _start\\n_start: mov r7, #1; mov r0, #0; svc #0");';
const I386 = '__asm__(".globl _start\\n_start: mov $1, %eax; mov $0, %ebx; int $0x80");';

const STATIC = ['-nostdlib', '-static', '-Wl,--build-id=none', '-Wl,-z,noexecstack'];

export const PROGRAMS = {
  /** A static program of about 9 KB that ends with 0. */
  amd64: compile('gcc', STATIC, freestanding(0)),
  /** The same as a static PIE. */
  amd64Pie: compile('gcc', ['-nostdlib', '-static-pie', '-fPIE', '-Wl,--build-id=none'], freestanding(0)),
  /** The same that wants a loader. */
  amd64Dynamic: compile(
    'gcc',
    ['-nostdlib', '-pie', '-fPIE', '-Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2'],
    freestanding(0),
  ),
  amd64Object: compile('gcc', ['-c'], freestanding(0)),
  i386: compile('gcc', ['-m32', ...STATIC], I386),
  arm64: compile('aarch64-linux-gnu-gcc', STATIC, ARM64),
  arm: compile('arm-linux-gnueabihf-gcc', STATIC, ARM),
  busybox: readFileSync('/bin/busybox'),
} as const;

export function compile(compiler: string, options: readonly string[], source: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'kernel-program-'));
  try {
    const output = join(directory, 'program');
    writeFileSync(join(directory, 'source.c'), source);
    execFileSync(compiler, [...options, '-o', output, join(directory, 'source.c')], { stdio: 'pipe' });
    return readFileSync(output);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
