import { expect, test } from '@jest/globals';
import { listLayer } from '../../src/layers/list-layer.ts';
import { ReadBudget } from '../../src/layers/expansion.ts';
import { parsePlatform } from '../../src/oci/platform.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import { foreignArchives, unreadArchives } from '../../src/survey/archives.ts';
import { itemsOfTree, type Tree } from '../support/image-builder.ts';
import { inPieces, layerOf } from '../support/layer-builder.ts';
import { buildPe } from '../support/pe-builder.ts';
import { program } from '../support/surveyed.ts';
import { buildZip } from '../support/zip-builder.ts';

const AMD64 = program({ machine: 'amd64' }).data;
const ARM64 = program({ machine: 'arm64' }).data;

function jar(...members: readonly (readonly [string, Buffer])[]): Buffer {
  return buildZip(members.map(([name, data]) => ({ name, data })));
}

async function archivesOf(tree: Tree, archives: 'opened' | 'closed' = 'opened') {
  const layer = layerOf(itemsOfTree(tree), 'none');
  const listing = await listLayer(layer, inPieces(layer.bytes), new ReadBudget(), archives);
  return [...RootFs.of([listing]).all()];
}

test.each<[string, Tree, readonly string[]]>([
  ['for another machine only', { 'app/a.jar': jar(['liba.so', AMD64]) }, ['/app/a.jar: amd64']],
  ['for this one too', { 'app/a.jar': jar(['linux-x86-64/a.so', AMD64], ['linux-aarch64/a.so', ARM64]) }, []],
  ['for other systems only', { 'app/a.jar': jar(['win/a.dll', buildPe()]) }, []],
  ['for devices only', { 'app/a.jar': jar(['a.so', program({ header: { machine: 190 } }).data]) }, []],
  ['without native code', { 'app/a.jar': jar(['a.class', Buffer.from('x')]) }, []],
  [
    'in an archive of its own beside that for this one',
    { 'app/t-linux-x86_64.jar': jar(['t.so', AMD64]), 'app/t-linux-aarch_64.jar': jar(['t.so', ARM64]) },
    [],
  ],
  [
    'in a jar of a fat jar, beside that for this one',
    {
      'app.jar': jar(
        ['lib/t-linux-x86_64.jar', jar(['t.so', AMD64])],
        ['lib/t-linux-aarch_64.jar', jar(['t.so', ARM64])],
      ),
    },
    [],
  ],
  [
    'in a jar of a fat jar',
    { 'app.jar': jar(['lib/t.jar', jar(['t.so', AMD64])], ['lib/u.jar', jar(['u.so', ARM64])]) },
    ['/app.jar: amd64'],
  ],
  [
    'in a wheel',
    { 'w/a-1-cp311-manylinux_2_17_x86_64.whl': jar(['a.so', AMD64]) },
    ['/w/a-1-cp311-manylinux_2_17_x86_64.whl: amd64'],
  ],
])('native code %s', async (_, tree, expected) => {
  const found = foreignArchives(await archivesOf(tree), parsePlatform('linux/arm64'));
  expect(found.map(({ path, present }) => `${path}: ${present.join()}`)).toEqual(expected);
});

test('nothing is opened unless it is asked for', async () => {
  const located = await archivesOf({ 'app/a.jar': jar(['liba.so', AMD64]) }, 'closed');
  expect(foreignArchives(located, parsePlatform('linux/arm64'))).toEqual([]);
  expect(unreadArchives(located)).toEqual([]);
});

test('what was not read is said', async () => {
  const located = await archivesOf({ 'app/a.jar': Buffer.from('PK\x03\x04 and nothing') });
  expect(unreadArchives(located)).toEqual(['the native libraries in /app/a.jar: no end of a directory']);
});
