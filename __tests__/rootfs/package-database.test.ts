import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { PackageDatabaseReader } from '../../src/rootfs/package-database.ts';

function packagesOf(database: 'dpkg' | 'apk', text: string, ...cuts: readonly number[]): unknown {
  const reader = new PackageDatabaseReader(database);
  const bytes = Buffer.from(text);
  const at = [0, ...cuts.map((cut) => cut % bytes.length), bytes.length].sort((a, b) => a - b);
  at.slice(1).forEach((end, index) => reader.write(bytes.subarray(at[index], end)));
  return reader.finish().packages;
}

const DPKG = `Package: libc6
Status: install ok installed
Architecture: arm64
Description: words
 Package: not a field

Package: half
Status: install ok half-installed
Architecture: arm64

Package: gone
Status: deinstall ok config-files
Architecture: amd64

Package: tzdata
Status: hold ok installed
Architecture: all
`;

const APK = `C:Q1abc=
P:musl
V:1.2.5-r0
A:aarch64

P:tzdata
A:noarch

`;

describe('PackageDatabaseReader', () => {
  test('dpkg: what is installed, with its architecture', () => {
    expect(packagesOf('dpkg', DPKG)).toEqual([
      { name: 'libc6', architecture: 'arm64' },
      { name: 'tzdata', architecture: 'all' },
    ]);
  });

  test('dpkg: a paragraph without a status, as distroless images have it, is installed', () => {
    expect(packagesOf('dpkg', 'Package: base\nArchitecture: amd64')).toEqual([
      { name: 'base', architecture: 'amd64' },
    ]);
  });

  test('apk', () => {
    expect(packagesOf('apk', APK)).toEqual([
      { name: 'musl', architecture: 'aarch64' },
      { name: 'tzdata', architecture: 'noarch' },
    ]);
  });

  test('it does not matter how the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(packagesOf('dpkg', DPKG, ...cuts)).toEqual(packagesOf('dpkg', DPKG));
      }),
    );
  });

  test('a line of megabytes is not held', () => {
    const reader = new PackageDatabaseReader('apk');
    for (let count = 0; count < 1_000; count++) reader.write(Buffer.alloc(10_000, 'P:'));
    reader.write(Buffer.from('\n\nP:musl\nA:x86_64\n\n'));
    expect(reader.finish().packages).toEqual([{ name: 'musl', architecture: 'x86_64' }]);
  });
});
