/** Where musl's loader of this machine finds libraries, what it takes for one, and its symbols. */
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { AS_USER, elf, fails, library, MUSL, MUSL_PATH, muslApp, REAL, starts, withEnv } from '../loading.ts';
import { compile, compileWith } from '../programs.ts';

type Items = readonly TarItem[];
type More = Partial<KernelCase>;

const begins = (name: string, items: Items, more: More = {}) => starts(name, [...MUSL, ...items], more);
const ends = (rule: string, name: string, items: Items, more: More = {}) =>
  fails(rule, name, [...MUSL, ...items], { kernel: 'exit 127', ...more });
const missing = (name: string, items: Items, more: More = {}) => ends('library-not-found', name, items, more);
const mismatch = (name: string, items: Items, more: More = {}) => ends('library-mismatch', name, items, more);
const unbound = (name: string, items: Items, more: More = {}) => ends('symbol-not-found', name, items, more);

const app = (spec = {}) => muslApp({ needed: ['liba.so', 'libc.so'], ...spec });
const liba = (directory: string, spec = {}, options = {}) => library(`${directory}/liba.so`, spec, options);
const pathFile = (text: string) => file('etc/ld-musl-x86_64.path', text);

export const muslCases: readonly KernelCase[] = [
  ...[
    'libc.so',
    'libc.so.6',
    'libc.musl-x86_64.so.1',
    'libm.so.6',
    'libpthread.so.0',
    'librt.so.1',
    'libdl.so.2',
    'libutil.so.1',
  ].map((name) => begins(`${name} is built in`, [muslApp({ needed: [name] })])),
  begins('a built-in name is not looked for', [muslApp({ needed: ['libm.so'] }), file('lib/libm.so', 'x')]),
  missing('libcrypt is not built in', [muslApp({ needed: ['libcrypt.so.1'] })]),
  missing('the loader of glibc is not built in', [muslApp({ needed: ['ld-linux-x86-64.so.2'] })]),
  begins('a library by the path of the loader', [muslApp({ needed: [MUSL_PATH] })]),
  ...['/lib', '/usr/local/lib', '/usr/lib'].map((directory) =>
    begins(`${directory} is searched`, [app(), liba(directory)]),
  ),
  ...['/lib64', '/usr/lib/x86_64-linux-musl', '/opt'].map((directory) =>
    missing(`${directory} is not searched`, [app(), liba(directory)]),
  ),
  begins('the path file', [app(), liba('/opt/lib'), pathFile('/nowhere\n/opt/lib\n')]),
  begins('the path file with colons', [app(), liba('/opt/lib'), pathFile('/nowhere:/opt/lib')]),
  missing('the path file replaces the built-in directories', [app(), liba('/usr/lib'), pathFile('/opt/lib')]),
  missing('an empty path file leaves no directories', [app(), liba('/usr/lib'), pathFile('')]),
  missing('the path file ends at its first NUL', [app(), liba('/opt'), pathFile('/nowhere\0\n/opt\n')]),
  begins('a path file that begins like a script', [app(), liba('/opt'), pathFile('#!/nowhere\n/opt')]),
  begins('the path file of another architecture does not count', [
    app(),
    liba('/usr/lib'),
    file('etc/ld-musl-aarch64.path', '/opt'),
  ]),
  missing('a path file that is a directory leaves no directories', [
    app(),
    liba('/usr/lib'),
    file('etc/ld-musl-x86_64.path/x', ''),
  ]),
  missing(
    'a path file that the user may not read leaves no directories',
    [app(), liba('/usr/lib'), file('etc/ld-musl-x86_64.path', '/usr/lib', { mode: 0o600 })],
    AS_USER,
  ),
  fails('library-not-found', 'a path file below a file leaves no directories', [
    program('opt/musl/lib/ld.so', REAL.musl),
    elf('/app', { interpreter: '/opt/musl/lib/ld.so', needed: ['liba.so'] }),
    file('opt/musl/etc', ''),
    liba('/usr/lib'),
  ]),
  starts('the path file of a loader elsewhere', [
    program('opt/musl/lib/ld.so', REAL.musl),
    elf('/app', { interpreter: '/opt/musl/lib/ld.so', needed: ['liba.so'] }),
    file('opt/musl/etc/ld-musl-x86_64.path', '/srv'),
    liba('/srv'),
  ]),
  begins('LD_LIBRARY_PATH', [app(), liba('/opt')], withEnv('LD_LIBRARY_PATH=/opt')),
  missing(
    'LD_LIBRARY_PATH with semicolons is one directory',
    [app(), liba('/opt')],
    withEnv('LD_LIBRARY_PATH=/nowhere;/opt'),
  ),
  missing('empty parts of LD_LIBRARY_PATH are nothing', [app(), liba('/srv')], {
    config: { entrypoint: ['/app'], workingDir: '/srv', env: ['LD_LIBRARY_PATH=:'] },
  }),
  mismatch(
    'LD_LIBRARY_PATH comes before RPATH',
    [app({ rpath: '/r' }), liba('/r'), file('e/liba.so', 'x'.repeat(999))],
    withEnv('LD_LIBRARY_PATH=/e'),
  ),
  begins('RUNPATH', [app({ runpath: '/opt' }), liba('/opt')]),
  begins('RUNPATH is inherited', [
    app({ runpath: '/opt' }),
    liba('/opt', { needed: ['libb.so'] }),
    library('/opt/libb.so'),
  ]),
  missing('RPATH beside RUNPATH is ignored', [app({ rpath: '/opt', runpath: '/nowhere' }), liba('/opt')]),
  begins('$ORIGIN', [app({ runpath: '$ORIGIN/opt' }), liba('/opt')]),
  begins('$ORIGIN of a program behind a symlink is where it really is', [
    symlink('app', 'opt/bin/app'),
    elf('/opt/bin/app', { interpreter: MUSL_PATH, needed: ['liba.so'], runpath: '${ORIGIN}/../lib' }),
    liba('/opt/lib'),
  ]),
  missing('another token than $ORIGIN spoils the whole path', [
    app({ runpath: '/opt:/x/$LIB' }),
    liba('/opt'),
  ]),
  missing('sonames mean nothing', [
    muslApp({ needed: ['/opt/x.so', 'liba.so'] }),
    library('/opt/x.so', { soname: 'liba.so' }),
  ]),
  begins('a path that is too long is passed over', [
    app({ runpath: `/${'d'.repeat(250)}/${'e'.repeat(255)}:/opt` }),
    liba(`/${'d'.repeat(250)}/${'e'.repeat(255)}`),
    liba('/opt'),
  ]),
  missing('a library of a library', [app(), liba('/lib', { needed: ['libb.so'] })]),
  begins('LD_PRELOAD', [muslApp(), library('/opt/pre.so')], withEnv('LD_PRELOAD=/opt/pre.so')),
  begins(
    'a preload that is not there is left out in silence',
    [muslApp()],
    withEnv('LD_PRELOAD=/opt/gone.so'),
  ),
  missing(
    'what a preload needs must be there',
    [muslApp(), library('/opt/pre.so', { needed: ['libb.so'] })],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
  missing(
    'what a preload needs is not searched for in the program’s path',
    [muslApp({ runpath: '/r' }), library('/opt/pre.so', { needed: ['libb.so'] }), library('/r/libb.so')],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
];

const wrong = (name: string, item: TarItem, more: More = {}) =>
  mismatch(`the first file is ${name}`, [app(), item, liba('/usr/lib')], more);

/** What musl knows a libc by. */
const LIKE_LIBC = { machine: 'arm64', defined: ['__libc_start_main', 'stdin'], undefined: ['puts'] } as const;
const SHARED = ['-shared', '-fPIC', '-nostdlib'];
const FUNCTION = 'int a(void) { return 0; }';
const NATIVE_LIBRARY = compile('gcc', SHARED, FUNCTION);
const FOREIGN_LIBRARY = compile('aarch64-linux-gnu-gcc', SHARED, FUNCTION);
const CALLER: Items = [
  program(
    'app',
    compileWith(
      { soname: 'liba.so', source: FUNCTION },
      ['-nostartfiles', `-Wl,--dynamic-linker=${MUSL_PATH}`, '-nostdlib'],
      'int a(void); __asm__(".globl _start\\n_start: call a@plt; mov $60, %eax; xor %edi, %edi; syscall");',
    ),
  ),
];

export const muslFileCases: readonly KernelCase[] = [
  wrong('a library of another machine', liba('/lib', { machine: 'arm64', undefined: ['puts'] }), {
    prints: 'unsupported relocation type',
  }),
  begins('a library of another machine of which nothing is relocated or run', [
    app(),
    liba('/lib', { machine: 'arm64' }),
  ]),
  fails(
    'library-mismatch',
    'a library of another machine of which the program calls a function',
    [...MUSL, ...CALLER, file('lib/liba.so', FOREIGN_LIBRARY)],
    { kernel: 'signal 11' },
  ),
  begins(
    'a library of another machine behind one that has the function',
    [...CALLER, file('opt/first.so', NATIVE_LIBRARY), file('lib/liba.so', FOREIGN_LIBRARY)],
    withEnv('LD_PRELOAD=/opt/first.so'),
  ),
  wrong('a library of another word size', liba('/lib', { machine: 'i386' }), { prints: 'Exec format error' }),
  wrong('a big-endian library', liba('/lib', { machine: 's390x' }), { prints: 'Exec format error' }),
  wrong('a text', file('lib/liba.so', 'INPUT(liba.so.1)\n'.repeat(99)), { prints: 'Exec format error' }),
  wrong('an empty file', file('lib/liba.so', ''), { prints: 'Exec format error' }),
  wrong('a directory', file('lib/liba.so/x', ''), { prints: 'Is a directory' }),
  missing('a library as a directory', [muslApp({ needed: ['/lib/liba.so/'] }), liba('/lib')], {
    prints: 'Not a directory',
  }),
  missing(
    'a file as a directory of libraries',
    [app(), pathFile('/nowhere:/etc/passwd'), file('etc/passwd', '')],
    {
      prints: 'liba.so: Not a directory',
    },
  ),
  wrong('a static program', elf('/lib/liba.so', {}), { prints: 'Exec format error' }),
  wrong('an object file', liba('/lib', { header: { type: 1 } }), { prints: 'Exec format error' }),
  begins('the system in the header does not matter', [app(), liba('/lib', { header: { osAbi: 9 } })]),
  begins('the version in the header does not matter', [app(), liba('/lib', { header: { version: 7 } })]),
  begins('a position-independent program is a library too', [app(), liba('/lib', { flags1: 0x08000000 })]),
  begins(
    'an unreadable first file is passed over',
    [app(), liba('/lib', {}, { mode: 0o600 }), liba('/usr/lib')],
    AS_USER,
  ),
  missing('a library that the user may not read', [app(), liba('/usr/lib', {}, { mode: 0o600 })], {
    ...AS_USER,
    prints: 'Permission denied',
  }),
  missing(
    'a symlink that goes round in circles ends the search',
    [app(), symlink('lib/liba.so', 'liba.so'), liba('/usr/lib')],
    { prints: 'Symbolic link loop' },
  ),
  begins('a dangling symlink does not', [app(), symlink('lib/liba.so', 'gone'), liba('/usr/lib')]),
  ...[
    ['musl’s', REAL.musl] as const,
    ['glibc’s', REAL.glibc] as const,
    ['one of another machine', library('/x', LIKE_LIBC).data ?? ''] as const,
  ].map(([whose, data]) =>
    begins(`a second libc under another name is the loader itself: ${whose}`, [
      muslApp({ needed: ['libother.so'] }),
      file('lib/libother.so', data),
    ]),
  ),
  mismatch(
    'a preload that cannot be relocated ends the start',
    [muslApp(), file('opt/pre.so', REAL.glibcLoader)],
    { ...withEnv('LD_PRELOAD=/opt/pre.so'), prints: 'unsupported relocation type' },
  ),
  fails('malformed-elf', 'a library without a hash table', [...MUSL, app(), liba('/lib', { hash: 'none' })], {
    kernel: 'signal 11',
  }),
  fails('loader-mismatch', 'a program without a hash table', [...MUSL, muslApp({ hash: 'none' })], {
    kernel: 'signal 11',
  }),
  fails('malformed-elf', 'a library cut in half', [...MUSL, app(), half(liba('/lib'))]),
];

const EVERY_KIND = `
static __thread int own = 1; __thread int other = 2; extern char **environ; int puts(const char *);
static int *pointer = (int *)&environ; int (*function)(const char *) = puts;
int here(void) { return own + other + (pointer != 0) + puts("x") + (function != 0); }`;
const CHOOSES = `
static int plain(void) { return 0; }
static void *choose(void) { return plain; }
static int chosen(void) __attribute__((ifunc("choose")));
int here(void) { return chosen(); }`;

const POINTS = 'int x; int *p[4] = { &x, &x, &x, &x }; int main(void) { return p[0] != &x; }';

/** Their code has absolute addresses, which relocations fill in (DT_TEXTREL). */
const ABSOLUTE = ['-fno-pic', '-mcmodel=large', '-Wl,-z,notext'];

const NOTHING = 'int main(void) { return 0; }';

/** Built against glibc, for musl. */
function fromGlibc(source: string, ...options: readonly string[]): TarItem {
  return program('app', compile('gcc', ['-O2', `-Wl,--dynamic-linker=${MUSL_PATH}`, ...options], source));
}

export const muslSymbolCases: readonly KernelCase[] = [
  begins('symbols that musl has', [muslApp({ undefined: ['puts', 'malloc', 'stdout'] })]),
  unbound('a symbol that nobody has', [muslApp({ undefined: ['nowhere'] })], {
    prints: 'Error relocating /app: nowhere: symbol not found',
  }),
  begins('a weak symbol that nobody has', [muslApp({ weakUndefined: ['nowhere'] })]),
  unbound('a symbol that a library needs', [app(), liba('/lib', { undefined: ['nowhere'] })]),
  begins('a symbol that another library has', [
    app({ undefined: ['here'] }),
    liba('/lib', { defined: ['here'] }),
  ]),
  unbound('symbols of the libc when nobody asks for it', [muslApp({ needed: [], undefined: ['puts'] })]),
  begins('a program without needs', [muslApp({ needed: [] })]),
  begins('a C program', [program('app', compile('musl-gcc', [], NOTHING))]),
  begins('a glibc program that only needs what musl has', [
    fromGlibc('#include <stdio.h>\nint main(void) { puts("x"); return 0; }'),
  ]),
  unbound(
    'a glibc program that asks for its libc’s version',
    [fromGlibc('#include <gnu/libc-version.h>\nint main(void) { return gnu_get_libc_version() == 0; }')],
    { prints: 'gnu_get_libc_version: symbol not found' },
  ),
  unbound(
    'a fortified glibc program',
    [
      fromGlibc(
        '#include <stdio.h>\nint main(int c, char **v) { char b[9]; sprintf(b, "%s", v[c - 1]); return 0; }',
        '-D_FORTIFY_SOURCE=2',
      ),
    ],
    { prints: '__sprintf_chk: symbol not found' },
  ),
  unbound('a lazily bound function is bound at once', [
    fromGlibc(
      '#include <mcheck.h>\nint main(int c, char **v) { if (c > 5) mtrace(); return 0; }',
      '-Wl,-z,lazy',
    ),
  ]),
  begins('a library of musl’s with relocations of every kind', [
    app(),
    program('lib/liba.so', compile('musl-gcc', ['-shared', '-fPIC', '-O1'], EVERY_KIND)),
  ]),
  mismatch(
    'a library of glibc’s that chooses a function for the processor',
    [app(), program('lib/liba.so', compile('gcc', ['-shared', '-fPIC', '-nostdlib'], CHOOSES))],
    { prints: 'Error relocating /lib/liba.so: unsupported relocation type 37' },
  ),
  unbound('a function of a library that chooses it for the processor', [
    app({ undefined: ['chosen'] }),
    program(
      'lib/liba.so',
      compile('gcc', ['-shared', '-fPIC', '-nostdlib'], CHOOSES.replace('static int chosen', 'int chosen')),
    ),
  ]),
  fails(
    'loader-mismatch',
    'a program with packed relocations, which this musl leaves undone',
    [...MUSL, program('app', compile('musl-gcc', ['-pie', '-fPIE', '-Wl,-z,pack-relative-relocs'], POINTS))],
    { kernel: 'signal 11' },
  ),
  fails(
    'malformed-elf',
    'a program with relocations of its code',
    [...MUSL, program('app', compile('musl-gcc', [...ABSOLUTE, '-pie'], POINTS))],
    { kernel: 'signal 11' },
  ),
  begins(
    'a program with relocations of its code that the loader maps itself',
    [program('app', compile('musl-gcc', [...ABSOLUTE, '-pie'], POINTS))],
    { config: { entrypoint: [MUSL_PATH, '/app'] } },
  ),
  begins('a library with relocations of its code', [
    app(),
    program('lib/liba.so', compile('musl-gcc', [...ABSOLUTE, '-shared'], POINTS)),
  ]),
  begins(
    'what is missing comes from a preload',
    [
      fromGlibc('#include <gnu/libc-version.h>\nint main(void) { return gnu_get_libc_version() == 0; }'),
      program(
        'lib/libfill.so',
        compile('musl-gcc', ['-shared', '-fPIC'], 'const char *gnu_get_libc_version(void) { return "2"; }'),
      ),
    ],
    withEnv('LD_PRELOAD=/lib/libfill.so'),
  ),
];

function half(item: TarItem): TarItem {
  const data = Buffer.from(item.data ?? '');
  return { ...item, data: data.subarray(0, data.length / 2) };
}
