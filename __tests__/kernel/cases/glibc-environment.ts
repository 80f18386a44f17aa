/** LD_LIBRARY_PATH, LD_PRELOAD and /etc/ld.so.preload before glibc's loader. */
import { file, symlink } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { glibcApp, library, withEnv } from '../loading.ts';
import { compile } from '../programs.ts';
import { app, begins, damaged, inSrv, liba, mismatch, missing } from './glibc-case.ts';

const CODE = compile('gcc', ['-shared', '-fPIC'], 'int here(void) { return 0; }');
const foreign = { machine: 'arm64' } as const;

export const glibcEnvironmentCases: readonly KernelCase[] = [
  begins('LD_LIBRARY_PATH', [app(), liba('/opt/lib')], withEnv('LD_LIBRARY_PATH=/opt/lib')),
  begins(
    'LD_LIBRARY_PATH with semicolons',
    [app(), liba('/opt/lib')],
    withEnv('LD_LIBRARY_PATH=/nowhere;/opt/lib'),
  ),
  begins(
    'LD_LIBRARY_PATH with very many slashes',
    [app(), liba('/opt/lib')],
    withEnv(`LD_LIBRARY_PATH=${'/'.repeat(100_000)}x:/opt/lib`),
  ),
  begins(
    'LD_LIBRARY_PATH reaches libraries of libraries',
    [app(), liba('/opt/lib', { needed: ['libb.so.1'] }), library('/opt/lib/libb.so.1')],
    withEnv('LD_LIBRARY_PATH=/opt/lib'),
  ),
  begins(
    'an empty part of LD_LIBRARY_PATH is WORKDIR',
    [app(), liba('/srv')],
    inSrv('LD_LIBRARY_PATH=/nowhere:'),
  ),
  missing('an empty LD_LIBRARY_PATH is none', [app(), liba('/srv')], inSrv('LD_LIBRARY_PATH=')),
  begins(
    'the last of two LD_LIBRARY_PATH counts',
    [app(), liba('/b')],
    withEnv('LD_LIBRARY_PATH=/a', 'LD_LIBRARY_PATH=/b'),
  ),
  mismatch(
    'LD_LIBRARY_PATH comes before RUNPATH',
    [app({ runpath: '/r' }), liba('/r'), file('e/liba.so.1', 'x'.repeat(99))],
    withEnv('LD_LIBRARY_PATH=/e'),
  ),
  begins(
    'RPATH comes before LD_LIBRARY_PATH',
    [app({ rpath: '/r' }), liba('/r'), file('e/liba.so.1', 'x'.repeat(99))],
    withEnv('LD_LIBRARY_PATH=/e'),
  ),
  begins(
    '$ORIGIN in LD_LIBRARY_PATH is the program’s',
    [app(), liba('/sub')],
    withEnv('LD_LIBRARY_PATH=$ORIGIN/sub'),
  ),
  begins('LD_PRELOAD by path', [glibcApp(), library('/opt/pre.so')], withEnv('LD_PRELOAD=/opt/pre.so')),
  begins(
    'LD_PRELOAD by name, several',
    [glibcApp(), library('/lib/pre.so'), library('/lib/two.so')],
    withEnv('LD_PRELOAD=pre.so:two.so'),
  ),
  damaged(
    'a preload that is cut off where it is relocated',
    [glibcApp(), file('opt/pre.so', CODE.subarray(0, CODE.length / 2))],
    { ...withEnv('LD_PRELOAD=/opt/pre.so'), kernel: 'signal 7' },
  ),
  {
    ...begins(
      'a preload that is not there is complained of',
      [glibcApp()],
      withEnv('LD_PRELOAD=/opt/gone.so'),
    ),
    expect: { note: 'library-not-found' },
    prints: 'cannot be preloaded',
  },
  {
    ...begins(
      'a preload of another machine is complained of',
      [glibcApp(), library('/opt/pre.so', foreign)],
      withEnv('LD_PRELOAD=/opt/pre.so'),
    ),
    expect: { note: 'library-mismatch' },
    prints: 'cannot be preloaded',
  },
  {
    ...begins('an empty device as a preload is complained of', [glibcApp()], withEnv('LD_PRELOAD=/dev/null')),
    expect: { note: 'library-mismatch' },
    prints: 'file too short',
  },
  begins('/etc/ld.so.preload that is masked', [glibcApp(), symlink('etc/ld.so.preload', '/dev/null')]),
  begins(
    'LD_LIBRARY_PATH leads into what runtimes mount',
    [app(), liba('/dev/lib', foreign), liba('/opt')],
    withEnv('LD_LIBRARY_PATH=/dev/lib:/opt'),
  ),
  {
    ...begins(
      'a text as a preload is complained of',
      [glibcApp(), file('opt/pre.so', 'x'.repeat(99))],
      withEnv('LD_PRELOAD=/opt/pre.so'),
    ),
    expect: { note: 'library-mismatch' },
    prints: 'invalid ELF header',
  },
  missing('a preload that is not there and is needed as well', [app()], {
    ...withEnv('LD_PRELOAD=liba.so.1'),
    prints: 'error while loading shared libraries: liba.so.1',
  }),
  missing(
    'what a preload needs must be there',
    [glibcApp(), library('/opt/pre.so', { needed: ['libb.so.1'] })],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
  begins('/etc/ld.so.preload', [
    glibcApp(),
    library('/opt/pre.so'),
    file('etc/ld.so.preload', '# first\n/opt/pre.so # last'),
  ]),
  missing('what /etc/ld.so.preload names needs must be there', [
    glibcApp(),
    library('/opt/pre.so', { needed: ['libb.so.1'] }),
    file('etc/ld.so.preload', '/opt/pre.so\n'),
  ]),
  begins('a commented preload is none', [
    glibcApp(),
    library('/opt/pre.so', { needed: ['libb.so.1'] }),
    file('etc/ld.so.preload', '#/opt/pre.so\n'),
  ]),
  begins(
    'a preload stands in for a needed library of the same soname',
    [app(), library('/opt/pre.so', { soname: 'liba.so.1' })],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
];
