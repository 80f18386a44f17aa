/**
 * Files whose program headers or PT_DYNAMIC were damaged where only their section headers tell: a loader or the
 * program's own first code dies of it, or nobody looks.
 */
import { type KernelCase, kernelCase } from '../kernel-case.ts';
import {
  bytesOf,
  DT,
  entryOf,
  headerOf,
  headersOf,
  type Libc,
  type Part,
  PT,
  withMutant,
} from '../real-mutants.ts';

type Change = (data: Buffer) => void;

const BAD = 'malformed-elf';
const LIBCS = ['glibc', 'musl'] as const;
const ENDS = { expect: { warning: BAD }, here: 'ends' } as const;
/** It starts all the same. */
const STARTS = { expect: { warning: BAD } } as const;
const [P_OFFSET, P_VADDR, P_ALIGN] = [8, 16, 48] as const;
const E_SHOFF = 40;
const [SECTION_HEADER_BYTES, SH_ADDR] = [64, 16] as const;

function changed(
  libc: Libc,
  part: Part,
  name: string,
  change: Change,
  more: Partial<KernelCase>,
): KernelCase {
  const data = Buffer.from(bytesOf(libc, part));
  change(data);
  return {
    ...kernelCase(`${libc}, ${part}: ${name}`, withMutant(libc, part, data), '/app', 'starts'),
    ...more,
  };
}

const tag =
  (from: number, change: (value: bigint, data: Buffer) => bigint): Change =>
  (data) => {
    const { at, value } = entryOf(data, from);
    data.writeBigUInt64LE(change(value, data), at + 8);
  };
const field =
  (type: number, offset: number, change: (value: bigint) => bigint): Change =>
  (data) => {
    const at = headerOf(data, type).at + offset;
    data.writeBigUInt64LE(change(data.readBigUInt64LE(at)), at);
  };
/** Their first section begins a page later. */
const section: Change = (data) => {
  const at = Number(data.readBigUInt64LE(E_SHOFF)) + SECTION_HEADER_BYTES + SH_ADDR;
  data.writeBigUInt64LE(data.readBigUInt64LE(at) + 0x1000n, at);
};
/** Another page of the file for the code. */
const otherCode: Change = (data) => {
  const code = headersOf(data).find(({ at, type }) => type === PT.LOAD && data.readUInt32LE(at + 4) === 5);
  if (code !== undefined) data.writeBigUInt64LE(code.offset - 0x1000n, code.at + P_OFFSET);
};
/** The segment with these flags as it was, under a type that means nothing. */
const lost =
  (flags: number): Change =>
  (data) => {
    const load = headersOf(data).find(
      ({ at, type }) => type === PT.LOAD && data.readUInt32LE(at + 4) === flags,
    );
    data.writeUInt32LE(0, load?.at ?? 0);
  };
const withoutThreadData: Change = (data) => data.writeUInt32LE(0, headerOf(data, PT.TLS).at);
const elsewhere = tag(DT.FINI, (_, data) => entryOf(data, DT.STRTAB).value);
/** What begins with the page that begins in it is made read-only. */
const overData = field(PT.RELRO, P_VADDR, (value) => value + 0x1000n);

const both = (part: Part, name: string, change: Change, more: Partial<KernelCase>): KernelCase[] =>
  LIBCS.map((libc) => changed(libc, part, name, change, more));

export const contradictionCases: readonly KernelCase[] = [
  ...(['static', 'static-pie'] as const).flatMap((part) => both(part, 'nothing wrong', () => undefined, {})),
  ...(['app', 'library'] as const).flatMap((part) => [
    ...both(part, 'DT_FINI where names lie', elsewhere, ENDS),
    ...both(
      part,
      'one function less in DT_INIT_ARRAY',
      tag(DT.INIT_ARRAYSZ, (value) => value - 8n),
      ENDS,
    ),
    ...both(
      part,
      'DT_FINI_ARRAY moved',
      tag(DT.FINI_ARRAY, (value) => value + 8n),
      ENDS,
    ),
    ...both(part, 'code of another page', otherCode, ENDS),
    changed(
      'glibc',
      part,
      'no relocations of calls',
      tag(DT.PLTRELSZ, () => 0n),
      ENDS,
    ),
    changed(
      'glibc',
      part,
      'DT_PLTGOT moved',
      tag(DT.PLTGOT, (value) => value + 8n),
      ENDS,
    ),
  ]),
  ...both('library', 'PT_TLS lost', withoutThreadData, ENDS),
  ...both('library', 'PT_GNU_RELRO over variables', overData, ENDS),
  ...(['static', 'static-pie'] as const).flatMap((part) => [
    ...both(part, 'PT_TLS lost', withoutThreadData, ENDS),
    ...both(
      part,
      'PT_TLS that begins later',
      field(PT.TLS, P_VADDR, (value) => value + 8n),
      ENDS,
    ),
  ]),
  ...both('static', 'variables lost', lost(6), ENDS),
  ...both('static', 'program headers lost', lost(4), ENDS),
  changed(
    'glibc',
    'static',
    'thread-local variables at other multiples',
    field(PT.TLS, P_ALIGN, () => 64n),
    ENDS,
  ),
  changed(
    'glibc',
    'static-pie',
    'another DT_RELAENT',
    tag(DT.RELAENT, () => 16n),
    ENDS,
  ),
  changed(
    'glibc',
    'static-pie',
    'another DT_RELACOUNT',
    tag(DT.RELACOUNT, (value) => value + 1n),
    ENDS,
  ),
  changed(
    'musl',
    'static-pie',
    'another DT_RELAENT',
    tag(DT.RELAENT, () => 16n),
    {},
  ),
  // The damage is in what nobody reads, or leaves nothing that could be compared.
  ...both('app', 'a section somewhere else', section, STARTS),
  ...both('app', 'section headers somewhere else', (data) => data.writeBigUInt64LE(64n, E_SHOFF), {}),
  ...both('app', 'no section headers', (data) => data.writeBigUInt64LE(0n, E_SHOFF), {}),
];
