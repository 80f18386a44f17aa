/**
 * Native libraries inside a jar, wheel or zip: for which machines they are, from the first bytes of each. Archives in
 * archives (fat jars) are opened too. Work and memory are bounded by limits: an archive that goes over them, is
 * encrypted or broken counts as not read, which reports say.
 */
import { constants, inflateRawSync } from 'node:zlib';
import { LIMITS } from '../base/limits.ts';
import { parseElf } from '../elf/elf-capture.ts';
import type { ArchivedNatives, ArchivedNative } from '../rootfs/content-facts.ts';
import { recognise } from '../rootfs/recognise.ts';
import { BadZip, membersOfZip, type ZipMember } from './zip-directory.ts';

/** Names that native code has; Go and Rust programs in wheels have none after the dot. */
const NATIVE = /\.(?:so(?:\.[\d.]+)?|jnilib|dylib|dll|node|pyd|exe)$|(?:^|\/)[^./]+$/i;
const ARCHIVE = /\.(?:jar|war|ear|zip|whl|aar)$/i;
/** An ELF header, and what tells Mach-O and PE. */
const HEAD_BYTES = 1_024;
/** Enough of deflate for a header, and no more than half a MiB of zeros. */
const FRONT_BYTES = 512;
const DEPTH = 3;

/** What all archives of one layer may cost together: a bomb of many small archives is one bomb. */
export class ArchiveBudget {
  #looks: number;
  #bytes: number;

  constructor(looks: number = LIMITS.archiveLooks, bytes: number = LIMITS.archivesBytes) {
    this.#looks = looks;
    this.#bytes = bytes;
  }

  /** @throws {BadZip} */
  spendLook(): void {
    if (--this.#looks < 0) throw new BadZip('too many files that may be native in one layer');
  }

  /** @throws {BadZip} */
  spendBytes(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw new BadZip('too much in packed archives of one layer');
  }
}

export function nativesOf(archive: Buffer, budget: ArchiveBudget = new ArchiveBudget()): ArchivedNatives {
  const reading = new Reading(budget);
  reading.open(archive, '', DEPTH);
  return { natives: reading.natives, unread: reading.unread };
}

class Reading {
  readonly natives: ArchivedNative[] = [];
  unread: string | null = null;
  readonly #budget: ArchiveBudget;
  #inflated = 0;

  constructor(budget: ArchiveBudget) {
    this.#budget = budget;
  }

  open(archive: Buffer, where: string, depth: number): void {
    try {
      for (const member of membersOfZip(archive, LIMITS.archiveMembers)) this.#look(member, where, depth);
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      this.unread ??= error.message;
    }
  }

  #look(member: ZipMember, where: string, depth: number): void {
    const isArchive = ARCHIVE.test(member.name);
    if (!isArchive && !NATIVE.test(member.name)) return;
    if (member.isEncrypted) {
      this.unread ??= 'encrypted';
      return;
    }
    const path = `${where}${member.name}`.slice(0, LIMITS.pathBytes);
    if (isArchive) return this.#openInner(member, path, depth);
    this.#budget.spendLook();
    const native = nativeOf(frontOf(member), path);
    if (native === null) return;
    if (this.natives.length >= LIMITS.archiveNatives)
      throw new BadZip(`more than ${LIMITS.archiveNatives} native files`);
    this.natives.push(native);
  }

  #openInner(member: ZipMember, path: string, depth: number): void {
    this.#inflated += member.method === 0 ? 0 : member.size;
    if (depth <= 1 || this.#inflated > LIMITS.archiveBytes)
      throw new BadZip('archives in archives without an end');
    if (member.method !== 0) this.#budget.spendBytes(member.size);
    const inner =
      member.method === 0 ? member.bytes : inflated(member.bytes, LIMITS.archiveBytes, member.size);
    this.open(inner, `${path}!/`, depth - 1);
  }
}

function frontOf({ method, bytes }: ZipMember): Buffer {
  if (method === 0) return bytes.subarray(0, HEAD_BYTES);
  if (method !== 8) return Buffer.alloc(0);
  try {
    return inflateRawSync(bytes.subarray(0, FRONT_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(
      0,
      HEAD_BYTES,
    );
  } catch {
    throw new BadZip('broken data');
  }
}

/** @throws {BadZip} when it is more than it claims, or than `limit` */
function inflated(bytes: Buffer, limit: number, claimed: number): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, Math.min(limit, claimed)) });
  } catch {
    throw new BadZip('broken data, or more of it than it says');
  }
}

function nativeOf(head: Buffer, path: string): ArchivedNative | null {
  if (head.length < 64) return null;
  if (head.readUInt32BE(0) === 0x7f454c46) return { path, elf: parseElf(head.subarray(0, 64), '') };
  const { format } = recognise(head);
  return format === 'mach-o' || format === 'pe' ? { path, elf: null } : null;
}
