/** Program headers that no linker writes before an arm64 kernel: its address space, and its look at PT_GNU_PROPERTY. */
import { PROPERTY_CASES } from '../../support/gnu-property-cases.ts';
import { CODE_AT, type Segment, segmentsOnly, TEXT_AT } from '../../support/segments.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';

const TASK_SIZE = 1n << 48n;
const FIXED = 0x401000;
const code = (address: number | bigint, more: Partial<Segment> = {}): Segment => ({
  type: 1,
  offset: CODE_AT,
  address,
  fileSize: 0x100,
  ...more,
});
const zeros = (address: number | bigint): Segment => ({ type: 1, flags: 6, address, memorySize: 0x1000 });
const INTERPRETER: Segment = { type: 3, flags: 4, offset: TEXT_AT, fileSize: 7 };
const PROPERTY: Segment = { type: 0x6474e553, flags: 4, offset: TEXT_AT };
/** Kernels before 6.6 clear the rest of the last page of a loader, which must be writable. */
const LOADER = [code(0x1000), code(0x21000, { flags: 6 })];

function elf(name: string, data: Buffer, expect: string, more: Partial<KernelCase> = {}): KernelCase {
  const platform = { os: 'linux', architecture: 'arm64' };
  const loader = program('ld.so', segmentsOnly('ET_DYN', 0x1000, LOADER, '', 'arm64'));
  return {
    ...kernelCase(`arm64: ${name}`, [program('app', data), loader], '/app', expect, { platform }),
    ...more,
  };
}

const fixed = (name: string, at: number | bigint, expect: string, more: readonly Segment[] = []) =>
  elf(name, segmentsOnly('ET_EXEC', at, [code(at), ...more], '', 'arm64'), expect);
const free = (name: string, expect: string, more: readonly Segment[], first: Partial<Segment> = {}) =>
  elf(name, segmentsOnly('ET_DYN', 0x1000, [code(0x1000, first), ...more], '/ld.so\0', 'arm64'), expect);
const BAD = 'malformed-elf';
const beginsWithHeader = (entry: number) =>
  segmentsOnly('ET_DYN', entry, [code(0, { offset: 0, fileSize: 0x2000 })], '', 'arm64');

export const arm64SegmentCases: readonly KernelCase[] = [
  fixed('a segment at address 0', 0, BAD),
  fixed('a segment at 64 KiB', 0x10000, 'starts'),
  fixed('a segment in the last page', TASK_SIZE - 0x1000n, 'starts'),
  fixed('a segment behind the last page', TASK_SIZE, BAD),
  fixed('a segment from the last possible byte of a file on', FIXED, BAD, [
    code(0x601000, { offset: 1n << 63n }),
  ]),
  elf(
    'an entry point between two instructions',
    segmentsOnly('ET_EXEC', FIXED + 2, [code(FIXED)], '', 'arm64'),
    BAD,
    { kernel: 'signal 7' },
  ),
  elf('zeros at the entry point', segmentsOnly('ET_EXEC', FIXED + 0x80, [code(FIXED)], '', 'arm64'), BAD, {
    kernel: 'signal 4',
  }),
  elf('an entry point where the ELF header lies', beginsWithHeader(0), BAD, { kernel: 'signal 4' }),
  elf('code behind the ELF header in its segment', beginsWithHeader(CODE_AT), 'starts'),
  fixed('a segment without any permission', FIXED, 'starts', [code(0x601000, { flags: 0 })]),
  free('segments that span half of the address space', 'starts', [zeros(1n << 47n)]),
  free('segments that span all of it', BAD, [zeros(TASK_SIZE - 0x10000n)]),
  free('with a loader, segments that span a quarter', 'starts', [zeros(1n << 46n), INTERPRETER]),
  free('with a loader, segments that span half', BAD, [zeros(1n << 47n), INTERPRETER]),
  free('with a loader, segments at multiples of 2 to the power of 47', 'starts', [INTERPRETER], {
    align: 1n << 47n,
  }),
  free('with a loader, segments at multiples of 2 to the power of 48', BAD, [INTERPRETER], {
    align: 1n << 48n,
  }),
  ...PROPERTY_CASES.map(({ name, text, size, errno }) => {
    const segments = [{ ...PROPERTY, fileSize: size ?? text.length }, code(FIXED)];
    const data = segmentsOnly('ET_EXEC', FIXED, segments, text, 'arm64');
    return errno === null
      ? elf(`PT_GNU_PROPERTY with ${name}`, data, 'starts')
      : elf(`PT_GNU_PROPERTY with ${name}`, data, BAD, { kernel: `execve ${errno}` });
  }),
  free('with a loader, PT_GNU_PROPERTY of the program does not count', 'starts', [
    INTERPRETER,
    { ...PROPERTY, offset: 0x2800, fileSize: 8 },
  ]),
  {
    ...free('PT_GNU_PROPERTY of the loader counts', 'loader-mismatch', [INTERPRETER]),
    layers: [
      [
        program('app', segmentsOnly('ET_DYN', 0x1000, [INTERPRETER, code(0x1000)], '/ld.so\0', 'arm64')),
        program(
          'ld.so',
          segmentsOnly('ET_DYN', 0x1000, [...LOADER, { ...PROPERTY, fileSize: 8 }], '', 'arm64'),
        ),
      ],
    ],
    kernel: 'execve EIO',
  },
];
