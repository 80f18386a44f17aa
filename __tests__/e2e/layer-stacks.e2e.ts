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
import {
  device,
  directory,
  file,
  hardLink,
  inPieces,
  layerOf,
  opaque,
  symlink,
  type TarItem,
  whiteout,
} from '../support/layer-builder.ts';
import { layerStack } from '../support/layer-stacks.ts';
import { describeEntry, type Engine, EngineRefused, startBuildah, startContainerd, type Tree } from '../support/real-trees.ts'; // prettier-ignore

type Stack = readonly (readonly TarItem[])[];

const RANDOM_STACKS = Number(process.env['LAYER_STACKS'] ?? 80);
const IMPLIED_BY_OTHERS = 'directory 755 0:0 0';

/** Each is what it says, the lowest layer first. */
const CRAFTED: Readonly<Record<string, Stack>> = {
  'a whiteout of a file, a directory and a symlink': [
    [file('f'), file('d/x'), symlink('l', 'd')],
    [whiteout('f'), whiteout('d'), whiteout('l')],
  ],
  'a whiteout of what no lower layer has': [[file('f')], [whiteout('gone'), whiteout('g/h')]],
  'a whiteout, and the directory again above': [
    [file('d/x')],
    [whiteout('d')],
    [directory('d'), file('d/y')],
  ],
  'an opaque directory with content before and after the marker': [
    [file('d/low'), file('d/e/low')],
    [directory('d'), file('d/a'), opaque('d'), file('d/b')],
  ],
  'an opaque directory below an opaque directory': [
    [file('d/e/low'), file('d/low')],
    [directory('d'), opaque('d'), directory('d/e'), opaque('d/e'), file('d/e/new')],
  ],
  'a whiteout before a file of its name': [[file('f', 'low')], [whiteout('f'), file('f', 'new')]],
  'a file over a directory over a file': [
    [file('a')],
    [whiteout('a')],
    [directory('a'), file('a/b')],
    [file('a')],
  ],
  'a directory over a file, and another layer below that': [[file('a/low')], [file('a')], [file('a/new')]],
  'a symlink over a directory': [[file('d/x'), directory('to')], [symlink('d', 'to')]],
  'a directory over a symlink': [
    [directory('to'), symlink('d', 'to'), file('to/x')],
    [directory('d'), file('d/y')],
  ],
  'an implied directory over a symlink': [
    [directory('usr/lib', { mode: 0o711 }), symlink('lib', 'usr/lib')],
    [file('lib/x')],
  ],
  'an implied directory over a symlink to the root': [
    [directory('d', { mode: 0o711 })],
    [symlink('d', '/')],
    [file('d/x')],
  ],
  'an implied directory below a closed one': [
    [directory('d', { mode: 0o700, uid: 5 })],
    [file('d/x')],
    [file('d/e/y')],
  ],
  'an entry behind a symlink of its own layer': [
    [directory('usr/bin'), symlink('bin', 'usr/bin'), file('bin/x')],
  ],
  'an entry behind an absolute and a climbing symlink': [
    [
      directory('usr/bin'),
      symlink('abs', '/usr/bin'),
      symlink('up', '../../../usr'),
      file('abs/x'),
      file('up/y'),
    ],
  ],
  'an entry behind a symlink of a lower layer': [
    [directory('usr/bin'), symlink('bin', 'usr/bin')],
    [file('bin/x')],
  ],
  'hard links through symlinks, over files, to symlinks': [
    [directory('d'), file('d/f', 'x'), symlink('l', 'd'), hardLink('h', 'l/f'), file('o'), hardLink('o', 'd/f'), hardLink('s', 'l')], // prettier-ignore
  ],
  'a hard link to a file of a lower layer': [[file('f')], [hardLink('h', 'f')]],
  'a hard link to itself': [[file('f'), hardLink('f', 'f')]],
  'a hard link to a directory': [[directory('d'), hardLink('h', 'd')]],
  'names with dots and slashes': [[file('./a//b/./c'), file('x/../y'), file('../../z'), file('/abs/w')]],
  'a directory twice with other metadata': [
    [directory('d', { mode: 0o700 }), file('d/f'), directory('d', { mode: 0o755, gid: 4 })],
  ],
  'a file twice': [[file('f', 'one'), file('f', 'other', { mode: 0o755 })]],
  'entries of the root itself': [
    [{ name: './', flag: '5', mode: 0o700, uid: 9 }, file('f')],
    [directory('/', { mode: 0o711 })],
  ],
  'character devices 0:0': [
    [file('f'), file('d/x')],
    [device('f', 0, 0), device('d', 0, 0), device('new', 0, 0)],
  ],
  'devices, pipes and special bits': [
    [
      { name: 'null', flag: '3', device: [1, 3], mode: 0o666 },
      { name: 'disk', flag: '4', device: [8, 0] },
      { name: 'pipe', flag: '6', mode: 0o600 },
      file('setuid', 'x', { mode: 0o6755, uid: 3 }),
      directory('sticky', { mode: 0o1777 }),
      file('none', 'x', { mode: 0 }),
    ],
  ],
  'names that look like whiteouts and are none': [
    [file('.wh'), file('a.wh.b'), file('wh.x'), file('.whx')],
    [whiteout('whoami')],
  ],
  'bare whiteout names': [[file('.wh.')]],
  'a whiteout of dots': [[file('.wh...')]],
  'a whiteout as a directory': [[file('a/x')], [directory('.wh.a')]],
  'AUFS metadata': [[file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs')]],
  'a whiteout after the same layer’s file': [[file('f')], [file('f'), whiteout('f')]],
  'a whiteout of a directory, and one inside it': [[file('d/x')], [whiteout('d'), whiteout('d/x')]],
  'an opaque root': [[file('low')], [opaque(''), file('new')]],
  'an empty layer between two': [[file('a')], [], [file('b')]],
  'long names': [[file(`${'d'.repeat(200)}/${'e'.repeat(255)}`), symlink('l', 't'.repeat(4_000))]],
  'names in other encodings': [[{ name: Buffer.from([0x61, 0xff, 0xfe]) }, file('é'), file('\u202e')]],
};

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

function real(engine: Engine, stack: Stack): Tree | string {
  // An empty layer on top: containers always have one, and without it a single layer is not an overlay at all.
  const layers = [...stack, []].map((items) => layerOf(items, 'none'));
  try {
    return engine.unpack(layers);
  } catch (error) {
    if (error instanceof EngineRefused) return error.message;
    throw error;
  }
}

/** What is not the same; empty when we agree or refuse. */
async function differences(engine: Engine, stack: Stack): Promise<string[]> {
  const listings = await list(stack);
  const tree = listings === null ? null : ours(listings);
  if (listings === null || tree === null) return [];
  const found = real(engine, stack);
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
    items.map(
      ({ name, flag = '0', linkName = '', mode = 0o644, uid = 0, gid = 0 }) =>
        `${flag} ${String(name)} ${String(linkName)} ${mode.toString(8)} ${uid}:${gid}`,
    ),
  );
}

describe('layers before real engines', () => {
  test.each(Object.entries(CRAFTED))('E08 E12 E13 E14 E15 %s', async (_, stack) => {
    for (const engine of engines) expect(await differences(engine, stack)).toEqual([]);
  });

  test(
    `N5 E14 ${RANDOM_STACKS} random stacks`,
    async () => {
      for (const stack of fc.sample(layerStack, { numRuns: RANDOM_STACKS, seed: 20_261_121 })) {
        for (const engine of engines) {
          const found = await differences(engine, stack);
          expect({ found, stack: inWords(stack) }).toEqual({ found: [], stack: inWords(stack) });
        }
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
