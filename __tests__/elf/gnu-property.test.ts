import { expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { PROPERTY_CASES } from '../support/gnu-property-cases.ts';
import { type Segment, segmentsOnly, TEXT_AT } from '../support/segments.ts';

test.each(PROPERTY_CASES.map((each) => [each.name, each] as const))('%s', (_, { text, size, errno }) => {
  const note = { type: 0x6474e553, flags: 4, offset: TEXT_AT, fileSize: size ?? text.length };
  const error = (machine: 'amd64' | 'arm64') =>
    parseElf(segmentsOnly('ET_EXEC', 0x1000, [note], text, machine), '').propertyError?.errno ?? null;
  expect([error('arm64'), error('amd64')]).toEqual([errno, null]);
});

test('the last of two counts', () => {
  expect([errnoOf(64, 8), errnoOf(8, 64)]).toEqual(['EIO', 'ENOEXEC']);
});

/** Of a file with one PT_GNU_PROPERTY of zeros for each size. */
function errnoOf(...sizes: readonly number[]): string | undefined {
  const segments = sizes.map((fileSize): Segment => ({ type: 0x6474e553, offset: TEXT_AT, fileSize }));
  return parseElf(segmentsOnly('ET_EXEC', 0x1000, segments, '', 'arm64'), '').propertyError?.errno;
}
