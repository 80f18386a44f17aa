import type { ElfFacts } from '../../src/elf/elf-facts.ts';

/** Facts of a small static amd64 program, with what a test wants otherwise. */
export function plainElf(changes: Partial<ElfFacts> = {}): ElfFacts {
  const readAs = { class: changes.class ?? 64, byteOrder: changes.byteOrder ?? 'little' } as const;
  return {
    kind: 'elf',
    class: 64,
    byteOrder: 'little',
    readAs,
    identVersion: 1,
    osAbi: 0,
    abiVersion: 0,
    hasPadding: false,
    type: 2,
    machine: 62,
    flags: 0,
    version: 1,
    entry: 0x401000n,
    entryZeros: 0,
    programHeaderOffset: 64n,
    programHeaderEntrySize: 56,
    programHeaderCount: 1,
    programHeaders: [],
    interpreter: null,
    dynamic: null,
    symbols: null,
    notes: { buildId: null, x86IsaNeeded: null, abiTag: null, system: null },
    propertyError: null,
    arm: null,
    go: null,
    packer: null,
    loader: null,
    libcVersion: null,
    project: null,
    projectVersion: null,
    contradiction: null,
    blankFrom: null,
    fileSize: 4096,
    sha256: '0'.repeat(64),
    problems: [],
    ...changes,
  };
}
