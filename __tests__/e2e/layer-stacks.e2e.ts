/**
 * Layers before real engines: what containerd (overlayfs snapshotter) and buildah (overlay driver) make of a stack
 * must be what we make of it, entry by entry. A difference is allowed only where we refuse to answer.
 * LAYER_STACKS=1000 runs more of them.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Failure } from '../../src/base/failure.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import { CRAFTED, ODD, type Stack } from '../support/crafted-stacks.ts';
import { inPieces, layerOf } from '../support/layer-builder.ts';
import { layerStack } from '../support/layer-stacks.ts';
import { describeEntry, type Engine, EngineRefused, startBuildah, startContainerd, type Tree } from '../support/real-trees.ts'; // prettier-ignore

const RANDOM_STACKS = Number(process.env['LAYER_STACKS'] ?? 80);
const IMPLIED_BY_OTHERS = 'directory 755 0:0 0';

const engines: Engine[] = [];
beforeAll(async () => {
  engines.push(await startContainerd(), startBuildah('overlay'));
});
afterAll(() => Promise.all(engines.map((engine) => engine.stop())));

/** Null when one of the layers is refused. */
async function list(stack: Stack): Promise<LayerListing[] | null> {
  const listings: LayerListing[] = [];
  try {
    for (const items of stack) {
      const layer = layerOf(items, 'none');
      listings.push(await listLayer(layer, inPieces(layer.bytes)));
    }
    return listings;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Null where we refuse to say. */
function ours(listings: readonly LayerListing[]): Map<string, string> | null {
  try {
    const all = RootFs.of([...listings].reverse()).all();
    return new Map([...all].map(({ path, entry }) => [path, describeEntry(entry)]));
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

async function real(engine: Engine, stack: Stack): Promise<Tree | string> {
  // An empty layer on top: containers always have one, and without it a single layer is not an overlay at all.
  const layers = [...stack, []].map((items) => layerOf(items, 'none'));
  try {
    return await engine.unpack(layers);
  } catch (error) {
    if (error instanceof EngineRefused) return error.message;
    throw error;
  }
}

/** What is not the same in all engines; empty when we agree or refuse. */
async function differences(stack: Stack): Promise<string[]> {
  const listings = await list(stack);
  const tree = listings === null ? null : ours(listings);
  if (listings === null || tree === null) return [];
  const found = await Promise.all(engines.map((engine) => differencesIn(engine, stack, listings, tree)));
  return found.flat();
}

async function differencesIn(
  engine: Engine,
  stack: Stack,
  listings: readonly LayerListing[],
  tree: Tree,
): Promise<string[]> {
  const found = await real(engine, stack);
  if (typeof found === 'string') {
    const noted =
      found.includes('duplicates of file paths') && listings.some(({ notes }) => notes !== undefined);
    return noted ? [] : [`only ${engine.name} refuses: ${found}`];
  }
  const isImplied = (path: string): boolean =>
    [...listings]
      .reverse()
      .find(({ entries }) => entries.has(path))
      ?.entries.get(path)?.implied === true;
  const paths = new Set([...tree.keys(), ...found.keys()].filter((path) => path !== '/'));
  return [...paths].flatMap((path) => {
    const [we, they] = [tree.get(path), found.get(path)];
    // Only containerd gives an implied directory the metadata of the layers below.
    const isTheirs = engine.name !== 'containerd' && they === IMPLIED_BY_OTHERS && isImplied(path);
    return we === they || (isTheirs && we !== undefined)
      ? []
      : [`${path}: ${we} here, ${they} in ${engine.name}`];
  });
}

/** One line an entry, to see what went wrong. */
function inWords(stack: Stack): string[][] {
  return stack.map((items) =>
    items.map((item) => {
      if (Buffer.isBuffer(item)) return `${item.length} bytes`;
      const { name, flag = '0', linkName = '', mode = 0o644, uid = 0, gid = 0 } = item;
      return `${flag} ${String(name)} ${String(linkName)} ${mode.toString(8)} ${uid}:${gid}`;
    }),
  );
}

describe('layers before real engines', () => {
  test.each(Object.entries(CRAFTED))('E08 E12 E13 E14 E15 %s', async (_, stack) => {
    expect(await differences(stack)).toEqual([]);
  });

  test.each(Object.entries(ODD))('E02 E03 E04 E05 E07 E09 E13 E15 E19 %s', async (_, stack) => {
    expect(await differences(stack)).toEqual([]);
  });

  test(
    `N5 E14 ${RANDOM_STACKS} random stacks`,
    async () => {
      for (const stack of fc.sample(layerStack, { numRuns: RANDOM_STACKS, seed: 20_261_121 })) {
        const found = await differences(stack);
        expect({ found, stack: inWords(stack) }).toEqual({ found: [], stack: inWords(stack) });
      }
    },
    RANDOM_STACKS * 5_000,
  );

  test('most crafted stacks are answered, not refused', async () => {
    const answered: string[] = [];
    for (const [name, stack] of Object.entries(CRAFTED)) {
      const listings = await list(stack);
      if (listings !== null && ours(listings) !== null) answered.push(name);
    }
    expect(Object.keys(CRAFTED).filter((name) => !answered.includes(name))).toEqual([
      'a hard link to a file of a lower layer',
      'a hard link to itself',
      'a hard link to a directory',
      'bare whiteout names',
      'a whiteout of dots',
      'AUFS metadata',
      'a whiteout after the same layer’s file',
      'a whiteout of a directory, and one inside it',
      'an opaque root',
    ]);
  });
});
