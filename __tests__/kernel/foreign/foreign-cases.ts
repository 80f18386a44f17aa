/** Real shells and built programs of another architecture, whole and broken in every way that a loader meets. */
import type { VersionNeed } from '../../../src/elf/elf-facts.ts';
import { MACHINES } from '../../support/elf-machines.ts';
import type { ElfSpec } from '../../support/elf-spec.ts';
import { file, symlink, type TarItem, whiteout } from '../../support/layer-builder.ts';
import { buildLdCache } from '../../support/ld-cache-builder.ts';
import { type KernelCase, program } from '../kernel-case.ts';
import { AS_USER, elf, library as libraryOf, withEnv } from '../loading.ts';
import { compile, STATIC } from '../programs.ts';
import type { Foreign } from './foreign-root.ts';

type Items = readonly TarItem[];

const SHELLS: readonly (readonly string[])[] = [
  ['/bin/bash', '-c', ':'],
  ['/bin/dash', '-c', 'exit 0'],
  ['/bin/busybox', 'true'],
];

export function casesOf(foreign: Foreign): readonly KernelCase[] {
  return [
    ...shellCases(foreign),
    ...fileCases(foreign),
    ...searchCases(foreign),
    ...hostCases(foreign),
    ...symbolCases(foreign),
    ...levelCases(foreign),
  ];
}

function makerOf({ architecture, platform, machine }: Foreign) {
  const { loader } = MACHINES[machine];
  const make = (
    expect: KernelCase['expect'],
    name: string,
    items: Items,
    { config, ...more }: Partial<KernelCase> = {},
  ): KernelCase => ({
    name: `${architecture}: ${name}`,
    layers: [items],
    platform,
    config: { entrypoint: ['/app'], ...config },
    expect,
    ...more,
  });
  return {
    loader,
    make,
    starts: (name: string, items: Items, more?: Partial<KernelCase>) => make('starts', name, items, more),
    fails: (error: string, name: string, items: Items, more?: Partial<KernelCase>) =>
      make({ error }, name, items, more),
    app: (spec: ElfSpec = {}) =>
      elf('/app', { machine, interpreter: loader, needed: ['liba.so.1', 'libc.so.6'], ...spec }),
    liba: (directory: string, spec: ElfSpec = {}, options: Partial<TarItem> = {}) =>
      libraryOf(`${directory}/liba.so.1`, { machine, ...spec }, options),
    library: (path: string, spec: ElfSpec = {}) => libraryOf(path, { machine, ...spec }),
  };
}

function started(words: readonly string[]): Pick<KernelCase, 'config'> {
  return { config: { entrypoint: words } };
}

/** As a layer over the root: nothing else is in it. */
const UNCHANGED: Items = [file('etc/hostname', 'x')];

function shellCases(foreign: Foreign): KernelCase[] {
  const { starts, fails, loader } = makerOf(foreign);
  const { triplet, emulator } = foreign;
  const [bash = []] = SHELLS;
  const inLib = (name: string) => `usr/lib/${triplet}/${name}`;
  const loaderFile = `usr${loader}`;
  return [
    ...SHELLS.map((words) => starts(words.join(' '), UNCHANGED, started(words))),
    fails('loader-not-found', 'bash without its loader', [whiteout(loaderFile)], started(bash)),
    fails('loader-not-found', 'bash with a dangling loader', [symlink(loaderFile, '/gone')], started(bash)),
    fails('library-not-found', 'bash without its libc', [whiteout(inLib('libc.so.6'))], started(bash)),
    fails('library-not-found', 'bash without libtinfo', [whiteout(inLib('libtinfo.so.6'))], started(bash)),
    fails(
      'library-not-found',
      'bash with a dangling libtinfo',
      [symlink(inLib('libtinfo.so.6'), 'libtinfo.so.5')],
      started(bash),
    ),
    fails(
      'library-mismatch',
      'bash with libtinfo of another machine',
      [libraryOf(`/${inLib('libtinfo.so.6')}`, { machine: 'loong64' })],
      started(bash),
    ),
    fails(
      'library-mismatch',
      'bash with a text as libtinfo',
      [file(inLib('libtinfo.so.6'), 'INPUT(libtinfo.so.5)\n'.repeat(9))],
      started(bash),
    ),
    // This machine's kernel runs what it has the processor for.
    ...(emulator === null
      ? []
      : [fails('wrong-architecture', 'a program of another machine', [elf('/app', { machine: 'loong64' })])]),
  ];
}

function fileCases(foreign: Foreign): KernelCase[] {
  const { starts, fails, app, liba } = makerOf(foreign);
  const home = `/usr/lib/${foreign.triplet}`;
  const { machine } = foreign;
  return [
    starts('a built program', [app({ needed: ['libc.so.6'] })]),
    starts('a static one', [elf('/app', { machine })]),
    starts('a library where Debian has them', [app(), liba(home)]),
    starts('a library in /usr/lib', [app(), liba('/usr/lib')]),
    fails('library-not-found', 'a library in /usr/local/lib', [app(), liba('/usr/local/lib')]),
    starts('a library of another machine is passed over', [
      app({ runpath: '/x' }),
      libraryOf('/x/liba.so.1', { machine: 'loong64' }),
      liba(home),
    ]),
    fails(
      'library-not-found',
      'a library that the user may not read',
      [app(), liba(home, {}, { mode: 0o600 })],
      AS_USER,
    ),
    fails('malformed-elf', 'a library without program headers', [
      app(),
      liba(home, { header: { programHeaderCount: 0 } }),
    ]),
    fails('library-mismatch', 'a program as a library', [app(), elf(`${home}/liba.so.1`, { machine })]),
  ];
}

function searchCases(foreign: Foreign): KernelCase[] {
  const { starts, fails, app, liba, library } = makerOf(foreign);
  const { triplet, cacheFlags, machine } = foreign;
  const cache = (path: string, flags = cacheFlags) => {
    const text = buildLdCache([{ name: 'liba.so.1', path, flags }]);
    return file('etc/ld.so.cache', Buffer.from(text, 'latin1'));
  };
  const cached = [app(), liba('/opt'), cache('/opt/liba.so.1')];
  return [
    starts('RPATH, inherited', [
      app({ rpath: '/opt' }),
      liba('/opt', { needed: ['libb.so.1'] }),
      library('/opt/libb.so.1'),
    ]),
    fails('library-not-found', 'RUNPATH, which is not inherited', [
      app({ runpath: '/opt' }),
      liba('/opt', { needed: ['libb.so.1'] }),
      library('/opt/libb.so.1'),
    ]),
    starts('$ORIGIN', [app({ runpath: '$ORIGIN/opt' }), liba('/opt')]),
    starts('$LIB', [app({ runpath: '/opt/$LIB' }), liba(`/opt/lib/${triplet}`)]),
    fails('library-not-found', '$LIB is not lib', [app({ runpath: '/opt/$LIB' }), liba('/opt/lib')]),
    starts('LD_LIBRARY_PATH', [app(), liba('/opt')], withEnv('LD_LIBRARY_PATH=/opt')),
    fails('library-not-found', 'no LD_LIBRARY_PATH', [app(), liba('/opt')]),
    starts(
      'LD_PRELOAD',
      [app({ needed: ['libc.so.6'] }), library('/opt/pre.so')],
      withEnv('LD_PRELOAD=/opt/pre.so'),
    ),
    fails(
      'library-not-found',
      'LD_PRELOAD of a library that lacks one',
      [app({ needed: ['libc.so.6'] }), library('/opt/pre.so', { needed: ['libgone.so'] })],
      withEnv('LD_PRELOAD=/opt/pre.so'),
    ),
    // The cache is written in little-endian order here, and loaders believe only their own.
    MACHINES[machine].byteOrder === 'little'
      ? starts('the cache', cached)
      : fails('library-not-found', 'a cache of the other byte order', cached),
    fails('library-not-found', 'a cache of amd64', [app(), liba('/opt'), cache('/opt/liba.so.1', 0x303)]),
    fails('library-not-found', 'a cache that is out of date', [app(), liba('/srv'), cache('/opt/liba.so.1')]),
  ];
}

/** What depends on the host's processor. The emulator's is the best of its kind. */
function hostCases(foreign: Foreign): KernelCase[] {
  const { starts, fails, app, liba } = makerOf(foreign);
  const { words, legacy, triplet } = foreign;
  const wanting = app({ runpath: '/opt/$PLATFORM' });
  const warns = { expect: { warning: 'library-not-found' } } as const;
  const [oldest, newest] = [words?.[0], words?.at(-1)];
  const every = (words ?? []).map((word) => liba(`/opt/${word}`));
  const under = (directory: string | undefined) =>
    directory === undefined ? [] : [[app(), liba(`/usr/lib/${triplet}/${directory}`)]];
  return [
    ...(newest === undefined ? [] : [starts('$PLATFORM of every host', [wanting, ...every])]),
    ...(newest === oldest || newest === undefined || oldest === undefined
      ? []
      : [
          { ...starts('$PLATFORM of the newest hosts', [wanting, liba(`/opt/${newest}`)], warns) },
          {
            ...starts('$PLATFORM of the oldest hosts', [wanting, liba(`/opt/${oldest}`)], warns),
            here: 'ends' as const,
          },
        ]),
    ...(words?.length === 0
      ? [fails('library-not-found', '$PLATFORM, which is nothing', [wanting, liba('/opt')])]
      : []),
    ...under(legacy.every).map((items) => starts('a sub-directory of every host', items)),
    ...under(legacy.better).map((items) => starts('a sub-directory of better hosts', items, warns)),
    ...under(legacy.none).map((items) => fails('library-not-found', 'a sub-directory of no host', items)),
  ];
}

/** All of it is for ARMv6, but for a part that is never called. */
const PARTLY_ARMV7 = `__asm__(".arch armv6\\n.globl _start\\n_start: mov r7, #1; mov r0, #0; svc #0\\n"
  ".arch armv7-a\\nnever: dmb ish; bx lr");`;

function partlyArmv7(): TarItem {
  return program('app', compile('arm-linux-gnueabihf-gcc', STATIC, PARTLY_ARMV7));
}

/** It would pass numbers in registers that ARMv5 may lack, and has none. */
function hardFloat(): TarItem {
  const code = '__asm__(".globl _start\\n_start: mov r7, #1; mov r0, #0; svc #0");';
  return program('app', compile('arm-linux-gnueabihf-gcc', [...STATIC, '-march=armv5te+fp', '-marm'], code));
}

/** The processor of a first Raspberry Pi, and one without registers for numbers. */
const V6 = ['v6', 'arm1176'] as const;
const V5 = ['v5', 'pxa250'] as const;

function levelCases(foreign: Foreign): KernelCase[] {
  const { make } = makerOf(foreign);
  if (foreign.machine !== 'armhf' && foreign.machine !== 'armel') return [];
  const isNewer = foreign.machine === 'armhf';
  const on = (
    [variant, processor]: typeof V5 | typeof V6,
    expect: KernelCase['expect'],
    words: readonly string[],
    items = UNCHANGED,
  ) =>
    make(expect, `${words.join(' ')} on an ARM${variant} processor`, items, {
      platform: { os: 'linux', architecture: 'arm', variant },
      config: { entrypoint: words, env: [`QEMU_CPU=${processor}`] },
      ...(expect !== 'starts' && 'error' in expect && { kernel: 'exit 132' }),
    });
  const warns = { warning: 'isa-level' };
  return [
    ...SHELLS.map((words) => on(V6, isNewer ? { error: 'isa-level' } : 'starts', words)),
    ...(isNewer ? [on(V6, warns, ['/app'], [partlyArmv7()]), on(V5, warns, ['/app'], [hardFloat()])] : []),
  ];
}

function needs(file: string, name: string): VersionNeed {
  return { file, versions: [{ name, weak: false }] };
}

function symbolCases(foreign: Foreign): KernelCase[] {
  const { starts, fails, app, liba } = makerOf(foreign);
  const home = `/usr/lib/${foreign.triplet}`;
  const plain = { needed: ['libc.so.6'] };
  const wanting = app({ undefined: ['sea@V_2'], versionsNeeded: [needs('liba.so.1', 'V_2')] });
  const having = (...defined: readonly string[]) => liba(home, { defined, versionsDefined: ['V_1', 'V_2'] });
  return [
    starts('a version that the libc has', [
      app({ ...plain, versionsNeeded: [needs('libc.so.6', 'GLIBC_2.34')] }),
    ]),
    fails('symbol-version-not-found', 'a newer libc', [
      app({ ...plain, versionsNeeded: [needs('libc.so.6', 'GLIBC_9.99')] }),
    ]),
    starts('symbols of the libc', [app({ ...plain, undefined: ['stdout', 'environ'] })]),
    fails('symbol-not-found', 'a symbol that nobody has', [app({ ...plain, undefined: ['nowhere'] })]),
    starts('a symbol in the version that is wanted', [wanting, having('sea@@V_2')]),
    fails('symbol-not-found', 'a symbol in another version', [wanting, having('sea@@V_1')]),
  ];
}
