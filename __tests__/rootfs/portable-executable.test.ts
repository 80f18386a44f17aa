import { describe, expect, test } from '@jest/globals';
import { architectureOfPe, portableExecutableOf } from '../../src/rootfs/portable-executable.ts';
import { buildPe } from '../support/pe-builder.ts';

describe('portableExecutableOf', () => {
  test.each([
    [buildPe(), { isLibrary: false, subsystem: 3, isManaged: false }, 'amd64'],
    [buildPe({ machine: 'arm64', subsystem: 2 }), { isLibrary: false, subsystem: 2 }, 'arm64'],
    [buildPe({ machine: '386', managed: true }), { isManaged: true }, '386'],
    [buildPe({ machine: 'arm', kind: 'library' }), { isLibrary: true }, 'arm'],
    [buildPe({ managed: true }), { isManaged: true }, 'amd64'],
  ])('reads machine, kind and subsystem (%#)', (bytes, expected, architecture) => {
    const pe = portableExecutableOf(bytes);
    expect(pe).toMatchObject(expected);
    expect(pe === null ? null : architectureOfPe(pe)).toBe(architecture);
  });

  test.each([
    ['no MZ', Buffer.alloc(512)],
    ['too short', buildPe().subarray(0, 40)],
    ['a header behind the first KiB', buildPe({ at: 0x1000 }).subarray(0, 1_024)],
    [
      'another header than PE',
      Buffer.from(buildPe().toString('latin1').replace('PE\0\0', 'NE\0\0'), 'latin1'),
    ],
  ])('is null: %s', (_, bytes) => {
    expect(portableExecutableOf(bytes)).toBeNull();
  });

  test('headers that are cut off tell what they still tell', () => {
    const pe = portableExecutableOf(buildPe().subarray(0, 0x80 + 24));
    expect(pe).toEqual({ machine: 0x8664, isLibrary: false, subsystem: 0, isManaged: false });
  });
});
