/**
 * Bytes of an ELF file to facts. Follows the kernel (fs/binfmt_elf.c) and the loaders (glibc's elf/, musl's
 * ldso/dynlink.c): program headers and PT_DYNAMIC as they lie in memory. Left out on purpose: sections (but for two
 * that no program header points at, and what contradicts the rest), debug information.
 */
import { decodeBytes } from '../base/plain-text.ts';
import { LIMITS } from '../base/limits.ts';
import { AddressSpace } from './address-space.ts';
import { ENTRY_BYTES } from './capture-plan.ts';
import { readArmAttributes } from './arm-attributes.ts';
import { ET_DYN, ET_EXEC, PT_INTERP, PT_LOAD } from './constants.ts';
import { contradictionOf } from './contradictions.ts';
import { readDynamic, readDynamicTable } from './dynamic.ts';
import type { DynamicFacts, ElfFacts, InterpreterFacts, ProgramHeader } from './elf-facts.ts';
import { toNumber } from './fields.ts';
import { propertyErrorOf } from './gnu-property.ts';
import { readGoBuildInfo } from './go-build-info.ts';
import { type ElfHeader, HEADER_BYTES, parseHeader } from './header.ts';
import type { KeptBytes } from './kept-bytes.ts';
import { type Defines, definesLoader, type LoaderFacts, loaderFactsOf } from './loader-facts.ts';
import { EM_AARCH64, EM_ARM } from './machines.ts';
import { Memory } from './memory.ts';
import { readNotes } from './notes.ts';
import { Problems } from './problems.ts';
import { libcVersionOf } from './libc-version.ts';
import { projectFactsOf } from './project.ts';
import { checkSegments, programHeaderTable, readProgramHeaders } from './program-headers.ts';
import { readSections, sectionHeaderTable } from './section-headers.ts';
import { hasSymbol } from './symbol-hash.ts';
import { readSymbols } from './symbols.ts';
import { readVersions } from './versions.ts';

/** Never throws: what is broken is in `problems`. `contentEnd`: behind it there are only zeros. */
export function parseKept(kept: KeptBytes, contentEnd: number, sha256: string): ElfFacts {
  const problems = new Problems();
  const header = parseHeader(kept.read(0, HEADER_BYTES[64]).bytes);
  const { readAs, machine } = header;
  checkHeader(header, kept.fileSize, problems);
  const programHeaders = readProgramHeaders(header, kept, problems);
  checkSegments(programHeaders, kept.fileSize, problems);
  const memory = new Memory(kept, new AddressSpace(programHeaders, header.type), readAs);
  const table = readDynamicTable(programHeaders, memory, problems);
  const versions = table === null ? null : readVersions(table, memory, problems);
  const dynamic =
    table === null || versions === null
      ? null
      : readDynamic(header, programHeaders, table, memory, versions, problems);
  const symbols =
    table === null || versions === null ? null : readSymbols(table, memory, machine, versions, problems);
  const interpreter = readInterpreter(programHeaders, kept, problems);
  const sections = readSections(header, kept);
  const go = readGoBuildInfo(programHeaders, kept, memory);
  return {
    kind: 'elf',
    class: header.class,
    byteOrder: header.byteOrder,
    readAs,
    identVersion: header.identVersion,
    osAbi: header.osAbi,
    abiVersion: header.abiVersion,
    hasPadding: header.hasPadding,
    type: header.type,
    machine,
    flags: header.flags,
    version: header.version,
    entry: header.entry,
    entryZeros: zerosAt(header.entry, memory),
    programHeaderOffset: header.programHeaderOffset,
    programHeaderEntrySize: header.programHeaderEntrySize,
    programHeaderCount: header.programHeaderCount,
    programHeaders,
    interpreter,
    dynamic,
    symbols,
    notes: readNotes(programHeaders, machine, kept, readAs, problems),
    propertyError: machine === EM_AARCH64 ? propertyErrorOf(programHeaders, kept, readAs) : null,
    arm: machine === EM_ARM ? readArmAttributes(sections, kept, readAs, problems) : null,
    go,
    packer: readPacker(header, kept),
    loader: readLoader(header, programHeaders, { dynamic, symbols }, kept),
    libcVersion: libcVersionOf(dynamic, kept),
    ...projectFactsOf({ interpreter, dynamic, symbols, go }, kept),
    contradiction: contradictionOf(header, sections, programHeaders, table),
    blankFrom: hasBlankSections(header, kept.fileSize, contentEnd) ? contentEnd : null,
    fileSize: kept.fileSize,
    sha256,
    problems: problems.list(),
  };
}

function checkHeader(header: ElfHeader, fileSize: number, problems: Problems): void {
  const size = HEADER_BYTES[header.readAs.class];
  if (fileSize < size) {
    problems.add('header', 'cut', `the file has ${fileSize} bytes and an ELF header ${size}`);
  }
  if (header.class === null) problems.add('header', 'broken', 'EI_CLASS is neither 32 nor 64 bit');
  else if (header.class !== header.readAs.class) {
    problems.add(
      'header',
      'broken',
      `EI_CLASS says ${header.class} bit but the header is ${header.readAs.class} bit`,
    );
  }
  if (header.byteOrder === null)
    problems.add('header', 'broken', 'EI_DATA is neither little- nor big-endian');
  else if (header.byteOrder !== header.readAs.byteOrder) {
    const { byteOrder, readAs } = header;
    problems.add(
      'header',
      'broken',
      `EI_DATA says ${byteOrder}-endian but the header is ${readAs.byteOrder}-endian`,
    );
  }
}

/** The first section header is zeros by itself, the second never is. */
function hasBlankSections(header: ElfHeader, fileSize: number, contentEnd: number): boolean {
  const { start, end } = sectionHeaderTable(header);
  return header.sectionHeaderCount > 1 && start >= contentEnd && end > start && end <= fileSize;
}

/** UPX's l_info (src/stub/src/include/linux.h) follows the program headers: a checksum, and the magic number. */
function readPacker(header: ElfHeader, kept: KeptBytes): ElfFacts['packer'] {
  const table = programHeaderTable(header);
  if ('refused' in table) return null;
  const magic = Buffer.from(kept.read(table.end + 4, 4).bytes).toString('latin1');
  return magic === 'UPX!' ? 'UPX' : null;
}

function zerosAt(address: bigint, memory: Memory): number {
  const { bytes } = memory.read(address, ENTRY_BYTES);
  const end = bytes.findIndex((byte) => byte !== 0);
  return end < 0 ? bytes.length : end;
}

/** The kernel takes the first PT_INTERP and reads it by its offset, not by its address. */
function readInterpreter(
  headers: readonly ProgramHeader[],
  kept: KeptBytes,
  problems: Problems,
): InterpreterFacts | null {
  const all = headers.filter(({ type }) => type === PT_INTERP);
  const [first] = all;
  if (first === undefined) return null;
  const size = toNumber(first.fileSize);
  const { bytes, missing } = kept.read(toNumber(first.offset), Math.min(size, LIMITS.pathBytes));
  if (missing === 'unread') problems.add('interpreter', 'unread', "the loader's path was not kept");
  const end = bytes.indexOf(0);
  return {
    path: decodeBytes(end < 0 ? bytes : bytes.subarray(0, end)),
    size,
    terminated: size <= LIMITS.pathBytes && bytes.length === size && bytes.at(-1) === 0,
    count: all.length,
  };
}

/** Names that loaders go by; musl's has none, or that of the libc that it is as well. */
const LOADER_NAME = /^(?:ld[-.]|libc\.)/;

/** A file that is no other's to load, and has the strings of a loader. */
function readLoader(
  header: ElfHeader,
  headers: readonly ProgramHeader[],
  { dynamic, symbols }: Pick<ElfFacts, 'dynamic' | 'symbols'>,
  kept: KeptBytes,
): LoaderFacts | null {
  const isLinked = header.type === ET_DYN || header.type === ET_EXEC;
  const mayBeLoader = isLinked && headers.every(({ type }) => type !== PT_INTERP);
  if (!mayBeLoader) return null;
  const isUnread = dynamic !== null && symbols === null;
  const defines = isUnread ? null : (name: string) => symbols !== null && hasSymbol(symbols.defined, name);
  const needsOthers = dynamic !== null && dynamic.needed.length > 0;
  return needsOthers && !definesLoader(defines) ? null : readLoaderStrings(headers, dynamic, kept, defines);
}

/** Of a file that was not kept whole (a loader with its debug information) the segments without code hold the strings. */
function readLoaderStrings(
  headers: readonly ProgramHeader[],
  dynamic: DynamicFacts | null,
  kept: KeptBytes,
  defines: Defines,
): LoaderFacts | null {
  const { bytes, missing } = kept.read(0, kept.fileSize);
  if (missing === 'nothing') return loaderFactsOf(bytes, defines);
  if (dynamic === null || !LOADER_NAME.test(dynamic.soname ?? 'ld.so')) return null;
  const segments = headers.filter(({ type }) => type === PT_LOAD);
  const parts = segments.map((load) => kept.read(toNumber(load.offset), toNumber(load.fileSize)).bytes);
  return loaderFactsOf(Buffer.concat(parts), defines);
}
