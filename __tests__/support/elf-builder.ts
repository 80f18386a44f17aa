/**
 * Writes small real ELF files: programs whose `_start` ends with status 0, which a kernel of their machine starts
 * (a dynamic loader maps their libraries first), and libraries. Everything can be made wrong on purpose.
 */
import { ByteWriter } from './byte-writer.ts';
import { type Machine, MACHINES } from './elf-machines.ts';
import { attributeBytes, goBytes, noteBytes, propertyBytes } from './elf-notes.ts';
import { type ElfSpec, type HeaderFields, isDynamic } from './elf-spec.ts';
import {
  gnuHashTable,
  plainName,
  StringTable,
  sysvHashTable,
  versionDefinitions,
  versionIndex,
  versionNeeds,
} from './elf-tables.ts';

/** The offset of each part in the file, and of its end, as an earlier draft of the same file has them. */
type Places = ReadonlyMap<string, number>;

/** The data segment lies in pages of its own, also where pages have 64K. */
const PAGE = 0x10000;
const RESERVED_SLOTS = 2;

export function buildElf(spec: ElfSpec = {}): Uint8Array {
  // The first draft learns the sizes of the parts, the second their places, the third is right.
  const sizes = new Assembly(spec, new Map()).places;
  const places = new Assembly(spec, sizes).places;
  return new Assembly(spec, places).bytes;
}

class Assembly {
  readonly places = new Map<string, number>();
  readonly bytes: Uint8Array;
  readonly #spec: ElfSpec;
  readonly #machine: Machine;
  readonly #known: Places;
  readonly #writer: ByteWriter;
  readonly #strings = new StringTable();
  readonly #isDynamic: boolean;
  readonly #wordSize: number;
  #segments = 0;

  constructor(spec: ElfSpec, known: Places) {
    this.#spec = spec;
    this.#known = known;
    this.#machine = MACHINES[spec.machine ?? 'amd64'];
    this.#writer = new ByteWriter(this.#machine);
    this.#isDynamic = isDynamic(spec);
    this.#wordSize = this.#machine.class === 64 ? 8 : 4;
    this.#writeHeader();
    this.#writeProgramHeaders();
    this.#writeText();
    this.#writeData();
    this.#writeUnmapped();
    this.bytes = this.#writer.raw(new Uint8Array(spec.padding ?? 0)).bytes();
  }

  #at(part: string): number {
    return this.#known.get(part) ?? 0;
  }

  #address(part: string): number {
    const offset = this.#at(part);
    return (this.#isDynamic ? 0 : 0x400000) + offset + (offset >= this.#at('data') ? PAGE : 0);
  }

  #size(part: string): number {
    return this.#at(`${part} end`) - this.#at(part);
  }

  #part(name: string, align: number, write: (writer: ByteWriter) => void): void {
    this.#writer.align(align);
    this.places.set(name, this.#writer.length);
    write(this.#writer);
    this.places.set(`${name} end`, this.#writer.length);
  }

  #writeHeader(): void {
    const wide = this.#wordSize === 8;
    const isProgram = this.#spec.interpreter !== undefined || !this.#isDynamic;
    const header: HeaderFields = {
      class: wide ? 2 : 1,
      data: this.#machine.byteOrder === 'little' ? 1 : 2,
      osAbi: 0,
      type: this.#isDynamic ? 3 : 2,
      machine: this.#machine.machine,
      version: 1,
      flags: this.#machine.flags,
      entry: isProgram ? this.#address('code') : 0,
      programHeaderOffset: this.#at('program headers'),
      programHeaderEntrySize: wide ? 56 : 32,
      programHeaderCount: this.#at('program header count'),
      sectionHeaderOffset: this.#size('sections') > 0 ? this.#at('sections') : 0,
      sectionHeaderCount: this.#size('sections') > 0 ? 2 : 0,
      ...this.#spec.header,
    };
    const writer = this.#writer;
    writer.raw(Buffer.from('\x7fELF', 'latin1')).u8(header.class, header.data, 1, header.osAbi).align(16);
    writer.u16(header.type).u16(header.machine).u32(header.version);
    writer.word(header.entry).word(header.programHeaderOffset).word(header.sectionHeaderOffset);
    writer.u32(header.flags).u16(wide ? 64 : 52);
    writer.u16(header.programHeaderEntrySize).u16(header.programHeaderCount);
    writer
      .u16(wide ? 64 : 40)
      .u16(header.sectionHeaderCount)
      .u16(0);
  }

  #writeProgramHeaders(): void {
    const align = this.#spec.align ?? PAGE;
    this.#part('program headers', 1, () => {
      // Without PT_PHDR, glibc's loader takes a program for one at address 0.
      if (this.#spec.interpreter !== undefined) this.#segment(6, 4, 'program headers', this.#wordSize);
      if (this.#spec.interpreter !== undefined) this.#segment(3, 4, 'interpreter', 1);
      this.#segment(1, 5, 'text', align);
      if (this.#isDynamic || this.#spec.go !== undefined) this.#segment(1, 6, 'data', align);
      if (this.#isDynamic) this.#segment(2, 6, 'dynamic', 8);
      if (this.#size('notes') > 0) this.#segment(4, 4, 'notes', 4);
      if (this.#size('property') > 0) this.#segment(4, 4, 'property', this.#wordSize);
      if (this.#size('property') > 0) this.#segment(0x6474e553, 4, 'property', this.#wordSize);
      const stack = this.#spec.stack ?? 'plain';
      if (stack !== 'unsaid') this.#segment(0x6474e551, stack === 'executable' ? 7 : 6, 'nothing', 16);
    });
    this.places.set('text', 0);
    this.places.set('program header count', this.#segments);
  }

  #segment(type: number, flags: number, part: string, align: number): void {
    const wide = this.#wordSize === 8;
    const address = part === 'nothing' ? 0 : this.#address(part);
    this.#segments++;
    this.#writer.u32(type);
    if (wide) this.#writer.u32(flags);
    this.#writer.word(this.#at(part)).word(address).word(address);
    this.#writer.word(this.#size(part)).word(this.#size(part));
    if (!wide) this.#writer.u32(flags);
    this.#writer.word(align);
  }

  /** The first segment: what is only read, and the code. */
  #writeText(): void {
    const { interpreter, code } = this.#spec;
    if (interpreter !== undefined) this.#part('interpreter', 1, (writer) => writer.text(interpreter));
    this.#part('notes', 4, (writer) => writer.raw(noteBytes(this.#spec, this.#machine)));
    this.#part('property', 8, (writer) => writer.raw(propertyBytes(this.#spec, this.#machine)));
    if (this.#isDynamic) this.#writeTables();
    this.#part('code', 16, (writer) => writer.raw(code ?? this.#machine.exit));
    this.places.set('text end', this.#writer.length);
  }

  #writeTables(): void {
    const {
      undefined: wanted = [],
      weakUndefined = [],
      defined = [],
      versionsDefined,
      versionsNeeded,
    } = this.#spec;
    const absent = [...wanted, ...weakUndefined];
    const symbols = absent.length + defined.length;
    this.#part('symbols', 8, () => {
      this.#symbol('', 0, 'absent');
      const areStubs = this.#isMips && this.#spec.undefinedAre === 'called';
      for (const name of wanted) {
        this.#symbol(plainName(name), areStubs ? 0x12 : 0x10, areStubs ? 'stub' : 'absent');
      }
      for (const name of weakUndefined) this.#symbol(plainName(name), 0x20, 'absent');
      for (const name of defined) this.#symbol(plainName(name), 0x12, 'here');
    });
    this.#part('hash', 8, (writer) => {
      if (this.#spec.hash === 'gnu')
        writer.raw(gnuHashTable(this.#machine, absent.length + 1, defined.map(plainName)));
      else if (this.#spec.hash !== 'none') writer.raw(sysvHashTable(this.#machine, symbols));
    });
    this.#part('versym', 2, (writer) => {
      if (versionsDefined === undefined && versionsNeeded === undefined) return;
      writer.u16(0);
      for (const name of [...absent, ...defined]) writer.u16(versionIndex(name, this.#spec));
    });
    this.#part('verdef', 4, (writer) => {
      const names = [this.#spec.soname ?? 'base', ...(versionsDefined ?? [])];
      if (versionsDefined !== undefined) writer.raw(versionDefinitions(this.#machine, this.#strings, names));
    });
    this.#part('verneed', 4, (writer) => {
      const first = 2 + (versionsDefined?.length ?? 0);
      if (versionsNeeded !== undefined)
        writer.raw(versionNeeds(this.#machine, this.#strings, versionsNeeded, first));
    });
    this.#part('relocations', 8, (writer) => {
      wanted.forEach((_, index) => {
        writer.word(this.#address('got') + index * this.#wordSize);
        const symbol = BigInt(index + 1) << (this.#wordSize === 8 ? 32n : 8n);
        // MIPS has the symbol first and three types behind it: R_MIPS_REL32 with R_MIPS_64.
        if (this.#wordSize === 8 && this.#isMips) writer.u32(index + 1).u8(0, 0, 18, 3);
        else writer.word(symbol | BigInt(this.#machine.globDat));
        if (this.#machine.relocations === 'rela') writer.word(0);
      });
    });
    this.#dynamicEntries(); // Its names are the last that come into the string table.
    this.#part('strings', 1, (writer) => writer.raw(this.#strings.bytes()));
  }

  #symbol(name: string, info: number, where: 'absent' | 'stub' | 'here'): void {
    const writer = this.#writer;
    const value = where === 'absent' ? 0 : this.#address('code');
    const section = where === 'here' ? 1 : 0;
    writer.u32(this.#strings.offset(name));
    if (this.#wordSize === 8) writer.u8(info, 0).u16(section).word(value).word(0);
    else writer.word(value).word(0).u8(info, 0).u16(section);
  }

  #dynamicEntries(): [number, number][] {
    const { needed = [], soname, rpath, runpath, flags, flags1, packedRelocations } = this.#spec;
    const text = (tag: number, value: string | undefined): [number, number][] =>
      value === undefined ? [] : [[tag, this.#strings.offset(value)]];
    const table = (tag: number, part: string, more: [number, number][] = []): [number, number][] =>
      this.#size(part) > 0 ? [[tag, this.#address(part)], ...more] : [];
    return [
      ...needed.flatMap((name) => text(1, name)),
      ...text(14, soname),
      ...text(15, rpath),
      ...text(29, runpath),
      ...table(this.#spec.hash === 'gnu' ? 0x6ffffef5 : 4, 'hash'),
      ...table(5, 'strings', [[10, this.#size('strings')]]),
      ...table(6, 'symbols', [[11, this.#wordSize === 8 ? 24 : 16]]),
      ...table(0x6ffffff0, 'versym'),
      ...table(0x6ffffffc, 'verdef', [[0x6ffffffd, 1 + (this.#spec.versionsDefined?.length ?? 0)]]),
      ...table(0x6ffffffe, 'verneed', [[0x6fffffff, this.#spec.versionsNeeded?.length ?? 0]]),
      ...this.#relocationEntries(table),
      ...this.#mipsEntries(table),
      ...(flags === undefined ? [] : [[30, flags] satisfies [number, number]]),
      ...(packedRelocations === undefined
        ? []
        : ([
            [36, 0],
            [35, 0],
            [37, this.#wordSize],
          ] satisfies [number, number][])),
      ...(flags1 === undefined ? [] : [[0x6ffffffb, flags1] satisfies [number, number]]),
      [0, 0],
    ];
  }

  get #isMips(): boolean {
    return this.#machine.machine === 8;
  }

  get #symbolCount(): number {
    const { undefined: wanted = [], weakUndefined = [], defined = [] } = this.#spec;
    return 1 + wanted.length + weakUndefined.length + defined.length;
  }

  /** MIPS keeps the addresses of all symbols in one table, behind two slots of its own: DT_PLTGOT and DT_MIPS_*. */
  #mipsEntries(
    table: (tag: number, part: string, more: [number, number][]) => [number, number][],
  ): [number, number][] {
    return table(3, 'global got', [
      [0x70000001, 1], // RLD_VERSION
      [0x70000005, 2], // FLAGS
      [0x70000006, 0], // BASE_ADDRESS
      [0x7000000a, RESERVED_SLOTS], // LOCAL_GOTNO
      [0x70000011, this.#symbolCount], // SYMTABNO
      [0x70000013, 1], // GOTSYM
    ]);
  }

  /** DT_RELA or DT_REL with their sizes, or the same as DT_JMPREL. */
  #relocationEntries(
    table: (tag: number, part: string, more: [number, number][]) => [number, number][],
  ): [number, number][] {
    const rela = this.#machine.relocations === 'rela';
    const bytes = this.#size('relocations');
    if (this.#spec.undefinedAre === 'called') {
      return table(23, 'relocations', [
        [2, bytes],
        [20, rela ? 7 : 17],
      ]);
    }
    return table(rela ? 7 : 17, 'relocations', [
      [rela ? 8 : 18, bytes],
      [rela ? 9 : 19, (rela ? 3 : 2) * this.#wordSize],
    ]);
  }

  /** The second segment: what the loader writes to. */
  #writeData(): void {
    this.#writer.align(16);
    this.places.set('data', this.#writer.length);
    if (this.#isDynamic) {
      this.#part('dynamic', 16, (writer) => {
        for (const [tag, value] of this.#dynamicEntries()) writer.word(tag).word(value);
      });
      const slots = this.#spec.undefined?.length ?? 0;
      this.#part('got', 8, (writer) => writer.raw(new Uint8Array(slots * this.#wordSize)));
      const global = this.#isMips ? RESERVED_SLOTS + this.#symbolCount - 1 : 0;
      this.#part('global got', 8, (writer) => writer.raw(new Uint8Array(global * this.#wordSize)));
    }
    this.#part('go', 16, (writer) => writer.raw(goBytes(this.#spec, this.#machine)));
    this.places.set('data end', this.#writer.length);
  }

  /** What no segment holds: `.ARM.attributes` and the section headers that point at it. */
  #writeUnmapped(): void {
    const attributes = attributeBytes(this.#spec, this.#machine);
    if (attributes.length === 0) return;
    this.#part('attributes', 1, (writer) => writer.raw(attributes));
    this.#part('sections', 8, (writer) => {
      writer.raw(new Uint8Array(this.#wordSize === 8 ? 64 : 40));
      writer.u32(0).u32(0x70000003).word(0).word(0).word(this.#at('attributes')).word(attributes.length);
      writer.u32(0).u32(0).word(1).word(0);
    });
  }
}
