/** INTERIM, until the real capture of this folder replaces it: the header's first words, everything else `unread`. */
import type { ElfFacts } from './elf-facts.ts';

export interface ElfCapture {
  /** The file's bytes in order, in pieces of any length. */
  write(chunk: Uint8Array): void;
  finish(sha256: string): ElfFacts;
}

export function startElf(fileSize: number): ElfCapture {
  const head = Buffer.alloc(64);
  let filled = 0;
  return {
    write(chunk) {
      const part = chunk.subarray(0, head.length - filled);
      head.set(part, filled);
      filled += part.length;
    },
    finish: (sha256) => factsOf(head, fileSize, sha256),
  };
}

function factsOf(head: Buffer, fileSize: number, sha256: string): ElfFacts {
  const big = head[5] === 2;
  return {
    kind: 'elf',
    class: head[4] === 1 ? 32 : head[4] === 2 ? 64 : null,
    byteOrder: head[5] === 1 ? 'little' : big ? 'big' : null,
    osAbi: head[7] ?? 0,
    abiVersion: head[8] ?? 0,
    type: big ? head.readUInt16BE(16) : head.readUInt16LE(16),
    machine: big ? head.readUInt16BE(18) : head.readUInt16LE(18),
    flags: 0,
    version: 1,
    entry: 0n,
    programHeaderOffset: 0n,
    programHeaderEntrySize: 0,
    programHeaderCount: 0,
    programHeaders: [],
    interpreter: null,
    dynamic: null,
    symbols: null,
    notes: { buildId: null, x86IsaNeeded: null, abiTag: null, system: null },
    arm: null,
    go: null,
    fileSize,
    loader: null,
    sha256,
    problems: [{ part: 'program-headers', kind: 'unread', text: 'not read yet' }],
  };
}
