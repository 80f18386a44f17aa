import { expect, test } from '@jest/globals';
import { describeElf } from '../../src/elf/describe-elf.ts';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { ElfSpec } from '../support/elf-spec.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';

test.each<[string, ElfSpec]>([
  ['ELF 64-bit little-endian x86-64, static', {}],
  ['ELF 64-bit big-endian S/390, static', { machine: 's390x' }],
  ['ELF 32-bit little-endian ARM, static', { machine: 'armhf' }],
  [`ELF 64-bit little-endian x86-64, dynamic (${LOADER})`, { interpreter: LOADER }],
  ['ELF 64-bit little-endian x86-64, shared library', { soname: 'libown.so.1' }],
  ['ELF 64-bit little-endian x86-64, static', { flags1: 0x08000000 }],
  ['ELF 64-bit little-endian x86-64, object file', { header: { type: 1 } }],
  ['ELF 64-bit little-endian x86-64, core file', { header: { type: 4 } }],
  ['ELF 64-bit little-endian x86-64, type 7', { header: { type: 7 } }],
  ['ELF 64-bit little-endian x86-64, static, damaged', { header: { data: 2 } }],
])('%s', (text, spec) => {
  expect(describeElf(parseElf(buildElf(spec), ''))).toBe(text);
});

test('a file that lacks its end is cut short', () => {
  const bytes = buildElf();
  expect(describeElf(parseElf(bytes.subarray(0, 100), ''))).toBe(
    'ELF 64-bit little-endian x86-64, static, cut short',
  );
});
