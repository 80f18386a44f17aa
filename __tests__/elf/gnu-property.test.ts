import { expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { PROPERTY_CASES } from '../support/gnu-property-cases.ts';
import { segmentsOnly, TEXT_AT } from '../support/segments.ts';

test.each(PROPERTY_CASES.map((each) => [each.name, each] as const))('%s', (_, { text, size, errno }) => {
  const note = { type: 0x6474e553, flags: 4, offset: TEXT_AT, fileSize: size ?? text.length };
  const error = (machine: 'amd64' | 'arm64') =>
    parseElf(segmentsOnly('ET_EXEC', 0x1000, [note], text, machine), '').propertyError?.errno ?? null;
  expect([error('arm64'), error('amd64')]).toEqual([errno, null]);
});

test('the last of two counts', () => {
  const of = (fileSize: number) => ({ type: 0x6474e553, offset: TEXT_AT, fileSize });
  const error = (...sizes: readonly number[]) =>
    parseElf(segmentsOnly('ET_EXEC', 0x1000, sizes.map(of), '', 'arm64'), '').propertyError?.errno;
  expect([error(64, 8), error(8, 64)]).toEqual(['EIO', 'ENOEXEC']);
});
