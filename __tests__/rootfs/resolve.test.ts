import { describe, expect, test } from '@jest/globals';
import { resolve, type Resolution } from '../../src/rootfs/resolve.ts';
import { LayerNeeded, RootFs } from '../../src/rootfs/rootfs.ts';
import { directory, file, symlink, type TarItem, whiteout } from '../support/layer-builder.ts';
import { listed, rootFsOf } from '../support/listed.ts';

const BASE: readonly TarItem[] = [
  directory('usr/bin', { mode: 0o711 }),
  file('usr/bin/dash'),
  symlink('usr/bin/sh', 'dash'),
  symlink('bin', 'usr/bin'),
  symlink('abs', '/usr/bin/sh'),
  symlink('up', '../../../usr/bin/../bin/dash'),
  symlink('slash', 'usr/bin/'),
  symlink('file-slash', 'usr/bin/dash/'),
  symlink('root', '/'),
  symlink('broken', 'gone/away'),
  symlink('self', 'self'),
  symlink('mounts', '/proc/mounts'),
];

/** The kind with the path it is about. */
async function outcome(path: string, options: Parameters<typeof resolve>[2] = {}): Promise<string> {
  return describeResolution(resolve(await rootFsOf(BASE), path, options));
}

function describeResolution(resolution: Resolution): string {
  return `${resolution.kind} ${resolution.kind === 'found' ? resolution.located.path : resolution.at}`;
}

describe('resolve', () => {
  test.each([
    ['/usr/bin/dash', 'found /usr/bin/dash'],
    ['/bin/sh', 'found /usr/bin/dash'],
    ['//bin///sh', 'found /usr/bin/dash'],
    ['/', 'found /'],
    ['/..', 'found /'],
    ['/root/root/bin/sh', 'found /usr/bin/dash'],
    ['/usr/bin/..', 'found /usr'],
    ['/bin/../bin', 'found /usr/bin'],
    ['/bin/', 'found /usr/bin'],
    ['/usr/./bin/.', 'found /usr/bin'],
    ['/slash', 'found /usr/bin'],
  ])('%s: %s', async (path, expected) => {
    expect(await outcome(path)).toBe(expected);
  });

  test.each([
    ['/abs', 'found /usr/bin/dash'],
    ['/up', 'found /usr/bin/dash'],
    ['/../../up', 'found /usr/bin/dash'],
  ])('E11 absolute and climbing symlinks end inside the root: %s', async (path, expected) => {
    expect(await outcome(path)).toBe(expected);
  });

  test.each([
    ['', 'missing /'],
    ['/gone', 'missing /gone'],
    ['/gone/x', 'missing /gone'],
    ['/gone/../usr', 'missing /gone'],
    ['/broken', 'missing /gone'],
    ['/usr/bin/dash/x', 'not-a-directory /usr/bin/dash'],
    ['/usr/bin/dash/', 'not-a-directory /usr/bin/dash'],
    ['/usr/bin/dash/..', 'not-a-directory /usr/bin/dash'],
    ['/usr/bin/dash/.', 'not-a-directory /usr/bin/dash'],
    ['/file-slash', 'not-a-directory /usr/bin/dash'],
    ['/mounts', 'runtime-mount /proc'],
    ['/dev/null', 'runtime-mount /dev'],
    ['/dev/../usr', 'found /usr'],
    ['/mounts/../bin/sh', 'runtime-mount /proc'],
    ['/self', 'loop /self'],
  ])('%s: %s', async (path, expected) => {
    expect(await outcome(path)).toBe(expected);
  });

  test('a relative path starts where it is told to', async () => {
    expect(await outcome('sh', { from: '/usr/bin' })).toBe('found /usr/bin/dash');
    expect(await outcome('../../abs', { from: '/usr/bin' })).toBe('found /usr/bin/dash');
    expect(await outcome('x', { from: '/gone' })).toBe('missing /gone');
    expect(await outcome('', { from: '/usr' })).toBe('missing /usr');
    expect(await outcome('x', { from: '/dev/shm' })).toBe('runtime-mount /dev/shm');
    expect(await outcome('../usr', { from: '/proc' })).toBe('found /usr');
  });

  test('before anything is mounted, the image’s own files are seen', async () => {
    const rootfs = await rootFsOf([file('dev/null')]);
    expect(resolve(rootfs, '/dev/null')).toMatchObject({ kind: 'runtime-mount', rest: ['null'] });
    expect(resolve(rootfs, '/dev/null', { mounts: 'passed-over' })).toMatchObject({ kind: 'found' });
  });

  test('the last symlink stays when asked, unless a slash follows it', async () => {
    const options = { lastSymlink: 'stay' } as const;
    expect(await outcome('/bin', options)).toBe('found /bin');
    expect(await outcome('/bin/sh', options)).toBe('found /usr/bin/sh');
    expect(await outcome('/bin/', options)).toBe('found /usr/bin');
  });

  test('E10 40 symlinks are followed, the 41st is a loop, in any arrangement', async () => {
    const chain = Array.from({ length: 50 }, (_, index) =>
      symlink(`l${index}`, index === 0 ? 'end' : `l${index - 1}`),
    );
    const rootfs = await rootFsOf([...chain, file('end')]);
    expect(resolve(rootfs, '/l39')).toMatchObject({ kind: 'found', located: { path: '/end' } });
    expect(resolve(rootfs, '/l39').hops).toHaveLength(40);
    expect(resolve(rootfs, '/l40')).toMatchObject({ kind: 'loop', at: '/l0' });
  });

  test('E10 a chain of 10,000 symlinks ends at the 41st', async () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => symlink(`l${index}`, `l${index + 1}`));
    expect(resolve(await rootFsOf(chain), '/l0')).toMatchObject({ kind: 'loop', at: '/l40' });
  });

  test('names over 255 and paths over 4,095 bytes are too long', async () => {
    expect(await outcome(`/${'x'.repeat(255)}`)).toMatch(/^missing/);
    expect(await outcome(`/${'é'.repeat(128)}`)).toMatch(/^too-long/);
    expect(await outcome('/usr/.'.repeat(700))).toMatch(/^too-long/);
  });

  test('hops and searched directories say how', async () => {
    const { hops, directories } = resolve(await rootFsOf(BASE), '/bin/sh');
    expect(hops).toEqual([
      { path: '/bin', target: 'usr/bin' },
      { path: '/usr/bin/sh', target: 'dash' },
    ]);
    const searched = directories.map(({ path, entry }) => `${path} ${entry.mode.toString(8)}`);
    expect(searched).toEqual(['/ 755', '/ 755', '/usr 755', '/usr/bin 711', '/usr/bin 711']);
  });

  test('a layer that is not mounted is asked for only where it decides', async () => {
    const upper = await listed([symlink('sh', 'bin/dash'), whiteout('bin')]);
    expect(resolve(RootFs.ofUpper([upper]), '/sh')).toMatchObject({ kind: 'missing', at: '/bin' });
    expect(() => resolve(RootFs.ofUpper([upper]), '/other')).toThrow(LayerNeeded);
  });
});
