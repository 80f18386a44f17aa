import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import {
  device,
  directory,
  file,
  hardLink,
  opaque,
  paxHeader,
  symlink,
  type TarItem,
  whiteout,
} from '../support/layer-builder.ts';
import { listed } from '../support/listed.ts';

/** `path type` of every entry, `path -` of whiteouts, `path !` of opaque directories; sorted. */
function shapeOf({ entries, whiteouts, opaques }: LayerListing): string[] {
  const all = [...entries].map(
    ([path, { type, implied }]) => `${path} ${implied === true ? 'implied' : type}`,
  );
  return [
    ...all,
    ...[...whiteouts].map((path) => `${path} -`),
    ...[...opaques].map((path) => `${path} !`),
  ].sort();
}

async function shape(...items: readonly (TarItem | Buffer)[]): Promise<string[]> {
  return shapeOf(await listed(items));
}

function deep(levels: number): TarItem {
  return file(`${'d/'.repeat(levels - 1)}f`);
}

describe('LayerTree', () => {
  test('E08 the last of two entries with one path wins, and a note says who refuses that', async () => {
    const listing = await listed([file('a', 'one'), file('./a', 'three', { mode: 0o755 }), file('b')]);
    expect(listing.entries.get('/a')).toMatchObject({ size: 5, mode: 0o755 });
    expect(listing.notes).toEqual([
      expect.stringMatching(/a path more than once \("\/a"\).*docker and podman refuse/),
    ]);
    expect((await listed([file('a')])).notes).toBeUndefined();
  });

  test.each([
    ['an opaque marker', [directory('d'), opaque('d'), opaque('d')], '/d/.wh..wh..opq'],
    ['a global header', [paxHeader({ comment: 'a' }, 'g'), paxHeader({ comment: 'b' }, 'g')], '/pax_global_header'], // prettier-ignore
  ])('E08 %s that comes twice is noted too', async (_, items, path) => {
    const { notes } = await listed(items);
    expect(notes).toEqual([expect.stringContaining(`a path more than once ("${path}")`)]);
  });

  test('E08 a directory twice keeps its content and takes the later metadata', async () => {
    const { entries } = await listed([
      directory('d', { mode: 0o700 }),
      file('d/f'),
      directory('d', { mode: 0o755 }),
    ]);
    expect([...entries.keys()]).toEqual(['/d', '/d/f']);
    expect(entries.get('/d')?.mode).toBe(0o755);
  });

  test.each([
    ['../../x', '/x'],
    ['/abs/x', '/abs/x'],
    ['./a//b/./x', '/a/b/x'],
    ['a/../x', '/x'],
    ['a/b/../../../x/', '/x'],
    ['...', '/...'],
  ])('E09 the name %s is placed at %s', async (name, path) => {
    expect((await listed([file(name)])).entries.get(path)).toMatchObject({ type: 'file' });
  });

  test.each(['', '.', './', '/', '..', 'a/..'])(
    'E09 a directory named "%s" is the root and adds nothing',
    async (name) => {
      expect(await shape({ name, flag: '5', mode: 0o700 })).toEqual([]);
      await expect(listed([file(name)])).rejects.toMatchObject({ code: 'E_TAR' });
    },
  );

  test('parents that no entry names are implied until an entry describes them', async () => {
    expect(await shape(file('a/b/c'))).toEqual(['/a implied', '/a/b implied', '/a/b/c file']);
    expect(await shape(file('a/b/c'), directory('a'))).toEqual([
      '/a directory',
      '/a/b implied',
      '/a/b/c file',
    ]);
  });

  test('symlinks of the same layer are followed on the way to a name and end at the root', async () => {
    const items = [
      directory('usr/bin'),
      symlink('bin', 'usr/bin'),
      symlink('up', '../../usr'),
      symlink('abs', '/usr/bin'),
    ];
    expect(await shape(...items, file('bin/a'), file('up/bin/b'), file('abs/c'), file('up/new/d'))).toEqual([
      '/abs symlink',
      '/bin symlink',
      '/up symlink',
      '/usr implied',
      '/usr/bin directory',
      '/usr/bin/a file',
      '/usr/bin/b file',
      '/usr/bin/c file',
      '/usr/new implied',
      '/usr/new/d file',
    ]);
  });

  test('a symlink is replaced by a directory of its name, not followed', async () => {
    expect(await shape(directory('to'), symlink('l', 'to'), directory('l'))).toEqual([
      '/l directory',
      '/to directory',
    ]);
  });

  test.each<[string, TarItem[]]>([
    ['a symlink that leads nowhere in this layer', [symlink('l', 'gone'), file('l/f')]],
    ['a loop of symlinks', [symlink('a', 'b'), symlink('b', 'a'), file('a/f')]],
    ['a file', [file('a'), file('a/f')]],
    ['a removed directory', [whiteout('a'), file('a/f')]],
    ['a name of a whiteout', [file('.wh.a/f')]],
    ['41 symlinks', [directory('d'), ...Array.from({ length: 41 }, (_, index) => symlink(`l${index}`, index === 0 ? 'd' : `l${index - 1}`)), file('l40/f')]], // prettier-ignore
  ])('E10 E12 a name that goes through %s is E_TAR', async (_, items) => {
    await expect(listed(items)).rejects.toMatchObject({ name: 'Failure', code: 'E_TAR' });
  });

  test('E12 a directory that the same layer replaces by something else is E_TAR', async () => {
    await expect(listed([directory('d'), symlink('d', 'x')])).rejects.toMatchObject({ code: 'E_TAR' });
    await expect(listed([file('d/f'), file('d')])).rejects.toMatchObject({ code: 'E_TAR' });
    await expect(listed([file('f'), directory('d'), hardLink('d', 'f')])).rejects.toMatchObject({
      code: 'E_TAR',
    });
  });

  test('E13 a hard link is the inode of its target, through symlinks of the directory too', async () => {
    const { entries } = await listed([
      file('usr/f', 'x'),
      symlink('l', 'usr'),
      hardLink('a', 'usr/f'),
      hardLink('b', './l/f'),
      hardLink('c', '/a'),
    ]);
    for (const path of ['/a', '/b', '/c']) expect(entries.get(path)).toBe(entries.get('/usr/f'));
  });

  test('E13 a hard link gives the inode its mode and owner, under every name that is left', async () => {
    const { entries } = await listed([
      file('f', 'x', { mode: 0o755 }),
      hardLink('g', 'f', { mode: 0o755 }),
      hardLink('h', 'g', { mode: 0o755 }),
      file('h', 'other', { mode: 0o755 }),
      hardLink('i', 'g', { mode: 0o640, uid: 5, gid: 6 }),
    ]);
    const inode = { mode: 0o640, uid: 5, gid: 6, size: 1 };
    for (const path of ['/f', '/g', '/i']) expect(entries.get(path)).toMatchObject(inode);
    expect(entries.get('/h')).toMatchObject({ mode: 0o755, uid: 0, size: 5 });
  });

  test('E13 a hard link to a symlink is the symlink', async () => {
    const { entries } = await listed([symlink('l', 'gone'), hardLink('h', 'l')]);
    expect(entries.get('/h')).toMatchObject({ type: 'symlink', target: 'gone' });
  });

  test.each<[string, TarItem[]]>([
    ['to a file of a lower layer', [hardLink('a', 'lower')]],
    ['to itself', [file('a'), hardLink('a', 'a')]],
    ['to a later entry', [hardLink('a', 'b'), file('b')]],
    ['to a directory', [directory('d'), hardLink('a', 'd')]],
    ['to a removed file', [whiteout('b'), hardLink('a', 'b')]],
    ['to nothing', [hardLink('a', '')]],
    ['above the root', [file('b'), hardLink('a', '../b')]],
    ['named as a whiteout', [file('b'), hardLink('.wh.a', 'b')]],
  ])('E13 a hard link %s is E_TAR', async (_, items) => {
    await expect(listed(items)).rejects.toMatchObject({ code: 'E_TAR' });
  });

  test('E14 whiteouts and opaque directories are facts about lower layers', async () => {
    expect(await shape(whiteout('etc/passwd'), directory('var'), opaque('var'), file('var/x'))).toEqual([
      '/etc implied',
      '/etc/passwd -',
      '/var !',
      '/var directory',
      '/var/x file',
    ]);
  });

  test('E14 a whiteout before a file of the same name is only the file', async () => {
    expect(await shape(whiteout('a'), file('a'))).toEqual(['/a file']);
  });

  test.each<[string, TarItem[]]>([
    ['a whiteout after the same layer’s file', [file('a'), whiteout('a')]],
    ['a whiteout twice', [whiteout('a'), whiteout('a')]],
    ['a whiteout before a directory of the same name', [whiteout('a'), directory('a')]],
    ['a whiteout of a directory and one inside it', [whiteout('a'), whiteout('a/b')]],
    ['an opaque marker after what has no directory entry', [file('a/b/c'), opaque('a')]],
    ['an opaque marker behind a symlink', [directory('d'), symlink('l', 'd'), opaque('l')]],
  ])('E14 %s is E_TAR, because engines disagree or refuse', async (_, items) => {
    await expect(listed(items)).rejects.toMatchObject({ code: 'E_TAR' });
  });

  test('E14 the order of whiteouts, markers and siblings changes nothing', async () => {
    const items = [whiteout('d/x'), whiteout('gone'), opaque('d'), file('d/f'), file('e/f'), opaque('e')];
    const expected = await shape(directory('d'), directory('e'), ...items);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(items, { minLength: items.length }), async (shuffled) => {
        expect(await shape(directory('d'), directory('e'), ...shuffled)).toEqual(expected);
      }),
    );
  });

  test.each(['.wh.', '.wh..', '.wh...', '.wh..wh.plnk', 'd/.wh.', '.wh..wh.aufs'])(
    'E15 the name %s is E_TAR',
    async (name) => {
      await expect(listed([file(name)])).rejects.toMatchObject({ code: 'E_TAR' });
    },
  );

  test('E15 a whiteout is told by its name alone, whatever its type', async () => {
    expect(await shape(directory('.wh.a'), symlink('.wh.b', 'x'))).toEqual(['/a -', '/b -']);
  });

  test('E10 entries behind symlinks that wind through 40 symlinks are E_LIMIT', async () => {
    const chain = Array.from({ length: 39 }, (_, at) =>
      symlink(`s${at + 1}`, `${'d/../'.repeat(700)}s${at}`),
    );
    const behind = Array.from({ length: 1_000 }, (_, at) => file(`s39/f${at}`));
    const items = [directory('d'), directory('s0'), ...chain, ...behind];
    await expect(listed(items)).rejects.toMatchObject({ code: 'E_LIMIT' });
    expect((await listed(items.slice(0, 60))).entries.has('/s0/f0')).toBe(true);
  });

  test('E15 a character device 0:0 with the name of a whiteout is that whiteout', async () => {
    expect(await shape(device('d/.wh.f', 0, 0))).toEqual(['/d implied', '/d/f -']);
  });

  test('E15 a character device 0:0 is what overlayfs takes it for', async () => {
    expect(await shape(device('a', 0, 0), file('b'), device('b', 0, 0), device('c', 0, 1))).toEqual(['/a -', '/b -', '/c character-device']); // prettier-ignore
  });

  test('E16 names with "wh" or the characters of patterns are ordinary names', async () => {
    const name = fc
      .oneof(
        fc.constantFrom(
          'whoami',
          'wh',
          '.wh',
          '.whx',
          'x.wh.y',
          'a.wh.',
          '.*',
          '[wh]',
          '(wh',
          '\\wh',
          '$&',
          'WH',
        ),
        fc.string({ minLength: 1 }),
      ) // prettier-ignore
      .filter((text) => !/[/\0]/.test(text) && !text.startsWith('.wh.') && text !== '.' && text !== '..');
    await fc.assert(
      fc.asyncProperty(name, async (text) => {
        const { whiteouts, opaques, entries } = await listed([
          file(`bin/${text}`, '', { pax: { path: `bin/${text}` } }),
        ]);
        expect([whiteouts.size, opaques.size, [...entries.keys()]]).toEqual([0, 0, ['/bin', `/bin/${text}`]]);
      }),
    );
  });

  test('E17 names that objects have by nature are ordinary names', async () => {
    expect(await shape(file('__proto__'), file('constructor/x'), file('toString'))).toEqual([
      '/__proto__ file',
      '/constructor implied',
      '/constructor/x file',
      '/toString file',
    ]);
  });

  test('E18 paths over 4 KiB or 1,024 levels are E_LIMIT, names over 255 bytes E_TAR', async () => {
    expect((await listed([deep(1_024)])).entries.size).toBe(1_024);
    await expect(listed([deep(1_025)])).rejects.toMatchObject({ code: 'E_LIMIT' });
    await expect(listed([file(`${'x'.repeat(200)}/`.repeat(21))])).rejects.toMatchObject({ code: 'E_LIMIT' });
    expect((await listed([file('é'.repeat(127))])).entries.size).toBe(1);
    await expect(listed([file('é'.repeat(128))])).rejects.toMatchObject({ code: 'E_TAR' });
    const invalid = Buffer.alloc(255, 0xff);
    expect((await listed([{ name: invalid }])).entries.size).toBe(1);
  });

  test('E18 many deep paths stop at the limit of memory, not after it', async () => {
    const items = Array.from({ length: 300 }, (_, index) => file(`${index}/${'d/'.repeat(1_000)}f`));
    await expect(listed(items)).rejects.toMatchObject({ code: 'E_LIMIT' });
  });

  test.each(['', 'x'.repeat(4_096)])(
    'a symlink whose target Linux does not take is E_TAR',
    async (target) => {
      await expect(listed([symlink('l', target)])).rejects.toMatchObject({ code: 'E_TAR' });
    },
  );

  test('E04 a global header that has the name of a file is E_TAR', async () => {
    const comment = paxHeader({ comment: 'x' }, 'g');
    expect(await shape(comment, file('a'))).toEqual(['/a file']);
    await expect(listed([file('pax_global_header'), comment])).rejects.toMatchObject({ code: 'E_TAR' });
  });
});
