/** A second loader in one process: a copy of glibc's, its own file under another name, or musl's. */
import { file, symlink } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { GLIBC_PATH, REAL, withEnv } from '../loading.ts';
import { compile } from '../programs.ts';
import { app, begins, DEFAULT, liba, mismatch } from './glibc-case.ts';

const SECOND = '/opt/ld.so';
const FPE = { kernel: 'signal 8' } as const;
const copy = file(SECOND.slice(1), Buffer.from(REAL.glibcLoader));
const link = symlink(SECOND.slice(1), GLIBC_PATH);
const asking = (...needed: readonly string[]) => app({ needed });

/** Only the loader that runs has its variables in order. */
export const secondLoaderCases: readonly KernelCase[] = [
  begins('the loader by its path in PT_INTERP', [asking(GLIBC_PATH, 'libc.so.6')]),
  begins('the loader by its soname', [asking('ld-linux-x86-64.so.2', 'libc.so.6'), copy]),
  mismatch('a copy of the loader', [asking(SECOND, 'libc.so.6'), copy], FPE),
  mismatch('a copy of the loader behind the libc', [asking('libc.so.6', SECOND), copy], FPE),
  mismatch('the loader by a link', [asking(SECOND, 'libc.so.6'), link], FPE),
  mismatch(
    'a link to the loader in a directory of libraries',
    [asking('ld.so', 'libc.so.6'), symlink(`${DEFAULT.slice(1)}/ld.so`, GLIBC_PATH)],
    FPE,
  ),
  mismatch('a copy that a library needs', [app(), liba(DEFAULT, { needed: [SECOND] }), copy], FPE),
  begins('a copy that only comes behind the loader itself', [
    asking('libc.so.6', 'liba.so.1'),
    liba(DEFAULT, { needed: [SECOND] }),
    copy,
  ]),
  begins('a copy behind the loader’s soname', [asking('ld-linux-x86-64.so.2', SECOND, 'libc.so.6'), copy]),
  begins('a copy where nobody asks the loader', [asking(SECOND), copy]),
  mismatch('a copy that is preloaded', [asking('libc.so.6'), copy], {
    ...FPE,
    ...withEnv(`LD_PRELOAD=${SECOND}`),
  }),
  begins('the loader itself is preloaded', [asking('libc.so.6')], withEnv(`LD_PRELOAD=${GLIBC_PATH}`)),
  mismatch(
    'a copy where the loader has another path',
    [
      app({ interpreter: SECOND, needed: [GLIBC_PATH, 'libc.so.6'] }),
      program(SECOND.slice(1), Buffer.from(REAL.glibcLoader)),
    ],
    FPE,
  ),
  mismatch(
    'a C program that takes its libc’s functions from musl',
    [program('app', compile('gcc', [], 'int main(void) { return 0; }')), file('opt/musl.so', REAL.musl)],
    { kernel: 'signal 11', ...withEnv('LD_PRELOAD=/opt/musl.so') },
  ),
];
