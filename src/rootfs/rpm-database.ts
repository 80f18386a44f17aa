/**
 * rpm's list of what is installed: rpmdb.sqlite (Fedora, RHEL 9 and later), Packages.db (SUSE) or Packages (RHEL 8,
 * Amazon Linux 2 and before). Packages lie anywhere in these files, so that a file is held until it is whole; only
 * names and architectures stay.
 */
import { LIMITS } from '../base/limits.ts';
import type { InstalledPackage, PackagesFacts } from './content-facts.ts';
import { berkeleyBlobs, isBerkeley } from './rpm-berkeley.ts';
import type { Blobs } from './rpm-blobs.ts';
import { HEADER_BYTES, packageOf } from './rpm-header.ts';
import { NDB_MAGIC, ndbBlobs } from './rpm-ndb.ts';
import { SQLITE_MAGIC, sqliteBlobs } from './rpm-sqlite.ts';

const SMALLEST_HEADER = 64;

/** `head`: the first bytes of a file that is named like a database. */
export function isRpmDatabase(head: Buffer): boolean {
  return blobsIn(head) !== null;
}

export class RpmDatabaseReader {
  readonly #bytes: Buffer | null;
  #filled = 0;

  /** One that is too large is read as empty: then nothing is exempted by it. */
  constructor(size: number) {
    this.#bytes = size > LIMITS.packageDatabaseBytes ? null : Buffer.alloc(size);
  }

  write(piece: Buffer): void {
    if (this.#bytes !== null) this.#filled += piece.copy(this.#bytes, this.#filled);
  }

  finish(): PackagesFacts {
    return { kind: 'packages', database: 'rpm', packages: packagesIn(this.#bytes ?? Buffer.of()) };
  }
}

function packagesIn(file: Buffer): InstalledPackage[] {
  const packages: InstalledPackage[] = [];
  // In a sound file no two blobs share a byte, and none is as small: one that claims more is not read to the end.
  let left = file.length;
  for (const blob of blobsIn(file)?.(file, HEADER_BYTES) ?? []) {
    left -= Math.max(blob.length, SMALLEST_HEADER);
    if (left < 0) break;
    const found = packageOf(blob);
    if (found !== null) packages.push(found);
  }
  return packages;
}

function blobsIn(head: Buffer): ((file: Buffer, most: number) => Blobs) | null {
  const start = head.toString('latin1', 0, SQLITE_MAGIC.length);
  if (start === SQLITE_MAGIC) return sqliteBlobs;
  if (start.startsWith(NDB_MAGIC)) return ndbBlobs;
  return isBerkeley(head) ? berkeleyBlobs : null;
}
