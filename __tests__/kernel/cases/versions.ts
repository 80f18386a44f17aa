/** Symbol versions and symbols before glibc's loader. */
import type { VersionNeed } from '../../../src/elf/elf-facts.ts';
import { elfHash } from '../../support/elf-tables.ts';
import type { TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { fails, GLIBC, glibcApp, library, MUSL, muslApp, REAL, starts, withEnv } from '../loading.ts';
import { compile, compileWith } from '../programs.ts';
import { app, begins, DEFAULT, liba } from './glibc-case.ts';

type Items = readonly TarItem[];

const lacks = (name: string, items: Items, more: Partial<KernelCase> = {}) =>
  fails('symbol-version-not-found', name, [...GLIBC, ...items], more);
const unbound = (name: string, items: Items, more: Partial<KernelCase> = {}) =>
  fails('symbol-not-found', name, [...GLIBC, ...items], { kernel: 'exit 127', ...more });

function needs(file: string, ...names: readonly string[]): VersionNeed {
  return { file, versions: names.map((name) => ({ name, weak: false })) };
}

function weakly(file: string, ...names: readonly string[]): VersionNeed {
  return { file, versions: names.map((name) => ({ name, weak: true })) };
}

const ofLibc = (...names: readonly string[]) => ({ versionsNeeded: [needs('libc.so.6', ...names)] });
const ofA = (...names: readonly string[]) => ({ versionsNeeded: [needs('liba.so.1', ...names)] });
const defines = (...names: readonly string[]) => ({ versionsDefined: names });

const MAIN = 'int main(void) { return 0; }';
const PACKED = ['-pie', '-fPIE', '-Wl,-z,pack-relative-relocs'];
const POINTERS = 'static int x; int *const volatile pointers[3] = {&x, &x, &x};';

/** With one needed version turned into another one of the same libc, its hash (elf/dl-hash.h) too. */
function otherVersion(file: Buffer, from: string, to: string): Buffer {
  const [hash, other] = [from, to].map((name) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(elfHash(name));
    return bytes;
  });
  const [nameAt, hashAt] = [file.indexOf(`${from}\0`), file.indexOf(hash ?? '')];
  const changed = Buffer.from(file);
  changed.write(to.padEnd(from.length, '\0'), nameAt, 'latin1');
  changed.set(other ?? [], hashAt);
  return changed;
}

/** DT_RELR with and without the word for it. */
function packedCases(): readonly KernelCase[] {
  const whole = compile('gcc', PACKED, `${POINTERS} ${MAIN}`);
  const silent = otherVersion(whole, 'GLIBC_ABI_DT_RELR', 'GLIBC_2.2.5');
  const flags = ['-shared', '-fPIC', '-nostdlib', '-Wl,-z,pack-relative-relocs', '-Wl,--no-as-needed'];
  const packedLibrary = (...more: readonly string[]) =>
    program(`${DEFAULT.slice(1)}/liba.so.1`, compile('gcc', [...flags, ...more], POINTERS));
  return [
    begins('packed relocations that are said', [program('app', whole)]),
    fails('malformed-elf', 'packed relocations that are not said', [...GLIBC, program('app', silent)], {
      kernel: 'exit 127',
      prints: 'DT_RELR without GLIBC_ABI_DT_RELR dependency',
    }),
    begins('packed relocations of a library without libc', [app(), packedLibrary()]),
    begins('packed relocations of a library without versions', [app(), packedLibrary('-lc')]),
  ];
}

export const versionCases: readonly KernelCase[] = [
  begins('a version that the libc has', [glibcApp(ofLibc('GLIBC_2.34'))]),
  ...packedCases(),
  lacks(
    'a libc without any versions: musl’s in the place of glibc’s',
    [program('lib/x86_64-linux-gnu/libc.so.6', REAL.musl), program('app', compile('gcc', ['-O1'], MAIN))],
    { kernel: 'exit 127', prints: 'check_match: Assertion' },
  ),
  begins('a libc without any versions of which nothing is wanted', [
    program('lib/x86_64-linux-gnu/libc.so.6', REAL.musl),
    glibcApp(ofLibc('GLIBC_2.34')),
  ]),
  begins('several versions', [glibcApp(ofLibc('GLIBC_2.2.5', 'GLIBC_2.17', 'GLIBC_2.36'))]),
  lacks('a newer libc', [glibcApp(ofLibc('GLIBC_2.34', 'GLIBC_2.99'))], {
    kernel: 'exit 1',
    prints: "version `GLIBC_2.99' not found (required by /app)",
  }),
  begins('a newer libc, weakly', [glibcApp({ versionsNeeded: [weakly('libc.so.6', 'GLIBC_2.99')] })]),
  begins('the private interface of this libc', [glibcApp(ofLibc('GLIBC_PRIVATE'))]),
  begins('the interface for DT_RELR', [glibcApp(ofLibc('GLIBC_ABI_DT_RELR'))]),
  lacks('an interface of a later loader', [glibcApp(ofLibc('GLIBC_ABI_GNU2_TLS'))]),
  lacks(
    'a library that needs a newer libc',
    [app(), liba(DEFAULT, { needed: ['libc.so.6'], ...ofLibc('GLIBC_2.99') })],
    {
      prints: `(required by ${DEFAULT}/liba.so.1)`,
    },
  ),
  lacks(
    'a preload that needs a newer libc',
    [glibcApp(), library('/opt/pre.so', { needed: ['libc.so.6'], ...ofLibc('GLIBC_2.99') })],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
  begins('a version of an own library', [app(ofA('A_1')), liba(DEFAULT, defines('A_1', 'A_2'))]),
  lacks('a version that the own library lost', [app(ofA('A_3')), liba(DEFAULT, defines('A_1', 'A_2'))]),
  lacks('the file really found decides, not a better one elsewhere', [
    app({ ...ofA('A_2'), runpath: '/opt' }),
    liba('/opt', defines('A_1')),
    liba(DEFAULT, defines('A_1', 'A_2')),
  ]),
  begins('a library without any versions is taken as it is', [app(ofA('A_1')), liba(DEFAULT)]),
  lacks('a version in another library does not count', [
    glibcApp({ needed: ['liba.so.1', 'libb.so.1', 'libc.so.6'], ...ofA('B_1') }),
    liba(DEFAULT, defines('A_1')),
    library('/lib/libb.so.1', defines('B_1')),
  ]),
  lacks('the private interface of a libc in a library that has none', [
    app(ofA('GLIBC_PRIVATE')),
    liba(DEFAULT, defines('A_1')),
  ]),
  lacks('versions of a library that nobody asks for', [glibcApp(ofA('A_1')), liba(DEFAULT, defines('A_1'))], {
    prints: "Assertion `needed != NULL' failed",
  }),
  lacks('even weak versions of a library that nobody asks for', [
    glibcApp({ versionsNeeded: [weakly('liba.so.1', 'A_1')] }),
  ]),
  begins('versions of a library that only another one asks for', [
    glibcApp({ needed: ['libb.so.1', 'libc.so.6'], ...ofA('A_1') }),
    library('/lib/libb.so.1', { needed: ['liba.so.1'] }),
    liba(DEFAULT, defines('A_1')),
  ]),
  lacks('versions by the soname of a library that is asked for by its path', [
    glibcApp({ needed: ['/opt/liba.so', 'libc.so.6'], ...ofA('A_1') }),
    library('/opt/liba.so', { soname: 'liba.so.1', ...defines('A_1') }),
  ]),
  begins('versions by the path of a library that is asked for by its path', [
    glibcApp({ needed: ['/opt/liba.so', 'libc.so.6'], versionsNeeded: [needs('/opt/liba.so', 'A_1')] }),
    library('/opt/liba.so', { soname: 'liba.so.1', ...defines('A_1') }),
  ]),
  starts('musl does not look at versions', [...MUSL, muslApp(ofLibc('GLIBC_2.99'))]),
];

const HELPER = { soname: 'libhelper.so', source: 'int helper(void) { return 0; } int value;' };
const DECLARED = 'int helper(void); extern int value;';
const CALLS_PERHAPS = `${DECLARED} int main(int count, char **words) { return count > 5 ? helper() : 0; }`;
const CALLS = `${DECLARED} int main(void) { return helper(); }`;
const POINTS = `${DECLARED} int (*pointer)(void) = helper; int main(void) { return pointer == 0; }`;
const READS = `${DECLARED} int main(void) { return value; }`;

/** `/app`, linked with a library that has `helper` and `value`. */
function linked(source: string, binding: 'lazy' | 'now'): TarItem {
  return program('app', compileWith(HELPER, ['-O1', `-Wl,-z,${binding}`], source));
}

function helper(source: string): TarItem {
  return program(
    'lib/libhelper.so',
    compile('gcc', ['-shared', '-fPIC', '-nostdlib', '-Wl,-soname,libhelper.so'], source),
  );
}

const WHOLE = helper(HELPER.source);
const EMPTY = helper('int other;');

export const symbolCases: readonly KernelCase[] = [
  unbound('a variable that nobody defines', [glibcApp({ undefined: ['nowhere'] })], {
    prints: 'undefined symbol: nowhere',
  }),
  begins('a variable that a library defines', [
    app({ undefined: ['here'] }),
    liba(DEFAULT, { defined: ['here'] }),
  ]),
  begins('a variable that the libc defines', [glibcApp({ undefined: ['stdout', 'environ'] })]),
  begins('a symbol of the loader, which the libc asks for', [glibcApp({ undefined: ['__tls_get_addr'] })]),
  begins('a weak variable that nobody defines', [glibcApp({ weakUndefined: ['nowhere'] })]),
  unbound('a variable that a library needs', [app(), liba(DEFAULT, { undefined: ['nowhere'] })]),
  begins('a library that needs what the program defines', [
    app({ defined: ['here'] }),
    liba(DEFAULT, { undefined: ['here'] }),
  ]),
  begins('a function that is there', [linked(CALLS, 'now'), WHOLE]),
  begins('a function that is not called, bound lazily', [linked(CALLS_PERHAPS, 'lazy'), EMPTY]),
  {
    ...begins('a function that is called, bound lazily', [linked(CALLS, 'lazy'), EMPTY]),
    expect: { leftOut: 'whether /app calls helper' },
    prints: 'undefined symbol: helper',
  },
  unbound('a function that is not called, bound at once', [linked(CALLS_PERHAPS, 'now'), EMPTY], {
    prints: 'undefined symbol: helper',
  }),
  unbound(
    'a function that is not called, bound at once by LD_BIND_NOW',
    [linked(CALLS_PERHAPS, 'lazy'), EMPTY],
    withEnv('LD_BIND_NOW=1'),
  ),
  begins(
    'an empty LD_BIND_NOW changes nothing',
    [linked(CALLS_PERHAPS, 'lazy'), EMPTY],
    withEnv('LD_BIND_NOW='),
  ),
  begins(
    'a function bound at once that a preload defines',
    [linked(CALLS, 'now'), EMPTY, { ...WHOLE, name: 'lib/pre.so' }],
    withEnv('LD_PRELOAD=pre.so'),
  ),
  unbound('the address of a function, bound lazily', [linked(POINTS, 'lazy'), EMPTY]),
  unbound('a variable of a C program, bound lazily', [linked(READS, 'lazy'), EMPTY]),
];
