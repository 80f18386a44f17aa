/** Random layers that collide as much as they can: few names, every kind of entry, links, whiteouts, replacements. */
import * as fc from 'fast-check';
import {
  device,
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  type TarItem,
  whiteout,
} from './layer-builder.ts';

/** Names that are mostly directories, and names that are mostly something else: layers that make sense more often. */
const FOLDERS = ['a', 'b', 'c'] as const;
const LEAVES = ['f', 'g', 'dd'] as const;
const TARGETS = [
  'a',
  'f',
  '../b',
  '/a',
  '/b/c',
  '..',
  '/',
  'nowhere',
  'a/../b',
  './g',
  '/a/../../c/',
  's',
] as const;

const folder: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 19, arbitrary: fc.constantFrom(...FOLDERS) }, fc.constantFrom(...LEAVES)), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => parts.join('/'));

const path: fc.Arbitrary<string> = fc
  .tuple(
    fc.option(folder, { freq: 4 }),
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...LEAVES) }, fc.constantFrom(...FOLDERS)),
  )
  .map(([parent, name]) => (parent === null ? name : `${parent}/${name}`));

const mode = fc.constantFrom(0o755, 0o644, 0o700, 0o4755, 0o1777);
const owner = fc.constantFrom(0, 0, 1, 65_532);

/** A file's size tells it from every other file of the stack. */
const size = fc.integer({ min: 1, max: 100_000 });

const item: fc.Arbitrary<TarItem> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(path, size, mode, owner)
      .map(([name, bytes, mode, uid]) => file(name, Buffer.alloc(bytes, 'x'), { mode, uid })),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(folder, mode, owner).map(([name, mode, gid]) => directory(name, { mode, gid })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.oneof(path, folder, fc.constant('s')), fc.constantFrom(...TARGETS))
      .map(([name, to]) => symlink(name, to)),
  },
  { weight: 4, arbitrary: fc.oneof(path, folder).map(whiteout) },
  { weight: 2, arbitrary: fc.oneof({ weight: 9, arbitrary: folder }, fc.constant('')).map(opaque) },
  { weight: 1, arbitrary: path.map((name) => device(name, 0, 0)) },
  { weight: 1, arbitrary: path.map((name) => ({ name, flag: '6' })) },
);

/** Hard links to files that came before them in the same layer, with the file's own mode and owner. */
function withHardLinks(items: readonly TarItem[], links: readonly (readonly [string, number])[]): TarItem[] {
  const files = items.filter(({ flag }) => flag === undefined);
  const all = [...items];
  for (const [name, pick] of links) {
    const target = files[pick % Math.max(files.length, 1)];
    if (target === undefined || String(target.name).includes('.wh.')) continue;
    const { mode, uid, gid } = target;
    const same = {
      ...(mode === undefined ? {} : { mode }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    };
    all.push(hardLink(name, String(target.name).replace('../', ''), same));
  }
  return all;
}

const prefix = fc.constantFrom('', '', './', '/', '../');

export const layerItems: fc.Arbitrary<readonly TarItem[]> = fc
  .tuple(
    fc.array(fc.tuple(item, prefix), { minLength: 1, maxLength: 7 }),
    fc.array(fc.tuple(path, fc.nat(9)), { maxLength: 2 }),
  )
  .map(([items, links]) =>
    withHardLinks(
      items.map(([one, before]) => ({ ...one, name: `${before}${String(one.name)}` })),
      links,
    ),
  );

/** Layers of one image, the lowest first. */
export const layerStack: fc.Arbitrary<readonly (readonly TarItem[])[]> = fc.array(layerItems, {
  minLength: 1,
  maxLength: 4,
});
