/**
 * Path resolution before the kernel: random trees of symlinks, unpacked and mounted, and random paths looked up in
 * a chroot. RESOLVED_TREES=1000 tries more trees.
 */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Resolution, resolve, type ResolveOptions } from '../../src/rootfs/resolve.ts';
import type { RootFs } from '../../src/rootfs/rootfs.ts';
import { directory, file, symlink, tarOf, type TarItem } from '../support/layer-builder.ts';
import { askKernel } from '../support/kernel-paths.ts';
import { rootFsOf } from '../support/listed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const TREES = Number(process.env['RESOLVED_TREES'] ?? 30);
const ERRORS: Readonly<Record<Resolution['kind'], string>> = {
  found: '',
  missing: 'ENOENT',
  'not-a-directory': 'ENOTDIR',
  loop: 'ELOOP',
  'too-long': 'ENAMETOOLONG',
  'runtime-mount': 'a runtime mount',
};

const folder = temporaryFolder();

/** Unpacks where nothing leads out: plain directories, files and symlinks. */
function unpack(items: readonly TarItem[], name: string): string {
  const root = join(folder, name);
  mkdirSync(root);
  execFileSync('tar', ['-C', root, '--absolute-names', '-xf', '-'], { input: tarOf(items) });
  return root;
}

function ours(rootfs: RootFs, path: string, options: ResolveOptions): string {
  const resolution = resolve(rootfs, path, options);
  return resolution.kind === 'found' ? resolution.located.path : ERRORS[resolution.kind];
}

async function expectAgreement(
  items: readonly TarItem[],
  paths: readonly string[],
  name: string,
): Promise<void> {
  const root = unpack(items, name);
  const rootfs = await rootFsOf(items);
  for (const from of ['/', '/a']) {
    const kernel = askKernel(root, from, paths);
    const found = paths.map((path, index) => {
      const followed = ours(rootfs, path, { from });
      const unfollowed = ours(rootfs, path, { from, lastSymlink: 'stay' });
      return { path, from, answer: { followed, unfollowed }, kernel: kernel[index] };
    });
    expect(found.filter(({ answer, kernel }) => answer.followed !== kernel?.followed)).toEqual([]);
    expect(found.filter(({ answer, kernel }) => answer.unfollowed !== kernel?.unfollowed)).toEqual([]);
  }
  rmSync(root, { recursive: true });
}

const component = fc.constantFrom('a', 'b', 'f', 'l', 'm', 'n', 'gone', '.', '..', '');
const anyPath = fc
  .tuple(fc.constantFrom('', '/', '//'), fc.array(component, { minLength: 1, maxLength: 6 }))
  .map(([start, parts]) => `${start}${parts.join('/')}`);
const target = anyPath.filter((path) => path !== '');
const links = fc.array(fc.tuple(fc.constantFrom('l', 'm', 'n', 'a/l', 'a/m', 'a/b/l', 'b/n'), target), {
  maxLength: 7,
});
const tree = links.map((pairs) => [
  directory('a'),
  directory('a/b'),
  directory('b'),
  file('f'),
  file('a/f', 'x'),
  file('a/b/f'),
  ...new Map(pairs.map(([name, to]) => [name, symlink(name, to)])).values(),
]);

describe('path resolution before the kernel', () => {
  test(
    `E10 E11 ${TREES} random trees, 200 paths each`,
    async () => {
      const samples = fc.sample(fc.tuple(tree, fc.array(anyPath, { minLength: 200, maxLength: 200 })), { numRuns: TREES, seed: 4 }); // prettier-ignore
      for (const [index, [items, paths]] of samples.entries()) {
        await expectAgreement(
          items,
          paths.filter((path) => path !== ''),
          `random-${index}`,
        );
      }
    },
    TREES * 3_000,
  );

  test('E10 chains of 39, 40 and 41 symlinks, straight and through directories', async () => {
    const chain = Array.from({ length: 45 }, (_, index) =>
      symlink(`l${index}`, index === 0 ? 'f' : `l${index - 1}`),
    );
    const here = symlink('here', '.');
    const through = [38, 39, 40, 41].map((count) => `/${'here/'.repeat(count)}f`);
    await expectAgreement(
      [directory('a'), file('f'), here, ...chain],
      ['/l38', '/l39', '/l40', 'l38', '/here/l38', '/here/l39', ...through],
      'chains',
    );
  });

  test('long names and paths', async () => {
    const long = 'x'.repeat(255);
    await expectAgreement(
      [directory('a'), file(long), symlink('to-long', 'x'.repeat(256))],
      [`/${long}`, `/${long}x`, `/gone/${long}x`, '/to-long', `${'/.'.repeat(2_000)}/a`, '/.'.repeat(2_047), `${'/.'.repeat(2_047)}/`, '/.'.repeat(2_048)], // prettier-ignore
      'long',
    );
  });
});
