import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '../../../src/base/limits.ts';
import { file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { amd64Line, buildLdCache } from '../../support/ld-cache-builder.ts';
import {
  app,
  elf,
  GLIBC,
  glibcLoader,
  library,
  load,
  type LoadOptions,
  MUSL,
  muslLoader,
  SOMEWHERE,
} from '../../support/loading.ts';

const LIBC = library('/lib/x86_64-linux-gnu/libc.so.6');
const GLIBC_ROOT: readonly TarItem[] = [glibcLoader(), LIBC];
const DEFAULT = '/usr/lib/x86_64-linux-gnu';
const needsA = { needed: ['liba.so.1', 'libc.so.6'] };
const muslApp = elf('/app', { interpreter: MUSL, needed: ['liba.so'] });
const large = 'x'.repeat(LIMITS.textBytes + 1);
const entries = { needed: Array.from({ length: LIMITS.elfNeeded + 1 }, () => 'libc.so.6') };

/** `path: why` of everything that leaves the platform unverified. */
async function unread(items: readonly TarItem[], options: LoadOptions = {}): Promise<string[]> {
  const { unreadable } = await load(items, options);
  return unreadable.map(({ path, why }) => `${path}: ${why}`);
}

function cache(path: string, size = 0): TarItem {
  const text = buildLdCache([amd64Line('liba.so.1', '/opt/liba.so.1')]);
  return file(path, Buffer.from(text.padEnd(size, '\0'), 'latin1'));
}

/** With DT_NEEDED of the first library pointing behind the string table. */
function damaged(item: TarItem): TarItem {
  const data = Buffer.from(item.data ?? '');
  const tag = Buffer.alloc(8);
  tag.writeUInt32LE(1);
  for (let at = data.indexOf(tag); at >= 0; at = data.indexOf(tag, at + 8)) {
    if (at % 8 === 0 && data.readBigUInt64LE(at + 8) < 200n) {
      data.writeBigUInt64LE(0x7000_0000n, at + 8);
      return { ...item, data };
    }
  }
  throw new Error('no DT_NEEDED');
}

describe('what could change the answer and cannot be read leaves the platform unverified', () => {
  test('F02 a library with more needs than are read', async () => {
    expect(await unread([...GLIBC_ROOT, app(needsA), library(`${DEFAULT}/liba.so.1`, entries)])).toEqual([
      `${DEFAULT}/liba.so.1: there are ${LIMITS.elfNeeded + 1} DT_NEEDED entries`,
    ]);
  });

  test('a library that says it is for another machine, with relocations that musl’s loader knows', async () => {
    const other = library('/lib/liba.so', { undefined: ['puts'], header: { machine: 183 } });
    expect(await unread([muslLoader(), muslApp, other])).toEqual([
      "/lib/liba.so: it is for AArch64, which musl's loader does not look at, and whether any of its code is run is not known",
    ]);
  });

  test('packed relocations before a glibc that passes over them', async () => {
    const packed = { packedRelocations: 'empty' } as const;
    const why = 'its relocations are packed (DT_RELR), which glibc before 2.36 leaves undone';
    const items = [...GLIBC_ROOT, app({ needed: ['liba.so.1'], ...packed })];
    expect(await unread([...items, library(`${DEFAULT}/liba.so.1`, packed)])).toEqual([
      `/app: ${why}`,
      `${DEFAULT}/liba.so.1: ${why}`,
    ]);
  });

  test('packed relocations that nobody gets to', async () => {
    const items = [...GLIBC_ROOT, app({ needed: ['liba.so.1'], packedRelocations: 'empty' })];
    expect(await unread(items)).toEqual([]);
  });

  test('a need of GLIBC_ABI_DT_RELR is for its libc to meet', async () => {
    const versionsNeeded = [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_ABI_DT_RELR', weak: false }] }];
    const packed = { packedRelocations: 'empty', versionsNeeded } as const;
    expect(await unread([...GLIBC_ROOT, app({ needed: ['libc.so.6'], ...packed })])).toEqual([]);
  });

  test('F02 a program with more needs than are read', async () => {
    expect(await unread([...GLIBC_ROOT, app(entries)])).toEqual([
      `/app: there are ${LIMITS.elfNeeded + 1} DT_NEEDED entries`,
    ]);
  });

  test('F01 a need that points behind the string table, in the program and in a library', async () => {
    const program = damaged(app());
    expect(await unread([...GLIBC_ROOT, program])).toEqual([
      '/app: a DT_NEEDED name is not in the string table',
    ]);
    const liba = damaged(library(`${DEFAULT}/liba.so.1`, { needed: ['libb.so'] }));
    expect(await unread([...GLIBC_ROOT, app(needsA), liba])).toEqual([
      `${DEFAULT}/liba.so.1: a DT_NEEDED name is not in the string table`,
    ]);
  });

  test('F08 $LIB of a loader that does not say what it stands for', async () => {
    const loader = glibcLoader(['/x/lib64', '/lib64']);
    const silent = { ...loader, data: Buffer.from(loader.data ?? '').subarray(0) };
    silent.data.fill(
      0x20,
      silent.data.lastIndexOf('\0x/lib64\0') + 1,
      silent.data.lastIndexOf('\0x/lib64\0') + 8,
    );
    const items = [silent, library('/lib64/libc.so.6'), library('/lib64/liba.so.1')];
    expect(await unread([...items, app({ ...needsA, runpath: '/opt/$LIB' })])).toEqual([
      `${GLIBC}: what it puts for $LIB could not be told`,
    ]);
    expect(await unread([...items, app({ ...needsA, runpath: '/opt/$PLATFORM' })])).toEqual([]);
  });

  test('a cache that is larger than what is kept, although the library lies in a default directory', async () => {
    const items = [...GLIBC_ROOT, app(needsA), library(`${DEFAULT}/liba.so.1`)];
    expect(await unread([...items, cache('etc/ld.so.cache', LIMITS.loaderCacheBytes + 1)])).toEqual([
      '/etc/ld.so.cache: its text was not kept',
    ]);
    expect(await unread([...items, cache('etc/ld.so.cache', LIMITS.loaderCacheBytes)])).toEqual([]);
  });

  test('a cache under another name is read', async () => {
    const items = [...GLIBC_ROOT, app(needsA), library('/opt/liba.so.1'), cache('var/cache/libraries')];
    const { steps, unreadable } = await load([...items, symlink('etc/ld.so.cache', '/var/cache/libraries')]);
    expect(unreadable).toEqual([]);
    expect(steps.map(({ via }) => via)).toContain('/etc/ld.so.cache');
  });

  test('a list of preloads that is larger than what is kept', async () => {
    expect(await unread([...GLIBC_ROOT, app(), file('etc/ld.so.preload', large)])).toEqual([
      '/etc/ld.so.preload: its text was not kept',
    ]);
  });

  test('a list of preloads that is masked says nothing', async () => {
    expect(await unread([...GLIBC_ROOT, app(), symlink('etc/ld.so.preload', '/dev/null')])).toEqual([]);
    const linked = symlink('etc/ld.so.preload', '/proc/self/root/list');
    expect(await unread([...GLIBC_ROOT, app(), linked])).toEqual([
      '/etc/ld.so.preload: what the host puts at /proc/self/root/list decides',
    ]);
  });

  test('musl’s path file that is larger than what is kept', async () => {
    const path = file('etc/ld-musl-x86_64.path', `/lib\n${large}`);
    expect(await unread([muslLoader(), muslApp, library('/lib/liba.so'), path])).toEqual([
      '/etc/ld-musl-x86_64.path: its text was not kept',
    ]);
  });

  test.each([
    ['/proc/self/root/opt', true],
    ['/dev/shm', false],
    ['/proc/nowhere', false],
  ])('whether a library below %s is the host’s: %s', async (directory, isOfHost) => {
    const environment = { LD_LIBRARY_PATH: directory };
    const said = (name: string) => (isOfHost ? [`${directory}/${name}: the host decides what is there`] : []);
    expect(await unread([...GLIBC_ROOT, app()], { environment })).toEqual(said('libc.so.6'));
    expect(await unread([muslLoader(), muslApp, library('/lib/liba.so')], { environment })).toEqual(
      said('liba.so'),
    );
  });

  test('a loader below /proc', async () => {
    expect(await unread([app({ interpreter: '/proc/self/root/ld.so' })])).toEqual([
      '/proc/self/root/ld.so: the host decides what is there',
    ]);
  });

  test('a loader of another kind finds libraries by rules of its own', async () => {
    const other = library('/lib/ld-uClibc.so.0', { header: { entry: SOMEWHERE } });
    const words =
      "/lib/ld-uClibc.so.0: it is neither glibc's nor musl's loader, and finds the libraries of /app";
    expect(await unread([app({ interpreter: '/lib/ld-uClibc.so.0' }), other])).toEqual([words]);
    expect(await unread([app({ interpreter: '/lib/ld-uClibc.so.0', needed: [] }), other])).toEqual([]);
  });
});
