/** Databases of rpm: SQLite's own library writes those of today; SUSE's are put together by hand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface RpmPackage {
  readonly name: string;
  readonly architecture: string;
  /** Bytes of its description, which lies before the architecture; and of what comes behind it. */
  readonly description?: number;
  readonly files?: number;
}

/** A header as the database holds it: an index of tags, and their data. */
export function rpmHeader({ name, architecture, description = 100, files = 100 }: RpmPackage): Buffer {
  const strings: readonly (readonly [tag: number, text: string])[] = [
    [1000, name],
    [1001, '1.0'],
    [1005, 'x'.repeat(description)],
    [1022, architecture],
    [1117, 'f'.repeat(files)],
  ];
  const index = Buffer.alloc(8 + strings.length * 16);
  const data = Buffer.from(strings.map(([, text]) => `${text}\0`).join(''), 'latin1');
  index.writeUInt32BE(strings.length, 0);
  index.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [at, [tag, text]] of strings.entries()) {
    for (const [word, value] of [tag, 6, offset, 1].entries())
      index.writeUInt32BE(value, 8 + at * 16 + word * 4);
    offset += text.length + 1;
  }
  return Buffer.concat([index, data]);
}

export interface SqliteLayout {
  readonly pageSize?: number;
  /** So many packages before the others are removed again. */
  readonly removed?: number;
}

export function rpmSqlite(
  packages: readonly RpmPackage[],
  { pageSize = 4096, removed = 0 }: SqliteLayout = {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'rpmdb-'));
  const file = join(folder, 'rpmdb.sqlite');
  try {
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA page_size = ${pageSize}`);
    database.exec("CREATE TABLE 'Name' (key TEXT NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL)");
    database.exec("CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)");
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    database.exec('BEGIN');
    for (let at = 0; at < removed; at++) {
      insert.run(rpmHeader({ name: `gone${at}`, architecture: 'ia64', files: 3_000 }));
    }
    for (const each of packages) insert.run(rpmHeader(each));
    database.exec(`DELETE FROM Packages WHERE hnum <= ${removed}`);
    database.exec('COMMIT');
    database.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One page of slots, and the blobs; slots of packages that are gone are zero. */
export function rpmNdb(packages: readonly RpmPackage[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(1, 12);
  const blobs: Buffer[] = [];
  let block = 4096 / 16;
  for (const [at, each] of packages.entries()) {
    const header = rpmHeader(each);
    const blob = Buffer.alloc(Math.ceil((16 + header.length + 12) / 16) * 16);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(at + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    const slot = (2 + at * 2) * 16;
    slots.write('Slot', slot, 'latin1');
    for (const [word, value] of [at + 1, block, blob.length / 16].entries()) {
      slots.writeUInt32LE(value, slot + 4 + word * 4);
    }
    // The slot between two is of a package that was removed.
    slots.write('Slot', slot + 16, 'latin1');
    blobs.push(blob);
    block += blob.length / 16;
  }
  return Buffer.concat([slots, ...blobs]);
}
