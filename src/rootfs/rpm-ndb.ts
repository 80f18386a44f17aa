/**
 * SUSE's Packages.db (rpm's lib/backend/ndb/rpmpkg.c): slots of 16 bytes that say where the blob of a package lies,
 * in units of 16 bytes.
 */
import { type Blobs, readsWithin } from './rpm-blobs.ts';

export const NDB_MAGIC = 'RpmP';

const UNIT = 16;
const SLOTS_A_PAGE = 4096 / UNIT;
/** The header of the file takes the place of the first two. */
const FIRST_SLOT = 2;
const SLOT_MAGIC = 0x746f6c53; // Slot
const BLOB_MAGIC = 0x53626c42; // BlbS

export function* ndbBlobs(file: Buffer, most: number): Blobs {
  if (file.length < FIRST_SLOT * UNIT) return;
  const slots = file.readUInt32LE(12) * SLOTS_A_PAGE;
  for (let slot = FIRST_SLOT; slot < slots && readsWithin(file, slot * UNIT, UNIT); slot++) {
    const at = slot * UNIT;
    if (file.readUInt32LE(at) !== SLOT_MAGIC || file.readUInt32LE(at + 4) === 0) continue;
    const blob = file.readUInt32LE(at + 8) * UNIT;
    if (!readsWithin(file, blob, UNIT) || file.readUInt32LE(blob) !== BLOB_MAGIC) continue;
    const size = Math.min(file.readUInt32LE(blob + 12), most);
    yield file.subarray(blob + UNIT, blob + UNIT + size);
  }
}
