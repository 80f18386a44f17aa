/** Where glibc's loader of this machine (Debian's) finds libraries: its own directories, RPATH and RUNPATH. */
import { file, symlink } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { elf, GLIBC_PATH, library } from '../loading.ts';
import { app, begins, DEFAULT, inSrv, liba, missing } from './glibc-case.ts';

export const glibcDirectoryCases: readonly KernelCase[] = [
  ...['/lib/x86_64-linux-gnu', DEFAULT, '/lib', '/usr/lib'].map((directory) =>
    begins(`${directory} is searched`, [app(), liba(directory)]),
  ),
  ...['/usr/local/lib', '/lib64', '/usr/lib64', '/usr/local/lib/x86_64-linux-gnu', '/opt/lib', '/'].map(
    (directory) => missing(`${directory} is not searched`, [app(), liba(directory === '/' ? '' : directory)]),
  ),
  missing('ld.so.conf alone changes nothing', [
    app(),
    liba('/opt/lib'),
    file('etc/ld.so.conf', '/opt/lib\n'),
  ]),
  begins('a symlink to the library', [
    app(),
    library('/opt/real.so.7', { soname: 'liba.so.1' }),
    symlink('usr/lib/liba.so.1', '/opt/real.so.7'),
  ]),
  missing('a dangling symlink to the library', [app(), symlink('usr/lib/liba.so.1', '/opt/real.so.7')]),
  begins('a directory that is a symlink', [
    app({ runpath: '/opt/current' }),
    liba('/opt/v2'),
    symlink('opt/current', 'v2'),
  ]),
  begins('the first directory is a file', [
    app({ runpath: '/opt/file:/opt/lib' }),
    file('opt/file', ''),
    liba('/opt/lib'),
  ]),
  missing('a library of a library is missing', [app(), liba(DEFAULT, { needed: ['libb.so.1'] })]),
  begins('a library of a library', [
    app(),
    liba(DEFAULT, { needed: ['libb.so.1'] }),
    library('/lib/libb.so.1'),
  ]),
  begins('libraries that need each other', [
    app(),
    liba(DEFAULT, { needed: ['libb.so.1'] }),
    library('/lib/libb.so.1', { needed: ['liba.so.1'] }),
  ]),
  begins('a library that needs the loader by its name', [
    app(),
    liba(DEFAULT, { needed: ['ld-linux-x86-64.so.2'] }),
  ]),
  begins('a library that needs itself', [app(), liba(DEFAULT, { needed: ['liba.so.1'] })]),
];

export const glibcRunpathCases: readonly KernelCase[] = [
  begins('RPATH of the program', [app({ rpath: '/opt/lib' }), liba('/opt/lib')]),
  begins('RUNPATH of the program', [app({ runpath: '/opt/lib' }), liba('/opt/lib')]),
  begins('the second directory of RUNPATH', [app({ runpath: '/nowhere:/opt/lib' }), liba('/opt/lib')]),
  begins('a trailing slash and an empty part', [app({ runpath: ':/opt/lib//' }), liba('/opt/lib')]),
  begins('RPATH is inherited', [
    app({ rpath: '/opt/lib' }),
    liba('/opt/lib', { needed: ['libb.so.1'] }),
    library('/opt/lib/libb.so.1'),
  ]),
  begins('RPATH of a library reaches what that needs', [
    app({ runpath: '/opt/lib' }),
    liba('/opt/lib', { needed: ['libb.so.1'], rpath: '/opt/more' }),
    library('/opt/more/libb.so.1', { needed: ['libc.so.1'] }),
    library('/opt/more/libc.so.1'),
  ]),
  missing('RUNPATH is not inherited', [
    app({ runpath: '/opt/lib' }),
    liba('/opt/lib', { needed: ['libb.so.1'] }),
    library('/opt/lib/libb.so.1'),
  ]),
  missing('RPATH beside RUNPATH is ignored', [
    app({ rpath: '/opt/lib', runpath: '/nowhere' }),
    liba('/opt/lib'),
  ]),
  missing('RPATH of the program does not reach through a library with RUNPATH', [
    app({ rpath: '/opt/lib' }),
    liba('/opt/lib', { needed: ['libb.so.1'], runpath: '/nowhere' }),
    library('/opt/lib/libb.so.1'),
  ]),
  begins('$ORIGIN', [app({ runpath: '$ORIGIN/lib' }), liba('/lib')]),
  begins('${ORIGIN} in the middle', [app({ runpath: '/opt/${ORIGIN}/lib' }), liba('/opt/lib')]),
  begins('$ORIGIN of a program that is a symlink is where it really is', [
    symlink('app', 'opt/bin/app'),
    elf('/opt/bin/app', { interpreter: GLIBC_PATH, needed: ['liba.so.1'], runpath: '$ORIGIN/../lib' }),
    liba('/opt/lib'),
  ]),
  missing('$ORIGIN of a program that is a symlink is not where it seems', [
    symlink('app', 'opt/bin/app'),
    elf('/opt/bin/app', { interpreter: GLIBC_PATH, needed: ['liba.so.1'], runpath: '$ORIGIN/here' }),
    liba('/here'),
  ]),
  begins('$ORIGIN of a library is where it was opened, through a symlink', [
    app({ runpath: '/opt/lib' }),
    symlink('opt/lib/liba.so.1', '/store/liba.so.1'),
    liba('/store', { needed: ['libb.so.1'], runpath: '$ORIGIN' }),
    library('/opt/lib/libb.so.1'),
  ]),
  missing('$ORIGIN of a library is not where its symlink leads', [
    app({ runpath: '/opt/lib' }),
    symlink('opt/lib/liba.so.1', '/store/liba.so.1'),
    liba('/store', { needed: ['libb.so.1'], runpath: '$ORIGIN' }),
    library('/store/libb.so.1'),
  ]),
  begins('$LIB is lib/x86_64-linux-gnu in Debian', [
    app({ runpath: '/opt/$LIB' }),
    liba('/opt/lib/x86_64-linux-gnu'),
  ]),
  missing('$LIB is not lib64 in Debian', [app({ runpath: '/opt/$LIB' }), liba('/opt/lib64')]),
  begins('$PLATFORM of every processor', [
    app({ runpath: '/opt/$PLATFORM' }),
    ...['x86_64', 'haswell', 'xeon_phi'].map((platform) => liba(`/opt/${platform}`)),
  ]),
  begins('$LIBRARY is no token', [app({ runpath: '/opt/$LIBRARY' }), liba('/opt/$LIBRARY')]),
  begins('$UNKNOWN is no token', [app({ runpath: '/opt/$UNKNOWN' }), liba('/opt/$UNKNOWN')]),
  begins('a relative RUNPATH counts from WORKDIR', [app({ runpath: 'lib' }), liba('/srv/lib')], {
    ...inSrv(),
  }),
  missing('a relative RUNPATH does not count from the program', [app({ runpath: 'deep' }), liba('/deep')], {
    ...inSrv(),
  }),
];
