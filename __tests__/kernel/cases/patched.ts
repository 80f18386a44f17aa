/** Programs that patchelf laid out anew: one that lies where its addresses say gets its tables across two segments. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KernelCase, kernelCase, program } from '../kernel-case.ts';
import { compile, compileWith, LIBC } from '../programs.ts';

const LIBRARY = { soname: 'liba.so', source: 'int f(void) { return 0; }' };
/** As many names as reach from one page into the next. */
const NAMES = Array.from({ length: 300 }, (_, at) => `void a_function_of_the_program_${at}(void) {}`).join(
  '\n',
);
const MAIN = `int f(void); int main(void) { return f(); }\n${NAMES}`;

function patched(options: readonly string[], ...changes: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-patchelf-'));
  try {
    const file = join(folder, 'program');
    writeFileSync(file, compileWith(LIBRARY, ['-rdynamic', ...options], MAIN), { mode: 0o755 });
    execFileSync('patchelf', [...changes, file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const LIB = program(
  'opt/shop/lib/liba.so',
  compile('gcc', ['-shared', '-fPIC', '-nostdlib'], LIBRARY.source),
);
const FIXED = ['-no-pie'];
const RPATH = ['--set-rpath', '/opt/shop/lib'] as const;
const LONG = ['--set-rpath', `${'/opt/gone:'.repeat(1000)}/opt/shop/lib`] as const;

const starts = (name: string, data: Buffer): KernelCase =>
  kernelCase(name, [...LIBC, LIB, program('app', data)], '/app', 'starts');
const fails = (rule: string, name: string, data: Buffer): KernelCase =>
  kernelCase(name, [...LIBC, program('app', data)], '/app', rule);

export const patchedCases: readonly KernelCase[] = [
  starts('a run path, of a program that lies where its addresses say', patched(FIXED, ...RPATH)),
  starts('a long run path, of such a program', patched(FIXED, ...LONG)),
  starts('a run path, of a program that lies anywhere', patched([], ...RPATH)),
  starts(
    'a run path and a loader',
    patched(FIXED, ...RPATH, '--set-interpreter', '/./lib64/ld-linux-x86-64.so.2'),
  ),
  starts('a library by its path', patched(FIXED, '--replace-needed', 'liba.so', '/opt/shop/lib/liba.so')),
  fails('library-not-found', 'a run path to a library that is not there', patched(FIXED, ...RPATH)),
  fails(
    'loader-not-found',
    'a loader that is not there',
    patched(FIXED, ...RPATH, '--set-interpreter', '/nix/ld.so'),
  ),
];
