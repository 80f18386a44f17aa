import { describe, expect, test } from '@jest/globals';
import { contradictionOf } from '../../src/elf/contradictions.ts';
import { DynamicTable } from '../../src/elf/dynamic-table.ts';
import type { ProgramHeader } from '../../src/elf/elf-facts.ts';
import { type ElfHeader, parseHeader } from '../../src/elf/header.ts';
import { LIMITS } from '../../src/base/limits.ts';
import { AddressSpace } from '../../src/elf/address-space.ts';
import { KeptBytes } from '../../src/elf/kept-bytes.ts';
import { Memory } from '../../src/elf/memory.ts';
import { Problems } from '../../src/elf/problems.ts';
import type { Section } from '../../src/elf/section-headers.ts';

const [PT_LOAD, PT_DYNAMIC, PT_TLS, RELRO] = [1, 2, 7, 0x6474e552] as const;
const [DT_PLTRELSZ, DT_PLTGOT, DT_HASH, DT_RELA, DT_RELASZ, DT_INIT, DT_JMPREL] = [
  2, 3, 4, 7, 8, 12, 23,
] as const;
const NAMES = 8;

const section = (name: string, type: number, flags: number, address: number, size: number): Section => ({
  name,
  type,
  flags,
  address: BigInt(address),
  size: BigInt(size),
  align: 8n,
  start: address,
  end: address + size,
});
const segment = (type: number, flags: number, start: number, size: number, memory = size): ProgramHeader => ({
  type,
  flags,
  offset: BigInt(start),
  virtualAddress: BigInt(start),
  fileSize: BigInt(size),
  memorySize: BigInt(memory),
  align: 8n,
});

/** A program with one of everything. */
const SECTIONS = {
  none: section('', 0, 0, 0, 0),
  hash: section('.hash', 5, 2, 0x200, 0x20),
  relocations: section('.rela.dyn', 4, 2, 0x300, 0x30),
  calls: section('.rela.plt', 4, 2, 0x330, 0x18),
  init: section('.init', 1, 6, 0x1000, 0x10),
  text: section('.text', 1, 6, 0x1010, 0x100),
  threads: section('.tdata', 1, 0x403, 0x2000, 8),
  dynamic: section('.dynamic', 6, 3, 0x2008, 0x100),
  got: section('.got.plt', 1, 3, 0x2ff0, 0x10),
  data: section('.data', 1, 3, 0x3000, 0x10),
  zeros: section('.bss', 8, 3, 0x3010, 0x20),
  names: section('.shstrtab', 3, 0, 0x3010, 0x40),
};
const HEADERS = {
  constants: segment(PT_LOAD, 4, 0, 0x400),
  code: segment(PT_LOAD, 5, 0x1000, 0x110),
  data: segment(PT_LOAD, 6, 0x2000, 0x1010, 0x1030),
  dynamic: segment(PT_DYNAMIC, 6, 0x2008, 0x100),
  threads: segment(PT_TLS, 4, 0x2000, 8),
  relro: segment(RELRO, 4, 0x2000, 0x1000),
};
const ENTRIES: Readonly<Record<number, number>> = {
  [DT_HASH]: 0x200,
  [DT_RELA]: 0x300,
  [DT_RELASZ]: 0x30,
  [DT_JMPREL]: 0x330,
  [DT_PLTRELSZ]: 0x18,
  [DT_PLTGOT]: 0x2ff0,
  [DT_INIT]: 0x1000,
};

interface Change {
  readonly sections?: Partial<Record<keyof typeof SECTIONS, Section>>;
  readonly headers?: Partial<Record<keyof typeof HEADERS, ProgramHeader>>;
  readonly entries?: Readonly<Record<number, number>>;
  readonly header?: Partial<ElfHeader>;
  /** How many there are besides, of the code. */
  readonly copies?: { readonly sections?: number; readonly headers?: number };
}

function contradiction({ sections, headers, entries, header, copies }: Change): string | null {
  const listedSections = Object.values({ ...SECTIONS, ...sections });
  const all = [
    ...listedSections.slice(0, 1),
    ...Array.from({ length: copies?.sections ?? 0 }, () => SECTIONS.text),
    ...listedSections.slice(1),
  ];
  const segments = [
    ...Object.values({ ...HEADERS, ...headers }),
    ...Array.from({ length: copies?.headers ?? 0 }, () => HEADERS.relro),
  ];
  const own = { machine: 62, entry: 0x1010n, programHeaderOffset: 64n };
  const counted = { sectionHeaderCount: all.length, sectionNamesIndex: all.length - 1 };
  const memory = new Memory(new KeptBytes(0, []), new AddressSpace([]), { class: 64, byteOrder: 'little' });
  const listed = Object.entries({ ...ENTRIES, ...entries });
  const tags = listed.map(([tag, value]) => ({ tag: Number(tag), value: BigInt(value) }));
  const table = new DynamicTable(tags, memory, new Problems(), true);
  const elf = { ...parseHeader(Buffer.alloc(64)), ...own, ...counted, ...header };
  return contradictionOf(elf, all, segments, table);
}

describe('section headers against what is read', () => {
  test.each<[name: string, change: Change]>([
    ['they agree', {}],
    ['a table of sections that does not begin with none', { sections: { none: SECTIONS.text } }],
    ['names that are no strings', { header: { sectionNamesIndex: NAMES } }],
    ['fewer sections than there are', { header: { sectionHeaderCount: 99 } }],
    [
      'old lld makes room for thread-local variables',
      { headers: { threads: { ...HEADERS.threads, memorySize: 15n } } },
    ],
    [
      'a part without an address, in a segment behind all others',
      {
        sections: { hash: section('.added', 7, 2, 0, 0x40) },
        headers: { data: segment(PT_LOAD, 6, 0x2000, 0x1010, 0x9000) },
      },
    ],
    [
      'a part that lies in the page of its segment, behind it',
      { sections: { hash: section('.hash', 5, 2, 0x3f0, 0x20) }, entries: { [DT_HASH]: 0x3f0 } },
    ],
    [
      'a first part that patchelf moved from where PT_GNU_RELRO begins',
      {
        sections: { threads: section('.tdata', 1, 0x403, 0x2004, 4) },
        headers: { threads: segment(PT_TLS, 4, 0x2004, 4) },
      },
    ],
    [
      'zeros that patchelf laid before what has contents',
      { sections: { zeros: section('.bss', 8, 3, 0x3000, 1), data: section('.data', 1, 3, 0x3008, 8) } },
    ],
    [
      'more segments than are compared',
      {
        header: { entry: 0x2000n },
        copies: { headers: LIMITS.elfComparedSegments },
      },
    ],
    [
      'more parts than are compared',
      {
        header: { entry: 0x2000n },
        copies: { sections: LIMITS.elfComparedSections },
      },
    ],
    ['no entry point', { header: { entry: 0n } }],
    ['DT_INIT in the code', { entries: { [DT_INIT]: 0x1020 } }],
  ])('%s', (_, change) => {
    expect(contradiction(change)).toBeNull();
  });

  test.each<[name: string, change: Change, words: string]>([
    [
      'a segment lost',
      { headers: { code: segment(0, 5, 0x1000, 0x110) } },
      '0x1000 is a part of the program that no segment holds',
    ],
    ['another place in the file', { headers: { code: { ...HEADERS.code, offset: 0n } } }, 'no segment holds'],
    ['data that cannot be written', { headers: { data: { ...HEADERS.data, flags: 4 } } }, 'no segment holds'],
    ['code that cannot be run', { headers: { code: { ...HEADERS.code, flags: 4 } } }, 'no segment holds'],
    [
      'bytes where there are to be zeros',
      { headers: { data: segment(PT_LOAD, 6, 0x2000, 0x1030) } },
      '0x3010',
    ],
    [
      'more memory than there are parts',
      { headers: { data: segment(PT_LOAD, 6, 0x2000, 0x1010, 0x9000) } },
      'nothing lies behind 0x4000',
    ],
    [
      'a segment over another',
      { headers: { constants: segment(PT_LOAD, 4, 0, 0x1001) } },
      'no two parts share an address',
    ],
    [
      'PT_TLS lost',
      { headers: { threads: segment(0, 4, 0x2000, 8) } },
      'thread-local variables lie from 0x2000 to 0x2008',
    ],
    ['other multiples', { headers: { threads: { ...HEADERS.threads, align: 16n } } }, 'thread-local'],
    ['headers in no segment', { header: { programHeaderOffset: 0x9000n } }, 'no segment holds the headers'],
    [
      'PT_DYNAMIC elsewhere',
      { headers: { dynamic: segment(PT_DYNAMIC, 6, 0x2010, 0x100) } },
      'PT_DYNAMIC lies at 0x2008',
    ],
    [
      'variables made read-only',
      { headers: { relro: segment(RELRO, 4, 0x2000, 0x2000) } },
      'what lies at 0x3000 is no constant',
    ],
    [
      'PT_GNU_RELRO in between',
      { headers: { relro: segment(RELRO, 4, 0x2004, 0x1000) } },
      'begins at 0x2004',
    ],
    ['an entry point between all code', { header: { entry: 0x2000n } }, 'no code at the entry point 0x2000'],
    ['another hash table', { entries: { [DT_HASH]: 0x208 } }, 'DT_HASH is a table of 32 bytes at 0x200'],
    ['calls not named', { entries: { [DT_PLTRELSZ]: 0 } }, 'relocations at 0x330'],
    [
      'too many relocations',
      { entries: { [DT_RELASZ]: 0x36 } },
      'the relocations at 0x300 begin or end elsewhere',
    ],
    ['another DT_PLTGOT', { entries: { [DT_PLTGOT]: 0x2008 } }, 'no table at 0x2008'],
    ['DT_INIT within its section', { entries: { [DT_INIT]: 0x1004 } }, 'no function begins at 0x1004'],
  ])('%s', (_, change, words) => {
    expect(contradiction(change)).toContain(words);
  });
});
