import { describe, expect, test } from '@jest/globals';
import type { ElfSpec } from '../../support/elf-spec.ts';
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import {
  elf,
  library,
  load,
  MUSL,
  muslLoader,
  outcome,
  SOMEWHERE,
  type LoadOptions,
} from '../../support/loading.ts';

function app(spec: ElfSpec = {}, path = '/app'): TarItem {
  return elf(path, { interpreter: MUSL, needed: ['libc.so'], ...spec });
}

/** What is mapped or refused besides the loader. */
async function mapped(items: readonly TarItem[], options: LoadOptions = {}): Promise<string[]> {
  const found = outcome(await load([muslLoader(), ...items], options));
  return found.filter((line) => line !== `${MUSL} -> ${MUSL}`);
}

const needs = (...names: readonly string[]) => ({ needed: names });

describe('where musl finds libraries', () => {
  test.each([
    'libc.so',
    'libc.so.6',
    'libc.musl-x86_64.so.1',
    'libm.so.6',
    'libpthread.so.0',
    'librt.so.1',
    'libdl.so.2',
    'libutil.so.1',
    'libxnet.so',
  ])('%s is the loader itself, whatever lies in the directories', async (name) => {
    expect(await mapped([app(needs(name)), file(`lib/${name}`, 'no library')])).toEqual([]);
  });

  test('names that only begin alike are ordinary libraries', async () => {
    expect(await mapped([app(needs('libcrypt.so.1', 'libmvec.so.1'))])).toEqual([
      'libcrypt.so.1: library-not-found',
      'libmvec.so.1: library-not-found',
    ]);
  });

  test('LD_LIBRARY_PATH, then RUNPATH or RPATH, then the built-in directories', async () => {
    const items = ['/e', '/r', '/usr/local/lib'].map((directory) => library(`${directory}/liba.so`));
    const program = app({ ...needs('liba.so'), rpath: '/r' });
    expect(await mapped([program, ...items], { environment: { LD_LIBRARY_PATH: '/e' } })).toEqual([
      'liba.so -> /e/liba.so',
    ]);
    expect(await mapped([program, ...items])).toEqual(['liba.so -> /r/liba.so']);
    expect(await mapped([app(needs('liba.so')), ...items])).toEqual(['liba.so -> /usr/local/lib/liba.so']);
  });

  test('RUNPATH is inherited, unlike glibc’s, and wins over RPATH in one file', async () => {
    const items = [
      app({ ...needs('liba.so'), runpath: '/r', rpath: '/nowhere' }),
      library('/r/liba.so', { ...needs('libb.so'), runpath: '/s' }),
      library('/r/libb.so'),
    ];
    expect(await mapped(items)).toEqual(['liba.so -> /r/liba.so', 'libb.so -> /r/libb.so']);
  });

  test('a path with another token than $ORIGIN is ignored as a whole', async () => {
    const items = [library('/opt/lib/liba.so')];
    expect(await mapped([app({ ...needs('liba.so'), runpath: '$ORIGIN/opt/lib' }), ...items])).toEqual([
      'liba.so -> /opt/lib/liba.so',
    ]);
    expect(await mapped([app({ ...needs('liba.so'), runpath: '/opt/lib:$LIB' }), ...items])).toEqual([
      'liba.so: library-not-found',
    ]);
  });

  test('the path file replaces the built-in directories, also when it is empty', async () => {
    const items = [app(needs('liba.so')), library('/usr/lib/liba.so'), library('/opt/liba.so')];
    expect(await mapped([...items, file('etc/ld-musl-x86_64.path', '/opt\n/srv')])).toEqual([
      'liba.so -> /opt/liba.so',
    ]);
    expect(await mapped([...items, file('etc/ld-musl-x86_64.path', '')])).toEqual([
      'liba.so: library-not-found',
    ]);
    expect(await mapped([...items, file('etc/ld-musl-aarch64.path', '/opt')])).toEqual([
      'liba.so -> /usr/lib/liba.so',
    ]);
  });

  test('the path file lies below the directory above the loader’s', async () => {
    const loader = '/opt/musl/lib/ld-musl-x86_64.so.1';
    const items = [
      muslLoader(loader),
      elf('/app', { interpreter: loader, ...needs('liba.so') }),
      file('opt/musl/etc/ld-musl-x86_64.path', '/srv'),
      library('/srv/liba.so'),
    ];
    expect(outcome(await load(items)).at(-1)).toBe('liba.so -> /srv/liba.so');
  });

  test('sonames mean nothing: only the name of the file that was found does', async () => {
    const items = [app(needs('/opt/liba.so', 'libs.so')), library('/opt/liba.so', { soname: 'libs.so' })];
    expect(await mapped(items)).toEqual(['/opt/liba.so -> /opt/liba.so', 'libs.so: library-not-found']);
  });

  test('paths of 512 bytes and more are passed over in silence', async () => {
    const long = `/${'d'.repeat(250)}/${'e'.repeat(250)}`;
    const items = [
      app({ ...needs('libabc.so.1'), runpath: `${long}:/r` }),
      library(`${long}/libabc.so.1`),
      library('/r/libabc.so.1'),
    ];
    expect(await mapped(items)).toEqual(['libabc.so.1 -> /r/libabc.so.1']);
  });

  test('a preload that is not there is left out; what one needs is searched for in its own path only', async () => {
    const environment = { LD_PRELOAD: '/none.so:/opt/pre.so' };
    const items = [
      app({ ...needs('libc.so'), runpath: '/r' }),
      library('/opt/pre.so', needs('libb.so')),
      library('/r/libb.so'),
    ];
    expect(await mapped(items, { environment })).toEqual([
      '/opt/pre.so -> /opt/pre.so',
      'libb.so: library-not-found',
    ]);
  });
});

describe('what musl does with files that are no library for it', () => {
  const good = library('/usr/lib/liba.so');

  test.each([
    [
      'of another machine',
      library('/lib/liba.so', { machine: 'arm64', undefined: ['puts'] }),
      'Error relocating /lib/liba.so: unsupported relocation type',
    ],
    [
      'of another word size',
      library('/lib/liba.so', { machine: 'i386' }),
      'Error loading shared library liba.so: Exec format error (needed by /app)',
    ],
    [
      'that is a text',
      file('lib/liba.so', 'INPUT(liba.so.1)'.repeat(9)),
      'Error loading shared library liba.so: Exec format error (needed by /app)',
    ],
    [
      'that is a directory',
      file('lib/liba.so/x', ''),
      'Error loading shared library liba.so: Is a directory (needed by /app)',
    ],
    [
      'that is a static program',
      elf('/lib/liba.so', {}),
      'Error loading shared library liba.so: Exec format error (needed by /app)',
    ],
  ])('a first file %s is taken all the same', async (_, item, error) => {
    const { steps } = await load([muslLoader(), app(needs('liba.so')), good, item]);
    expect(steps.at(-1)?.refusals).toMatchObject([{ kind: 'library-mismatch', error }]);
  });

  test('what may not be read is passed over, a symlink loop ends the search', async () => {
    const items = [app(needs('liba.so')), good];
    expect(await mapped([...items, library('/lib/liba.so')], { closed: ['/lib/liba.so'] })).toEqual([
      'liba.so -> /usr/lib/liba.so',
    ]);
    expect(await mapped([...items, symlink('lib/liba.so', 'liba.so')])).toEqual([
      'liba.so: library-not-found',
    ]);
  });

  test('a second libc under another name is the loader', async () => {
    const libc = library('/lib/libother.so', { defined: ['__libc_start_main', 'stdin'] });
    expect(await mapped([app(needs('libother.so')), libc])).toEqual([]);
  });
});

describe('symbols', () => {
  test('every undefined symbol is bound before the program runs', async () => {
    const loader = muslLoader(MUSL, { defined: ['puts'] });
    const program = app({
      needed: ['libc.so', 'liba.so'],
      undefined: ['puts', 'gnu_get_libc_version', 'helper'],
    });
    const helper = library('/lib/liba.so', { defined: ['helper'], weakUndefined: ['__gmon_start__'] });
    const { steps } = await load([loader, program, helper]);
    expect(steps.flatMap(({ refusals }) => refusals)).toMatchObject([
      {
        kind: 'symbol-not-found',
        symbols: ['gnu_get_libc_version'],
        error: 'Error relocating /app: gnu_get_libc_version: symbol not found',
      },
    ]);
  });

  test('the libc’s own symbols count only when somebody asks for the libc', async () => {
    const loader = muslLoader(MUSL, { defined: ['puts'] });
    expect(outcome(await load([loader, app({ needed: [], undefined: ['puts'] })]))).toContain(
      `${MUSL}: symbol-not-found`,
    );
  });

  test('a preload may define what is missing', async () => {
    const items = [
      muslLoader(MUSL, { defined: [] }),
      app({ undefined: ['backtrace'] }),
      library('/lib/libbt.so', { defined: ['backtrace'] }),
    ];
    expect(outcome(await load(items, { environment: { LD_PRELOAD: '/lib/libbt.so' } }))).toEqual([
      `${MUSL} -> ${MUSL}`,
      '/lib/libbt.so -> /lib/libbt.so',
    ]);
  });
});

describe('gcompat', () => {
  const standIn = file(
    'lib64/ld-linux-x86-64.so.2',
    Buffer.concat([muslLoaderBytes(), Buffer.from('\0/lib/ld-musl-x86_64.so.1\0/lib/libgcompat.so.0\0')]),
    { mode: 0o755 },
  );

  test('its stand-in for glibc’s loader starts musl’s, with its own library first', async () => {
    const items = [
      standIn,
      muslLoader(MUSL, { defined: ['puts'] }),
      library('/lib/libgcompat.so.0', { defined: ['__libc_single_threaded'] }),
      elf('/app', {
        interpreter: '/lib64/ld-linux-x86-64.so.2',
        needed: ['libc.so.6'],
        undefined: ['puts', '__libc_single_threaded'],
      }),
    ];
    expect(outcome(await load(items))).toEqual([
      '/lib64/ld-linux-x86-64.so.2 -> /lib64/ld-linux-x86-64.so.2',
      `${MUSL} -> ${MUSL}`,
      '/lib/libgcompat.so.0 -> /lib/libgcompat.so.0',
    ]);
  });
});

function muslLoaderBytes(): Buffer {
  const { data } = library('/x', { header: { entry: SOMEWHERE } });
  return Buffer.from(data ?? '');
}
