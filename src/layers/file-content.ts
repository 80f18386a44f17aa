/**
 * Turns the bytes of one regular file after the other into content facts while they stream by. Nothing is kept of
 * a file but its facts: an ELF file keeps the ranges that a loader reads, a shell script or a well-known file its text.
 */
import { createHash, type Hash } from 'node:crypto';
import { LIMITS } from '../base/limits.ts';
import { decodeBytes } from '../base/plain-text.ts';
import { type ElfCapture, startElf } from '../elf/elf-capture.ts';
import type { ContentFacts, OtherFacts } from '../rootfs/content-facts.ts';
import { keepsText, packageDatabaseOf, sourcedText, type TextWanted } from '../rootfs/keeps-text.ts';
import { PackageDatabaseReader } from '../rootfs/package-database.ts';
import { portableExecutableOf } from '../rootfs/portable-executable.ts';
import { isRpmDatabase, RpmDatabaseReader } from '../rootfs/rpm-database.ts';
import { recognise, RECOGNISE_BYTES } from '../rootfs/recognise.ts';
import { ArchiveBudget, nativesOf } from './archived-natives.ts';

/** BINPRM_BUF_SIZE (include/uapi/linux/binfmts.h): what the kernel itself looks at. */
const HEAD_BYTES = 256;
const SHELL_LINE = /^#![^\n]*(?:sh\b|execline)/;
const EMPTY: ContentFacts = { kind: 'empty' };

/** What is done with the bytes after the head. */
interface Reading {
  write(piece: Buffer): void;
  finish(): ContentFacts;
}

/** Whether zip archives are opened for the native code in them. */
export type Archives = 'opened' | 'closed';

/** Where the files of one layer share what they may share. */
export class FileContentReader {
  readonly #archives: Archives;
  readonly #budget: ArchiveBudget = new ArchiveBudget();
  #path = '';
  #mode = 0;
  #size = 0;
  readonly #head: Buffer = Buffer.alloc(RECOGNISE_BYTES);
  #headFilled = 0;
  #reading: Reading | null = null;
  /** Equal facts are one object: most files of an image are plain data. */
  readonly #shared: Map<string, OtherFacts> = new Map();
  #textLeft: number = LIMITS.layerTextBytes;

  constructor(archives: Archives = 'closed') {
    this.#archives = archives;
  }

  begin(path: string, mode: number, size: number): void {
    this.#path = path;
    this.#mode = mode;
    this.#size = size;
    this.#headFilled = 0;
    this.#reading = null;
  }

  write(piece: Buffer): void {
    if (this.#reading !== null) return this.#reading.write(piece);
    const wanted = Math.min(this.#size, RECOGNISE_BYTES);
    if (this.#headFilled === 0 && piece.length >= wanted) {
      this.#reading = this.#readingFor(piece.subarray(0, wanted));
      return this.#reading.write(piece);
    }
    const taken = piece.copy(this.#head, this.#headFilled, 0, wanted - this.#headFilled);
    this.#headFilled += taken;
    if (this.#headFilled < wanted) return;
    const head = this.#head.subarray(0, wanted);
    this.#reading = this.#readingFor(head);
    this.#reading.write(head);
    if (taken < piece.length) this.#reading.write(piece.subarray(taken));
  }

  end(): ContentFacts {
    return this.#reading?.finish() ?? EMPTY;
  }

  #readingFor(head: Buffer): Reading {
    if (head.length >= 4 && head.readUInt32BE(0) === 0x7f454c46) return new ElfReading(this.#size);
    const start = head.toString('latin1', 0, HEAD_BYTES);
    if (start.startsWith('#!')) {
      const text = this.#textFor(keepsText(this.#path, start) ?? shellText(start));
      return new ScriptReading(start, text ?? (this.#size <= HEAD_BYTES ? plainText(start) : null));
    }
    const database = packageDatabaseOf(this.#path);
    if (database === 'rpm' && isRpmDatabase(head)) return new RpmDatabaseReader(this.#size);
    if (database !== null && database !== 'rpm') return new PackageDatabaseReader(database);
    const { format, ...more } = recognise(head);
    const runnable = (this.#mode & 0o111) !== 0 || this.#path.endsWith('.sh');
    const read = runnable ? SHELL_TEXT : sourcedText(this.#path, start);
    const wanted = keepsText(this.#path, start) ?? (READABLE.has(format) ? read : null);
    const pe = format === 'pe' ? portableExecutableOf(head) : null;
    const plain: OtherFacts = { kind: 'other', format, ...more, head: runnable ? start : '', text: null };
    const facts = pe === null ? plain : { ...plain, pe };
    const text = this.#textFor(wanted);
    if (text !== null) return new TextReading(facts, text);
    if (format === 'zip' && this.#archives === 'opened')
      return new ArchiveReading(facts, this.#size, this.#budget);
    return new NoReading(runnable ? facts : this.#share(facts));
  }

  #share(facts: OtherFacts): OtherFacts {
    const { format, detail, pe } = facts;
    const key = [format, detail, pe?.machine, pe?.isLibrary, pe?.subsystem, pe?.isManaged].join('/');
    const known = this.#shared.get(key);
    if (known === undefined) this.#shared.set(key, facts);
    return known ?? facts;
  }

  /** Room for the whole text, or null when it is not wanted or would go over the limits. */
  #textFor(wanted: TextWanted | null): Text | null {
    if (wanted === null || this.#size > wanted.maxBytes || this.#size > this.#textLeft) return null;
    this.#textLeft -= this.#size;
    return new Text(this.#size, wanted.as);
  }
}

/** What a shell makes something of, so that its text decides. */
const READABLE: ReadonlySet<string> = new Set(
  'text script-after-blank script-after-bom json html git-lfs-pointer'.split(' '),
);

const SHELL_TEXT: TextWanted = { as: 'text', maxBytes: LIMITS.textBytes };

/** What needs no decoding and, being the head as well, no room. */
function plainText(head: string): string | null {
  return /^[\x20-\x7e\s]*$/.test(head) ? head : null;
}

function shellText(start: string): TextWanted | null {
  return SHELL_LINE.test(start) ? SHELL_TEXT : null;
}

class Text {
  readonly #bytes: Buffer;
  readonly #as: TextWanted['as'];
  #filled = 0;

  constructor(size: number, as: TextWanted['as']) {
    this.#bytes = Buffer.alloc(size);
    this.#as = as;
  }

  write(piece: Buffer): void {
    this.#filled += piece.copy(this.#bytes, this.#filled);
  }

  decode(): string {
    return this.#as === 'latin1' ? this.#bytes.toString('latin1') : decodeBytes(this.#bytes);
  }
}

class ElfReading implements Reading {
  readonly #capture: ElfCapture;
  readonly #hash: Hash = createHash('sha256');

  constructor(size: number) {
    this.#capture = startElf(size);
  }

  write(piece: Buffer): void {
    this.#hash.update(piece);
    this.#capture.write(piece);
  }

  finish(): ContentFacts {
    return this.#capture.finish(this.#hash.digest('hex'));
  }
}

class ScriptReading implements Reading {
  readonly #head: string;
  readonly #text: Text | string | null;
  #crlfLines = 0;
  #afterCr = false;

  constructor(head: string, text: Text | string | null) {
    this.#head = head;
    this.#text = text;
  }

  write(piece: Buffer): void {
    if (this.#text instanceof Text) this.#text.write(piece);
    if (this.#afterCr && piece[0] === 0x0a) this.#crlfLines++;
    for (let at = piece.indexOf('\r\n'); at !== -1; at = piece.indexOf('\r\n', at + 2)) this.#crlfLines++;
    this.#afterCr = piece.at(-1) === 0x0d;
  }

  finish(): ContentFacts {
    const text = this.#text instanceof Text ? this.#text.decode() : this.#text;
    return { kind: 'script', head: this.#head, text, crlfLines: this.#crlfLines };
  }
}

class TextReading implements Reading {
  readonly #facts: OtherFacts;
  readonly #text: Text;

  constructor(facts: OtherFacts, text: Text) {
    this.#facts = facts;
    this.#text = text;
  }

  write(piece: Buffer): void {
    this.#text.write(piece);
  }

  finish(): ContentFacts {
    return { ...this.#facts, text: this.#text.decode() };
  }
}

class ArchiveReading implements Reading {
  readonly #facts: OtherFacts;
  readonly #bytes: Buffer | null;
  readonly #budget: ArchiveBudget;
  #filled = 0;

  constructor(facts: OtherFacts, size: number, budget: ArchiveBudget) {
    this.#facts = facts;
    this.#budget = budget;
    this.#bytes = size > LIMITS.archiveBytes ? null : Buffer.alloc(size);
  }

  write(piece: Buffer): void {
    if (this.#bytes !== null) this.#filled += piece.copy(this.#bytes, this.#filled);
  }

  finish(): ContentFacts {
    const archived =
      this.#bytes === null
        ? { natives: [], unread: `larger than ${LIMITS.archiveBytes / 1024 ** 2} MiB` }
        : nativesOf(this.#bytes, this.#budget);
    return { ...this.#facts, archived };
  }
}

class NoReading implements Reading {
  readonly #facts: OtherFacts;

  constructor(facts: OtherFacts) {
    this.#facts = facts;
  }

  write(): void {}

  finish(): ContentFacts {
    return this.#facts;
  }
}
