import { describe, expect, test } from '@jest/globals';
import { hardLink, symlink, type TarItem, file } from '../../support/layer-builder.ts';
import { amd64Line, buildLdCache, type CacheLine } from '../../support/ld-cache-builder.ts';
import { app, elf, glibcLoader, library, load, type LoadOptions, outcome } from '../../support/loading.ts';

const LOADED = '/lib64/ld-linux-x86-64.so.2 -> /lib64/ld-linux-x86-64.so.2';
const LIBC = 'libc.so.6 -> /lib/x86_64-linux-gnu/libc.so.6';
const FILES = [glibcLoader(), library('/lib/x86_64-linux-gnu/libc.so.6')];

/** What is mapped or refused besides loader and libc. */
async function mapped(items: readonly TarItem[], options: LoadOptions = {}): Promise<string[]> {
  const found = outcome(await load([...FILES, ...items], options));
  return found.filter((line) => line !== LOADED && line !== LIBC);
}

function cache(...lines: readonly CacheLine[]): TarItem {
  return file('etc/ld.so.cache', Buffer.from(buildLdCache(lines), 'latin1'));
}

const needs = (name: string) => ({ needed: [name, 'libc.so.6'] });
const foreign = { machine: 'arm64' } as const;
const level = (name: string) => `/usr/lib/glibc-hwcaps/${name}/liba.so.1`;

describe('where glibc finds libraries', () => {
  test('the directories that the loader was built with come last, in their order', async () => {
    expect(outcome(await load([...FILES, app()]))).toEqual([LOADED, LIBC]);
    const both = [library('/usr/lib/x86_64-linux-gnu/liba.so.1'), library('/lib/liba.so.1')];
    expect(await mapped([app(needs('liba.so.1')), ...both])).toEqual([
      'liba.so.1 -> /usr/lib/x86_64-linux-gnu/liba.so.1',
    ]);
  });

  test('they are those of this very loader: Fedora’s does not look where Debian’s does', async () => {
    const fedora = [
      glibcLoader(['/lib64', '/usr/lib64']),
      library('/lib64/libc.so.6'),
      app(needs('liba.so.1')),
    ];
    const found = outcome(await load([...fedora, library('/usr/lib/x86_64-linux-gnu/liba.so.1')]));
    expect(found).toContain('liba.so.1: library-not-found');
    expect(outcome(await load([...fedora, library('/usr/lib64/liba.so.1')]))).toContain(
      'liba.so.1 -> /usr/lib64/liba.so.1',
    );
  });

  test('RPATH counts before LD_LIBRARY_PATH, RUNPATH after it', async () => {
    const items = [library('/r/liba.so.1'), library('/e/liba.so.1')];
    const environment = { LD_LIBRARY_PATH: '/e' };
    const rpath = await mapped([app({ ...needs('liba.so.1'), rpath: '/r' }), ...items], { environment });
    const runpath = await mapped([app({ ...needs('liba.so.1'), runpath: '/r' }), ...items], { environment });
    expect(rpath).toEqual(['liba.so.1 -> /r/liba.so.1']);
    expect(runpath).toEqual(['liba.so.1 -> /e/liba.so.1']);
  });

  test('RPATH is inherited, RUNPATH is not', async () => {
    const items = [library('/r/liba.so.1', { needed: ['libb.so.1'] }), library('/r/libb.so.1')];
    expect(await mapped([app({ ...needs('liba.so.1'), rpath: '/r' }), ...items])).toEqual([
      'liba.so.1 -> /r/liba.so.1',
      'libb.so.1 -> /r/libb.so.1',
    ]);
    expect(await mapped([app({ ...needs('liba.so.1'), runpath: '/r' }), ...items])).toEqual([
      'liba.so.1 -> /r/liba.so.1',
      'libb.so.1: library-not-found',
    ]);
  });

  test('an object with RUNPATH neither uses its own RPATH nor inherits one', async () => {
    const own = app({ ...needs('liba.so.1'), rpath: '/r', runpath: '/nowhere' });
    expect(await mapped([own, library('/r/liba.so.1')])).toEqual(['liba.so.1: library-not-found']);
    const inherited = [
      app({ ...needs('liba.so.1'), rpath: '/r' }),
      library('/r/liba.so.1', { needed: ['libb.so.1'], runpath: '/nowhere' }),
      library('/r/libb.so.1'),
    ];
    expect(await mapped(inherited)).toContain('libb.so.1: library-not-found');
  });

  test('the cache decides before the default directories, also for what ldconfig has not seen', async () => {
    const items = [library('/opt/liba.so.1'), library('/usr/lib/liba.so.1'), app(needs('liba.so.1'))];
    expect(await mapped([...items, cache(amd64Line('liba.so.1', '/opt/liba.so.1'))])).toEqual([
      'liba.so.1 -> /opt/liba.so.1',
    ]);
    expect(await mapped(items)).toEqual(['liba.so.1 -> /usr/lib/liba.so.1']);
    const conf = file('etc/ld.so.conf', '/opt\n');
    expect(await mapped([library('/opt/liba.so.1'), app(needs('liba.so.1')), conf])).toEqual([
      'liba.so.1: library-not-found',
    ]);
  });

  test('a cache entry whose file is gone, or that is for another ABI, counts for nothing', async () => {
    const items = [library('/usr/lib/liba.so.1'), app(needs('liba.so.1'))];
    const gone = amd64Line('liba.so.1', '/opt/liba.so.1');
    const other = { name: 'liba.so.1', path: '/opt/liba.so.1', flags: 3 };
    expect(await mapped([...items, cache(gone)])).toEqual(['liba.so.1 -> /usr/lib/liba.so.1']);
    expect(await mapped([...items, cache(other), library('/opt/liba.so.1')])).toEqual([
      'liba.so.1 -> /usr/lib/liba.so.1',
    ]);
  });

  test('DF_1_NODEFLIB leaves out the default directories and what the cache has of them', async () => {
    const program = app({ needed: ['liba.so.1'], flags1: 0x800 });
    const items = [program, library('/usr/lib/liba.so.1'), library('/opt/liba.so.1')];
    expect(await mapped(items)).toEqual(['liba.so.1: library-not-found']);
    expect(await mapped([...items, cache(amd64Line('liba.so.1', '/usr/lib/liba.so.1'))])).toEqual([
      'liba.so.1: library-not-found',
    ]);
    expect(await mapped([...items, cache(amd64Line('liba.so.1', '/opt/liba.so.1'))])).toEqual([
      'liba.so.1 -> /opt/liba.so.1',
    ]);
  });

  test('$ORIGIN is the program’s real place and a library’s place as it was opened', async () => {
    const real = [
      elf('/opt/bin/app', {
        interpreter: '/lib64/ld-linux-x86-64.so.2',
        needed: ['liba.so.1'],
        runpath: '$ORIGIN/../lib',
      }),
      symlink('app', 'opt/bin/app'),
      library('/store/liba.so.1', { needed: ['libb.so.1'], runpath: '${ORIGIN}/more' }),
      symlink('opt/lib/liba.so.1', '/store/liba.so.1'),
      library('/opt/lib/more/libb.so.1'),
    ];
    expect(await mapped(real)).toEqual([
      'liba.so.1 -> /opt/bin/../lib/liba.so.1',
      'libb.so.1 -> /opt/bin/../lib/more/libb.so.1',
    ]);
  });

  test('$LIB is the loader’s, $PLATFORM the host’s, and what only looks like a token is text', async () => {
    const lib = [
      app({ ...needs('liba.so.1'), runpath: '/opt/$LIB' }),
      library('/opt/lib/x86_64-linux-gnu/liba.so.1'),
    ];
    expect(await mapped(lib)).toEqual(['liba.so.1 -> /opt/lib/x86_64-linux-gnu/liba.so.1']);
    const text = [app({ ...needs('liba.so.1'), runpath: '/opt/$LIBS' }), library('/opt/$LIBS/liba.so.1')];
    expect(await mapped(text)).toEqual(['liba.so.1 -> /opt/$LIBS/liba.so.1']);
    const platform = app({ ...needs('liba.so.1'), runpath: '/opt/$PLATFORM' });
    const everywhere = ['x86_64', 'haswell', 'xeon_phi'].map((word) => library(`/opt/${word}/liba.so.1`));
    expect(await mapped([platform, ...everywhere])).toEqual(['liba.so.1 -> /opt/x86_64/liba.so.1']);
  });

  test('an empty part of a path list is the working directory', async () => {
    const items = [app(needs('liba.so.1')), library('/srv/liba.so.1')];
    const options = { environment: { LD_LIBRARY_PATH: '/nowhere:' }, workingDir: '/srv' };
    expect(await mapped(items, options)).toEqual(['liba.so.1 -> liba.so.1']);
    expect(await mapped(items, { ...options, environment: { LD_LIBRARY_PATH: '' } })).toEqual([
      'liba.so.1: library-not-found',
    ]);
  });

  test('a name with a slash is a path, and nothing is searched', async () => {
    const items = [app(needs('/opt/liba.so.1')), library('/opt/liba.so.1')];
    expect(await mapped(items)).toEqual(['/opt/liba.so.1 -> /opt/liba.so.1']);
    expect(
      await mapped([app(needs('sub/liba.so.1')), library('/opt/sub/liba.so.1')], { workingDir: '/opt' }),
    ).toEqual(['sub/liba.so.1 -> sub/liba.so.1']);
    expect(await mapped([app(needs('/opt/liba.so.1')), library('/usr/lib/liba.so.1')])).toEqual([
      '/opt/liba.so.1: library-not-found',
    ]);
  });

  test('a library that is loaded already is found by its soname, its inode and the loader’s own name', async () => {
    const items = [
      app({ needed: ['/opt/x/liba.so', 'liba.so.7', 'libhard.so', 'ld-linux-x86-64.so.2', 'libc.so.6'] }),
      library('/opt/x/liba.so', { soname: 'liba.so.7' }),
      hardLink('usr/lib/libhard.so', 'opt/x/liba.so', { mode: 0o755 }),
    ];
    expect(await mapped(items)).toEqual(['/opt/x/liba.so -> /opt/x/liba.so']);
  });

  test('F07 cycles, self-needs and diamonds end', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `lib${index}.so`);
    const items = names.map((name, index) =>
      library(`/usr/lib/${name}`, { needed: [...names.slice(0, 30), name, names[index + 1] ?? 'lib0.so'] }),
    );
    expect(await mapped([app({ needed: ['lib0.so', 'libc.so.6'] }), ...items])).toHaveLength(60);
  });
});

describe('what glibc does with files that are no library for it', () => {
  test('libraries of another machine or word size are passed over', async () => {
    const items = [app({ ...needs('liba.so.1'), runpath: '/x' }), library('/usr/lib/liba.so.1')];
    expect(await mapped([...items, library('/x/liba.so.1', foreign)])).toEqual([
      'liba.so.1 -> /usr/lib/liba.so.1',
    ]);
    expect(await mapped([...items, library('/x/liba.so.1', { machine: 'i386' })])).toEqual([
      'liba.so.1 -> /usr/lib/liba.so.1',
    ]);
  });

  test('when there are no others, the refusal names them and says what the loader says', async () => {
    const other = await load([...FILES, app(needs('liba.so.1')), library('/usr/lib/liba.so.1', foreign)]);
    expect(other.steps.at(-1)?.refusals).toMatchObject([
      {
        kind: 'library-mismatch',
        error:
          '/app: error while loading shared libraries: liba.so.1: cannot open shared object file: No such file or directory',
        passedOver: [{ path: '/usr/lib/liba.so.1', why: 'it is for AArch64' }],
      },
    ]);
    const narrow = await load([
      ...FILES,
      app(needs('liba.so.1')),
      library('/usr/lib/liba.so.1', { machine: 'i386' }),
    ]);
    expect(narrow.steps.at(-1)?.refusals).toMatchObject([
      { error: '/app: error while loading shared libraries: liba.so.1: wrong ELF class: ELFCLASS32' },
    ]);
  });

  test.each([
    ['a text', file('x/liba.so.1', 'GROUP ( /lib/libreal.so )'.repeat(4)), 'library-mismatch'],
    ['an empty file', file('x/liba.so.1', ''), 'library-mismatch'],
    ['a directory', file('x/liba.so.1/file', ''), 'library-mismatch'],
    ['a static program', elf('/x/liba.so.1', {}), 'library-mismatch'],
    ['a position-independent program', library('/x/liba.so.1', { flags1: 0x08000000 }), 'library-mismatch'],
    ['an object file', library('/x/liba.so.1', { header: { type: 1 } }), 'library-mismatch'],
    ['a file of another system', library('/x/liba.so.1', { header: { osAbi: 9 } }), 'library-mismatch'],
  ])('%s ends the search, although a good one follows', async (_, item, kind) => {
    const program = app({ ...needs('liba.so.1'), runpath: '/x' });
    expect(await mapped([program, library('/usr/lib/liba.so.1'), item])).toEqual([`liba.so.1: ${kind}`]);
  });

  test('a symlink loop ends its list of directories, a closed directory only itself', async () => {
    const program = app({ ...needs('liba.so.1'), runpath: '/x:/y' });
    const items = [program, library('/y/liba.so.1'), library('/usr/lib/liba.so.1')];
    expect(await mapped([...items, symlink('x/liba.so.1', 'liba.so.1')])).toEqual([
      'liba.so.1 -> /usr/lib/liba.so.1',
    ]);
    expect(await mapped([...items, library('/x/liba.so.1')], { closed: ['/x'] })).toEqual([
      'liba.so.1 -> /y/liba.so.1',
    ]);
  });

  test('a library that the user may not read is as good as none, and the reason is kept', async () => {
    const items = [...FILES, app(needs('liba.so.1')), library('/usr/lib/liba.so.1')];
    const { steps } = await load(items, { closed: ['/usr/lib/liba.so.1'] });
    expect(steps.at(-1)?.refusals).toMatchObject([
      {
        kind: 'library-not-found',
        error: expect.stringMatching(/cannot open shared object file: Permission denied$/),
        passedOver: [{ because: 'unreadable' }],
      },
    ]);
  });
});

describe('preloads', () => {
  test('LD_PRELOAD and the preload file are mapped first, with what they need', async () => {
    const items = [
      app(),
      library('/opt/pre.so', { needed: ['libz.so.1'] }),
      library('/usr/lib/libz.so.1'),
      library('/usr/lib/libt.so'),
    ];
    const preload = file('etc/ld.so.preload', '# all of these\nlibt.so # and no more\n');
    expect(await mapped([...items, preload], { environment: { LD_PRELOAD: '/opt/pre.so' } })).toEqual([
      '/opt/pre.so -> /opt/pre.so',
      'libt.so -> /usr/lib/libt.so',
      'libz.so.1 -> /usr/lib/libz.so.1',
    ]);
  });

  test('one that cannot be mapped is only complained of, what it needs must be there', async () => {
    const items = [app(), library('/opt/pre.so', { needed: ['libgone.so.1'] })];
    const { steps } = await load([...FILES, ...items], {
      environment: { LD_PRELOAD: '/opt/none.so /opt/pre.so' },
    });
    expect(
      steps.flatMap(({ name, refusals }) => refusals.map((refusal) => ({ name, ...refusal }))),
    ).toMatchObject([
      {
        name: '/opt/none.so',
        effect: 'ignored',
        error:
          "ERROR: ld.so: object '/opt/none.so' from LD_PRELOAD cannot be preloaded (cannot open shared object file): ignored.",
      },
      { name: 'libgone.so.1', effect: 'stops' },
    ]);
  });

  test('a preload that is ignored does not excuse who needs the library, or a version of it', async () => {
    const environment = { LD_PRELOAD: 'liba.so.1' };
    expect(await mapped([app(needs('liba.so.1'))], { environment })).toEqual([
      'liba.so.1: library-not-found',
    ]);
    const versionsNeeded = [{ file: 'liba.so.1', versions: [{ name: 'A_1', weak: false }] }];
    const { steps } = await load([...FILES, app({ versionsNeeded })], { environment });
    expect(steps.flatMap(({ refusals }) => refusals.map(({ kind }) => kind))).toEqual([
      'symbol-version-not-found',
      'library-not-found',
    ]);
  });

  test('in a set-uid program only set-uid libraries of the standard directories are preloaded', async () => {
    const items = [
      app(),
      library('/opt/pre.so'),
      library('/usr/lib/plain.so'),
      { ...library('/usr/lib/su.so'), mode: 0o4755 },
    ];
    const environment = { LD_PRELOAD: '/opt/pre.so su.so' };
    expect(await mapped(items, { environment, mode: 'secure' })).toEqual(['su.so -> /usr/lib/su.so']);
  });
});

describe('set-uid programs', () => {
  const secure = { mode: 'secure' } as const;

  test('LD_LIBRARY_PATH counts for nothing', async () => {
    const items = [app(needs('liba.so.1')), library('/e/liba.so.1')];
    expect(await mapped(items, { ...secure, environment: { LD_LIBRARY_PATH: '/e' } })).toEqual([
      'liba.so.1: library-not-found',
    ]);
  });

  test('$ORIGIN of the program counts below the loader’s directories only', async () => {
    const below = elf('/usr/lib/x/app', {
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['liba.so.1'],
      runpath: '$ORIGIN/y',
    });
    expect(
      await mapped([below, library('/usr/lib/x/y/liba.so.1')], { ...secure, program: '/usr/lib/x/app' }),
    ).toEqual(['liba.so.1 -> /usr/lib/x/y/liba.so.1']);
    const items = [app({ ...needs('liba.so.1'), runpath: '$ORIGIN/y' }), library('/y/liba.so.1')];
    expect(await mapped(items, secure)).toEqual(['liba.so.1: library-not-found']);
  });

  test('tokens in needed names end the start', async () => {
    const items = [app(needs('$ORIGIN/liba.so.1')), library('/liba.so.1')];
    expect(await mapped(items)).toEqual(['//liba.so.1 -> //liba.so.1']);
    expect(await mapped(items, secure)).toEqual(['$ORIGIN/liba.so.1: library-not-found']);
  });
});

describe('what depends on the host’s processor', () => {
  test('a library for better processors only is missing on the others, and so it is said', async () => {
    const items = [...FILES, app(needs('liba.so.1')), library(level('x86-64-v3'))];
    const { steps } = await load(items);
    expect(steps.at(-1)?.refusals).toMatchObject([
      {
        kind: 'library-not-found',
        hosts: { on: 'some', processors: 'x86-64-v1 processors, x86-64-v2 processors' },
      },
    ]);
    expect(outcome(await load(items, { platform: 'linux/amd64/v3' }))).toContain(
      `liba.so.1 -> ${level('x86-64-v3')}`,
    );
  });

  test('a broken library for better processors fails on those alone', async () => {
    const items = [
      app(needs('liba.so.1')),
      library('/usr/lib/liba.so.1'),
      file(level('x86-64-v4').slice(1), 'x'.repeat(99)),
    ];
    const { steps } = await load([...FILES, ...items]);
    expect(steps.flatMap(({ refusals }) => refusals)).toMatchObject([
      { kind: 'library-mismatch', hosts: { on: 'some', processors: 'x86-64-v4 processors' } },
    ]);
  });

  test('a good library for better processors is no fault, beside the plain one or in the cache', async () => {
    const items = [app(needs('liba.so.1')), library('/usr/lib/liba.so.1'), library(level('x86-64-v2'))];
    const lines = [
      amd64Line('liba.so.1', level('x86-64-v2'), 'x86-64-v2'),
      amd64Line('liba.so.1', '/usr/lib/liba.so.1'),
    ];
    expect(await mapped(items)).toEqual(['liba.so.1 -> /usr/lib/liba.so.1']);
    expect(await mapped([...items, cache(...lines)])).toEqual(['liba.so.1 -> /usr/lib/liba.so.1']);
  });
});
