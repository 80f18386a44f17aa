/** Program headers that no linker writes before fs/binfmt_elf.c: where segments lie, how many, in which order. */
import type { TarItem } from '../../support/layer-builder.ts';
import { CODE_AT, type Segment, segmentsOnly, TEXT_AT } from '../../support/segments.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { AS_USER } from '../loading.ts';
import { PROGRAMS } from '../programs.ts';

const BAD = 'malformed-elf';
const LOAD = 1;
const TASK_SIZE = (1n << 47n) - 0x1000n;

const code = (address: number | bigint, more: Partial<Segment> = {}): Segment => ({
  type: LOAD,
  offset: CODE_AT,
  address,
  fileSize: 0x100,
  ...more,
});
const FIXED = 0x401000;
const zeros = (address: number | bigint, more: Partial<Segment> = {}): Segment => ({
  type: LOAD,
  flags: 6,
  address,
  memorySize: 0x1000,
  ...more,
});

function elf(name: string, data: Buffer, expect: string, more: Partial<KernelCase> = {}): KernelCase {
  return { ...kernelCase(name, [program('app', data)], '/app', expect), ...more };
}

/** With fixed addresses; the code is at its usual place. */
const fixed = (name: string, more: readonly Segment[], expect: string) =>
  elf(name, segmentsOnly('ET_EXEC', FIXED, [code(FIXED), ...more]), expect);
/** Without: the code at 0x1000 is the first segment. */
const free = (name: string, more: readonly Segment[], expect: string, first: Partial<Segment> = {}) =>
  elf(name, segmentsOnly('ET_DYN', 0x1000, [code(0x1000, first), ...more]), expect);

const INTERPRETER: Segment = { type: 3, flags: 4, offset: TEXT_AT, fileSize: 7 };
/** As {@link free}, with a loader that ends with status 0. */
function loaded(
  name: string,
  segments: readonly Segment[],
  expect: string,
  loader: TarItem = program('ld.so', PROGRAMS.amd64Pie),
): KernelCase {
  const data = segmentsOnly('ET_DYN', 0x1000, segments, '/ld.so\0/gone\0');
  return kernelCase(name, [program('app', data), loader], '/app', expect);
}
const GONE: Segment = { ...INTERPRETER, offset: TEXT_AT + 7, fileSize: 6 };
const UNTERMINATED: Segment = { ...INTERPRETER, offset: TEXT_AT + 7, fileSize: 5 };

/** Some hosts refuse it, and this one does. */
function endsHere(question: KernelCase): KernelCase {
  return { ...question, expect: { warning: BAD }, here: 'ends' };
}

export const segmentCases: readonly KernelCase[] = [
  elf('a segment at address 0', segmentsOnly('ET_EXEC', 0, [code(0)]), BAD),
  elf('a segment at address 0, as a user', segmentsOnly('ET_EXEC', 0, [code(0)]), BAD, AS_USER),
  elf('a segment at 64 KiB, as a user', segmentsOnly('ET_EXEC', 0x10000, [code(0x10000)]), 'starts', AS_USER),
  elf(
    'a segment in the last page of the address space',
    segmentsOnly('ET_EXEC', TASK_SIZE - 0x1000n, [code(TASK_SIZE - 0x1000n)]),
    'starts',
  ),
  elf(
    'a segment behind the last page of the address space',
    segmentsOnly('ET_EXEC', TASK_SIZE, [code(TASK_SIZE)]),
    BAD,
  ),
  fixed('segments in falling order', [code(0x201000)], 'starts'),
  fixed('a segment of nothing at an address of the kernel', [zeros(1n << 63n, { memorySize: 0 })], BAD),
  fixed('a segment of nothing', [zeros(0x300000, { memorySize: 0 })], 'starts'),
  fixed('zeros alone', [zeros(0x601000, { memorySize: 0x10000 })], 'starts'),
  fixed('zeros at address 0', [zeros(0)], BAD),
  fixed('zeros behind what is only read', [code(0x601000, { flags: 4, memorySize: 0x3000 })], 'starts'),
  fixed('a segment without any permission', [code(0x601000, { flags: 0 })], 'starts'),
  fixed('a segment that wraps', [zeros(0xfffffffffffff000n, { memorySize: 0x2000 })], BAD),
  fixed('a segment from the last possible byte of a file on', [code(0x601000, { offset: 1n << 63n })], BAD),
  fixed(
    'a segment that ends with the last possible byte',
    [code(0x601000, { offset: (1n << 64n) - 0x1000n })],
    BAD,
  ),
  endsHere(
    fixed('as many zeros as few machines have', [zeros(1n << 40n, { memorySize: 1n << 40n })], 'starts'),
  ),
  fixed('as many zeros as no machine has', [zeros(1n << 40n, { memorySize: 1n << 45n })], BAD),

  free('segments in falling order, of a program for any address', [code(0x100, { address: 0 })], 'starts'),
  free('segments that span half of the address space', [zeros(1n << 46n)], 'starts'),
  free('segments that span all of the address space', [zeros(TASK_SIZE - 0x10000n)], BAD),
  ...[0, 1, 12_345, 0x3000, 1n << 21n, 1n << 46n, (1n << 64n) - 1n].map((align) =>
    free(`segments at multiples of ${align}`, [], 'starts', { align }),
  ),
  ...[47n, 48n, 63n].map((power) =>
    free(`segments at multiples of 2 to the power of ${power}`, [], BAD, { align: 1n << power }),
  ),
  elf(
    'nothing of the first segment is in the file, so that the second is to lie below address 0',
    segmentsOnly('ET_DYN', 0x1000, [zeros(0x300000), code(0x1000)]),
    BAD,
  ),
  elf(
    'nothing of the first segment is in the file, and the second lies high enough',
    segmentsOnly('ET_DYN', 0x301000, [zeros(0x100000, { memorySize: 0 }), code(0x301000)]),
    'starts',
  ),

  loaded('with a loader', [INTERPRETER, code(0x1000)], 'starts'),
  loaded('the first of two loaders counts', [INTERPRETER, GONE, code(0x1000)], 'starts'),
  loaded(
    'the first of two loaders counts, whatever the second is',
    [INTERPRETER, UNTERMINATED, code(0x1000)],
    'starts',
  ),
  loaded('the first of two loaders is not there', [GONE, INTERPRETER, code(0x1000)], 'loader-not-found'),
  loaded(
    'with a loader, segments that span a quarter',
    [INTERPRETER, code(0x1000), zeros(1n << 45n)],
    'starts',
  ),
  loaded('with a loader, segments that span half', [INTERPRETER, code(0x1000), zeros(1n << 46n)], BAD),
  loaded(
    'with a loader, segments at multiples of 2 to the power of 46',
    [INTERPRETER, code(0x1000, { align: 1n << 46n })],
    'starts',
  ),
  loaded(
    'with a loader, segments at multiples of 2 to the power of 47',
    [INTERPRETER, code(0x1000, { align: 1n << 47n })],
    BAD,
  ),
  loaded(
    'a loader with a loader of its own',
    [INTERPRETER, code(0x1000)],
    'starts',
    program('ld.so', segmentsOnly('ET_DYN', 0x1000, [GONE, code(0x1000)], 'x'.repeat(7) + '/gone\0')),
  ),
  loaded(
    'a loader without a segment',
    [INTERPRETER, code(0x1000)],
    BAD,
    program('ld.so', segmentsOnly('ET_DYN', 0x1000, [{ type: 4 }])),
  ),
  loaded(
    'a loader that begins in no segment',
    [INTERPRETER, code(0x1000)],
    BAD,
    program('ld.so', segmentsOnly('ET_DYN', 0x900000, [code(0x1000)])),
  ),
  ...[0, 1, 4, 6, 7].map((flags) =>
    fixed(`PT_GNU_STACK with flags ${flags}`, [{ type: 0x6474e551, flags }], 'starts'),
  ),
  ...[4, 64, 2000].map((fileSize) =>
    fixed(
      `PT_GNU_PROPERTY of ${fileSize} bytes that are none`,
      [{ type: 0x6474e553, offset: 0x800, fileSize }],
      'starts',
    ),
  ),
  fixed(
    'PT_DYNAMIC and PT_TLS that lie nowhere',
    [{ ...code(1 << 20, { type: 2 }) }, { ...code(1 << 20, { type: 7 }) }],
    'starts',
  ),
];
