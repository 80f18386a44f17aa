import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Failure } from '../../src/base/failure.ts';
import { LIMITS } from '../../src/base/limits.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { parentOf } from '../../src/rootfs/path.ts';
import type { Located } from '../../src/rootfs/entry.ts';
import { LayerNeeded, RootFs } from '../../src/rootfs/rootfs.ts';
import { directory, file, opaque, symlink, type TarItem, whiteout } from '../support/layer-builder.ts';
import { layerStack } from '../support/layer-stacks.ts';
import { listed, rootFsOf } from '../support/listed.ts';

type Layers = readonly (readonly TarItem[])[];

async function paths(...layers: Layers): Promise<string[]> {
  return [...(await rootFsOf(...layers)).all()].map(({ path }) => path).sort();
}

describe('RootFs', () => {
  test('an upper file hides a lower one, and says its layer', async () => {
    const lower = await listed([file('a', 'low'), file('b')]);
    const upper = await listed([file('a', 'upper')]);
    const rootfs = RootFs.of([upper, lower]);
    expect(rootfs.lookup('/a')).toMatchObject({ entry: { size: 5 }, layer: upper.digest });
    expect(rootfs.lookup('/b')).toMatchObject({ layer: lower.digest });
    expect(rootfs.lookup('/c')).toBeNull();
  });

  test('E10 more look-ups than any image needs are E_LIMIT, which ends the walk through winding symlinks', () => {
    const rootfs = RootFs.of([]);
    const walk = (): void => {
      for (let step = 0; step <= LIMITS.lookups; step++) rootfs.lookup('/');
    };
    expect(walk).toThrow(expect.objectContaining({ code: 'E_LIMIT' }));
  });

  test('E14 a whiteout hides a file or a whole directory of lower layers', async () => {
    const base = [file('d/e/f'), file('d/g'), file('h')];
    expect(await paths(base, [whiteout('d/e'), whiteout('h')])).toEqual(['/d', '/d/g']);
    expect(await paths(base, [whiteout('d')])).toEqual(['/h']);
    expect(await paths(base, [whiteout('d')], [file('d/new')])).toEqual(['/d', '/d/new', '/h']);
  });

  test('E14 an opaque directory hides its lower content and keeps its own', async () => {
    const base = [file('d/e/f'), file('d/g')];
    expect(await paths(base, [directory('d'), opaque('d'), file('d/new')])).toEqual(['/d', '/d/new']);
    expect(await paths(base, [directory('d/e'), opaque('d/e')])).toEqual(['/d', '/d/e', '/d/g']);
  });

  test('E14 a whiteout in an upper layer hides the symlink that a lower one has', async () => {
    expect(await paths([symlink('l', 'd'), directory('d')], [whiteout('l')])).toEqual(['/d']);
  });

  test('E12 what replaces a directory hides its content, also from the layers below', async () => {
    const tree: Layers = [[file('d/low')], [file('d')], [file('d/new')]];
    expect(await paths(...tree.slice(0, 2))).toEqual(['/d']);
    expect(await paths(...tree)).toEqual(['/d', '/d/new']);
    expect(await paths([directory('to'), symlink('d', 'to'), file('d/x')], [file('d/y')])).toEqual(['/d', '/d/y', '/to', '/to/x']); // prettier-ignore
  });

  test('E12 a directory merges with the directory below it and has the upper metadata', async () => {
    const rootfs = await rootFsOf(
      [directory('d', { mode: 0o700 }), file('d/a')],
      [directory('d'), file('d/b')],
    );
    expect([...rootfs.all()].map(({ path }) => path).sort()).toEqual(['/d', '/d/a', '/d/b']);
    expect(rootfs.lookup('/d')?.entry.mode).toBe(0o755);
  });

  test('an implied directory has the metadata of the first layer below that describes it', async () => {
    const low: readonly TarItem[] = [directory('d', { mode: 0o700, uid: 7 })];
    const rootfs = await rootFsOf(low, [file('other')], [file('d/a')], [file('d/b')]);
    expect(rootfs.lookup('/d')).toMatchObject({
      entry: { mode: 0o700, uid: 7 },
      layer: (await listed(low)).digest,
    });
    expect((await rootFsOf([file('d/a')])).lookup('/d')).toMatchObject({
      entry: { mode: 0o755 },
      layer: null,
    });
    expect((await rootFsOf([file('d')], [file('d/b')])).lookup('/d')).toMatchObject({
      entry: { mode: 0o755 },
    });
    expect((await rootFsOf(low, [whiteout('d')], [file('d/b')])).lookup('/d')).toMatchObject({
      entry: { mode: 0o755 },
    });
  });

  test('containerd takes an implied directory’s metadata through a symlink of the layer below', async () => {
    const rootfs = await rootFsOf(
      [directory('usr/lib', { mode: 0o711 }), symlink('lib', 'usr/lib')],
      [file('lib/a')],
    );
    expect(rootfs.lookup('/lib')).toMatchObject({ entry: { type: 'directory', mode: 0o711 } });
    const toRoot = await rootFsOf([directory('d', { mode: 0o711 })], [symlink('d', '/')], [file('d/a')]);
    expect(toRoot.lookup('/d')).toMatchObject({ entry: { type: 'directory', mode: 0o755 } });
  });

  test('an implied directory below something that is none is E_TAR, as containerd refuses it', async () => {
    for (const low of [file('a'), whiteout('a')]) {
      const rootfs = await rootFsOf([low], [file('a/b/c')]);
      expect(() => rootfs.lookup('/a/b')).toThrow(
        expect.objectContaining({ name: 'Failure', code: 'E_TAR' }),
      );
      expect(() => [...rootfs.all()]).toThrow(expect.objectContaining({ code: 'E_TAR' }));
      expect(rootfs.lookup('/a/b/c')).toMatchObject({ entry: { type: 'file' } });
    }
  });

  test('an opaque root is E_TAR where it makes a difference, because overlayfs does not know it', async () => {
    const rootfs = await rootFsOf([file('low'), file('both')], [opaque(''), file('both')]);
    expect(rootfs.lookup('/both')).toMatchObject({ path: '/both' });
    expect(rootfs.lookup('/neither')).toBeNull();
    expect(() => rootfs.lookup('/low')).toThrow(expect.objectContaining({ name: 'Failure', code: 'E_TAR' }));
    expect(() => [...rootfs.all()]).toThrow(expect.objectContaining({ code: 'E_TAR' }));
    expect(await paths([opaque(''), file('low')])).toEqual(['/low']);
  });

  test('the root is always there, 0755, whatever a layer says of it', async () => {
    const rootfs = await rootFsOf([{ name: './', flag: '5', mode: 0o700, uid: 9 }]);
    expect(rootfs.lookup('/')).toMatchObject({
      path: '/',
      entry: { type: 'directory', mode: 0o755, uid: 0 },
    });
    expect(RootFs.ofUpper([]).lookup('/')).toMatchObject({ path: '/' });
  });

  test('upper layers alone answer what no lower layer can change', async () => {
    const upper = await listed([file('a'), file('d/x'), whiteout('w'), opaque('o')]);
    const rootfs = RootFs.ofUpper([upper]);
    expect(rootfs.lookup('/a')).toMatchObject({ layer: upper.digest });
    expect(rootfs.lookup('/a/below')).toBeNull();
    expect(rootfs.lookup('/w')).toBeNull();
    expect(rootfs.lookup('/w/x')).toBeNull();
    expect(rootfs.lookup('/o/x')).toBeNull();
    for (const path of ['/b', '/d', '/d/y', '/o']) expect(() => rootfs.lookup(path)).toThrow(LayerNeeded);
    expect(() => [...rootfs.all()]).toThrow(LayerNeeded);
  });

  test('E14 random stacks are what a naive model of layers makes of them', async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, async (stack) => {
        const layers = await allListed(stack);
        if (layers === null) return;
        const model = merge(layers);
        const rootfs = RootFs.of([...layers].reverse());
        const all = outcome(() => [...rootfs.all()]);
        if (all === 'failure' || all === 'needed') return;
        expect(all.map(({ path }) => path).sort()).toEqual([...model.keys()].sort());
        for (const located of all) {
          expect(rootfs.lookup(located.path)).toEqual(located);
          if (located.entry.implied !== true && located.layer !== null)
            expect(typeOf(located)).toBe(model.get(located.path));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('random stacks: what upper layers answer, all layers answer too', async () => {
    await fc.assert(
      fc.asyncProperty(layerStack, fc.nat(3), async (stack, hidden) => {
        const layers = await allListed(stack);
        if (layers === null) return;
        const topFirst = [...layers].reverse();
        const whole = RootFs.of(topFirst);
        const upper = RootFs.ofUpper(topFirst.slice(0, Math.max(topFirst.length - hidden, 0)));
        for (const path of [
          '/nowhere',
          '/a/nowhere',
          ...layers.flatMap(({ entries }) => [...entries.keys()]),
        ]) {
          const answer = outcome(() => upper.lookup(path));
          if (answer !== 'needed' && answer !== 'failure')
            expect(answer).toEqual(outcome(() => whole.lookup(path)));
        }
      }),
      { numRuns: 500 },
    );
  });
});

function typeOf({ entry }: Located): string {
  return entry.type;
}

function outcome<Result>(ask: () => Result): Result | 'needed' | 'failure' {
  try {
    return ask();
  } catch (error) {
    if (error instanceof LayerNeeded) return 'needed';
    if (error instanceof Failure) return 'failure';
    throw error;
  }
}

/** Null when one of the layers is refused. */
async function allListed(stack: Layers): Promise<LayerListing[] | null> {
  const outcomes = await Promise.allSettled(stack.map(listed));
  return outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])).length === stack.length
    ? outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    : null;
}

/** image-spec, layer.md, "Applying changesets", on one flat map: path -> type. */
function merge(lowestFirst: readonly LayerListing[]): Map<string, string> {
  const tree = new Map<string, string>();
  const removeBelow = (path: string): void => {
    for (const other of tree.keys()) if (other.startsWith(`${path}/`)) tree.delete(other);
  };
  for (const { entries, whiteouts, opaques } of lowestFirst) {
    for (const path of opaques) removeBelow(path);
    for (const path of whiteouts) {
      removeBelow(path);
      tree.delete(path);
    }
    for (const [path, { type }] of entries) {
      if (type !== 'directory' || tree.get(path) !== 'directory') removeBelow(path);
    }
    for (const [path, { type }] of entries) tree.set(path, type);
  }
  for (const path of tree.keys()) {
    if (parentOf(path) !== '/' && tree.get(parentOf(path)) !== 'directory')
      throw new Error(`${path} hangs in the air`);
  }
  return tree;
}
