import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { LIMITS } from '../../src/base/limits.ts';
import type { InstalledPackage } from '../../src/rootfs/content-facts.ts';
import { isRpmDatabase, RpmDatabaseReader } from '../../src/rootfs/rpm-database.ts';
import { rpmNdb, type RpmPackage, rpmSqlite } from '../support/rpm-database.ts';

const FIXTURES = '__tests__/fixtures/rpm';
const INSTALLED = ['base.x86_64', 'docs.noarch', 'glibc-foreign.aarch64', 'glibc.x86_64', 'tools.x86_64'];

/**
 * Written by rpm 4.18 (one package of it was removed again), its rows by Berkeley DB 5.3, and by rpm 4.19 with its ndb
 * backend: one package removed, one updated, one removed and installed again, one installed twice; the description of
 * `docs` has 80,000 bytes.
 */
const BY_RPM = {
  'rpmdb.sqlite': gunzipSync(readFileSync(`${FIXTURES}/rpmdb.sqlite.gz`)),
  Packages: gunzipSync(readFileSync(`${FIXTURES}/Packages.gz`)),
  'Packages.db': gunzipSync(readFileSync(`${FIXTURES}/Packages.db.gz`)),
} as const;
const MORE: Readonly<Record<string, readonly string[]>> = { 'Packages.db': ['again.x86_64', 'legacy.i686'] };

function packagesOf(file: Buffer, pieces = 1): readonly InstalledPackage[] {
  const reader = new RpmDatabaseReader(file.length);
  const size = Math.max(1, Math.ceil(file.length / pieces));
  for (let at = 0; at < file.length; at += size) reader.write(file.subarray(at, at + size));
  return reader.finish().packages;
}

function namesOf(packages: readonly { readonly name: string; readonly architecture: string }[]): string[] {
  return packages.map(({ name, architecture }) => `${name}.${architecture}`).sort();
}

const somePackage: fc.Arbitrary<RpmPackage> = fc.record({
  name: fc.stringMatching(/^[a-z]{1,12}$/),
  architecture: fc.constantFrom('x86_64', 'aarch64', 'noarch', 'i686'),
  description: fc.oneof(fc.nat({ max: 9_000 }), fc.nat({ max: 100_000 })),
  files: fc.nat({ max: 90_000 }),
});

describe('a database of rpm', () => {
  test.each(Object.entries(BY_RPM))('%s as rpm itself has it', (name, file) => {
    expect(isRpmDatabase(file.subarray(0, 1024))).toBe(true);
    expect(namesOf(packagesOf(file, 7))).toEqual([...INSTALLED, ...(MORE[name] ?? [])].sort());
  });

  test('of SQLite: pages of every size, rows on pages of their own and over many', () => {
    const layout = fc.record({
      pageSize: fc.constantFrom(512, 1_024, 4_096, 65_536),
      removed: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(somePackage, { maxLength: 15 }), layout, (packages, how) => {
        expect(namesOf(packagesOf(rpmSqlite(packages, how)))).toEqual(namesOf(packages));
      }),
      { numRuns: 25 },
    );
  });

  test('of SQLite: a tree of three levels', () => {
    const packages = Array.from({ length: 3_000 }, (_, at) => ({ name: `p${at}`, architecture: 'noarch' }));
    expect(namesOf(packagesOf(rpmSqlite(packages, { pageSize: 512 })))).toEqual(namesOf(packages));
  });

  test('of SUSE', () => {
    fc.assert(
      fc.property(fc.array(somePackage, { maxLength: 40 }), (packages) => {
        expect(namesOf(packagesOf(rpmNdb(packages)))).toEqual(namesOf(packages));
      }),
      { numRuns: 25 },
    );
  });

  test('that is larger than what is held has no packages', () => {
    const reader = new RpmDatabaseReader(LIMITS.packageDatabaseBytes + 1);
    reader.write(BY_RPM['rpmdb.sqlite']);
    expect(reader.finish()).toEqual({ kind: 'packages', database: 'rpm', packages: [] });
  });

  test.each(['', 'Package: x\n', 'SQLite format 4\0'])('is nothing that begins with %j', (text) => {
    expect(isRpmDatabase(Buffer.from(text, 'latin1'))).toBe(false);
  });
});

describe('a hostile database of rpm', () => {
  const files = [...Object.values(BY_RPM), rpmNdb([{ name: 'a', architecture: 'x86_64', files: 9_000 }])];

  test('is read to some end, whatever its bytes say', () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.constantFrom(0, 1, 2, 5, 13, 0x7f, 0x80, 0xff) }); // prettier-ignore
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(change, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (file, changes, cut) => {
          // Most of what decides lies at the start of a file or of a page.
          const bytes = Buffer.from(file.subarray(0, Math.ceil(file.length * Math.max(cut, 0.1))));
          for (const { at, to } of changes) {
            const place = Math.floor(at * bytes.length);
            bytes[to % 2 === 0 ? place : place - (place % 512) + (place % 32)] = to;
          }
          expect(packagesOf(bytes).length).toBeLessThanOrEqual(bytes.length / 64);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('whose pages lead to themselves', () => {
    const file = Buffer.from(BY_RPM['rpmdb.sqlite']);
    // Page 2 and all behind it: an interior page that has itself as its last child, thousands of times.
    for (let at = 4096; at < file.length; at += 4096) {
      file.fill(0, at, at + 4096);
      file[at] = 5;
      file.writeUInt16BE(2_000, at + 3);
      file.writeUInt32BE(at / 4096 + 1, at + 8);
    }
    expect(packagesOf(file)).toEqual([]);
  });

  test('whose rows are all the same bytes', () => {
    const file = rpmSqlite([{ name: 'a', architecture: 'x86_64', files: 60_000 }], { pageSize: 65_536 });
    const page = file.length - 65_536;
    const cell = file.readUInt16BE(page + 8);
    file.writeUInt16BE(2_000, page + 3);
    for (let at = 0; at < 2_000; at++) file.writeUInt16BE(cell, page + 8 + at * 2);
    expect(packagesOf(file).length).toBeLessThan(10);
  });

  test('whose chain bites its own tail', () => {
    const file = Buffer.from(BY_RPM.Packages);
    for (let at = 0; at < file.length; at += 4096)
      if (file[at + 25] === 7) file.writeUInt32LE(at / 4096, at + 16);
    expect(packagesOf(file).length).toBeLessThan(6);
  });
});
