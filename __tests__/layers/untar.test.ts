import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type TarEntry, TarReader } from '../../src/layers/untar.ts';
import {
  directory,
  END_OF_ARCHIVE,
  file,
  gnuLong,
  hardLink,
  paxHeader,
  paxRecord,
  symlink,
  tarHeader,
  tarItem,
  type TarItem,
  tarOf,
} from '../support/layer-builder.ts';

type Read = Partial<TarEntry> & { readonly data: string };

function read(bytes: Buffer, pieces: readonly number[] = []): Read[] {
  const entries: Read[] = [];
  let current: TarEntry | null = null;
  let data: Buffer[] = [];
  const reader = new TarReader('layer', {
    begin: (entry) => {
      current = entry;
      data = [];
    },
    data: (piece) => void data.push(Buffer.from(piece)),
    end: () => void entries.push({ ...current, data: Buffer.concat(data).toString('latin1') }),
  });
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = pieces.length === 0 ? bytes.length : Math.max(pieces[index % pieces.length] ?? 1, 1);
    reader.write(bytes.subarray(at, at + length));
    at += length;
  }
  reader.end();
  return entries;
}

function names(bytes: Buffer): (string | undefined)[] {
  return read(bytes).map(({ name }) => name);
}

function failure(code: string): unknown {
  return expect.objectContaining({ name: 'Failure', code });
}

/** Go's archive/tar keeps a field of 12 bytes with the first bit set as a base-256 number. */
function base256(value: bigint): Buffer {
  const bytes = Buffer.alloc(12);
  let rest = BigInt.asUintN(96, value);
  for (let at = 11; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  bytes.writeUInt8(bytes.readUInt8(0) | 0x80, 0);
  return bytes;
}

const ITEMS: readonly TarItem[] = [
  directory('usr', { mode: 0o2755, uid: 3, gid: 4 }),
  file('usr/a', 'words', { mode: 0o4711 }),
  file(`usr/${'long'.repeat(40)}`, 'x'.repeat(1_000)),
  symlink('usr/l', 'a'),
  hardLink('usr/h', 'usr/a'),
  file('empty'),
];

function record(text: string): Buffer {
  return Buffer.concat([tarItem({ name: 'x', flag: 'x', data: text }), tarItem(file('a'))]);
}

function tagged(...tags: readonly string[]) {
  const value = tags.map((tag) => `${tag}000500ffffffff`).join('');
  return { pax: { 'SCHILY.xattr.system.posix_acl_access': Buffer.from(`02000000${value}`, 'hex') } };
}

describe('TarReader', () => {
  test('reads entries of every kind with their metadata', () => {
    expect(read(tarOf(ITEMS))).toMatchObject([
      { kind: 'directory', name: 'usr/', mode: 0o2755, uid: 3, gid: 4, size: 0 },
      { kind: 'file', name: 'usr/a', mode: 0o4711, size: 5, data: 'words' },
      { kind: 'file', name: `usr/${'long'.repeat(40)}`, size: 1_000, data: 'x'.repeat(1_000) },
      { kind: 'symlink', name: 'usr/l', linkName: 'a' },
      { kind: 'hard-link', name: 'usr/h', linkName: 'usr/a' },
      { kind: 'file', name: 'empty', size: 0, data: '' },
    ]);
  });

  test('random archives give the same entries however they are cut', () => {
    const item = fc.record({
      name: fc.stringMatching(/^[a-z/]{1,150}$/),
      data: fc.string({ maxLength: 1_200 }),
    });
    fc.assert(
      fc.property(fc.array(item), fc.array(fc.integer({ min: 1, max: 1_500 })), (items, pieces) => {
        const bytes = tarOf(items);
        expect(read(bytes, pieces)).toEqual(read(bytes));
        expect(names(bytes)).toEqual(items.map(({ name }) => name));
      }),
    );
  });

  test('names that are split over the ustar prefix, GNU long names and PAX paths all come out whole', () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(60)}`;
    const withPrefix = tarHeader(file('e'.repeat(60)));
    withPrefix.write('d'.repeat(90), 345, 'latin1');
    const sum = withPrefix.fill(' ', 148, 156).reduce((total, byte) => total + byte, 0);
    withPrefix.write(`${sum.toString(8).padStart(6, '0')}\0`, 148, 'latin1');
    const archive = tarOf([
      withPrefix,
      gnuLong('L', long),
      file('cut', '', { dialect: 'gnu' }),
      gnuLong('K', long),
      symlink('link', 'cut', { dialect: 'gnu' }),
      file('short', '', { pax: { path: long } }),
    ]);
    expect(read(archive)).toMatchObject([
      { name: long },
      { name: long },
      { name: 'link', linkName: long },
      { name: long },
    ]);
  });

  test('an old v7 archive is read, and its regular file with a trailing slash is a directory', () => {
    const archive = tarOf([
      { name: 'a', data: 'x', flag: '\0', dialect: 'v7' },
      { name: 'd/', flag: '\0', dialect: 'v7' },
    ]);
    expect(read(archive)).toMatchObject([
      { kind: 'file', name: 'a', data: 'x' },
      { kind: 'directory', name: 'd/' },
    ]);
  });

  test('E17 names keep their bytes: invalid UTF-8, newline, escape, __proto__', () => {
    const invalid = Buffer.from([0x61, 0xff, 0xfe]);
    const archive = tarOf([{ name: invalid }, file('new\nline'), file('\u001b[31m'), file('__proto__')]);
    expect(names(archive)).toEqual(['a\udcff\udcfe', 'new\nline', '\u001b[31m', '__proto__']);
  });

  test('E19 devices, pipes and mode bits are reported as they stand', () => {
    const archive = tarOf([
      { name: 'tty', flag: '3', device: [5, 0], mode: 0o620 },
      { name: 'sda', flag: '4', device: [8, 1] },
      { name: 'pipe', flag: '6' },
      file('none', '', { mode: 0 }),
    ]);
    expect(read(archive)).toMatchObject([
      { kind: 'character-device', deviceMajor: 5, deviceMinor: 0, mode: 0o620 },
      { kind: 'block-device', deviceMajor: 8, deviceMinor: 1 },
      { kind: 'fifo' },
      { kind: 'file', mode: 0 },
    ]);
  });

  const CAPABILITIES: readonly (readonly [hex: string, seen: unknown])[] = [
    ['0100000200200000000000000000000000000000', { permitted: 1n << 13n, effective: true }],
    ['0000000200200000000000000100000000000000', { permitted: (1n << 32n) | (1n << 13n), effective: false }],
    ['010000030020000000000000000000000000000000000000', { permitted: 1n << 13n, effective: true }],
    ['0100000300200000000000000000000000000000e8030000', null],
  ];
  test.each(CAPABILITIES)('a security.capability attribute %s is seen', (hex, seen) => {
    const pax = { 'SCHILY.xattr.security.capability': Buffer.from(hex, 'hex') };
    expect(read(tarOf([file('ping', 'x', { pax })]))).toMatchObject([{ name: 'ping', capabilities: seen }]);
  });

  test('a user attribute on a symlink is E_TAR: engines cannot set it', () => {
    const pax = { 'SCHILY.xattr.user.note': 'x' };
    expect(() => read(tarOf([symlink('s', 'f', { pax })]))).toThrow(failure('E_TAR'));
    expect(names(tarOf([file('f', '', { pax }), directory('d', { pax })]))).toEqual(['f', 'd/']);
  });

  test.each(['-1', '4294967295'])('an owner of %s is E_TAR: engines do not change the owner then', (id) => {
    expect(() => read(tarOf([file('f', '', { pax: { uid: id } })]))).toThrow(failure('E_TAR'));
    expect(() => read(tarOf([file('f', '', { pax: { gid: id } })]))).toThrow(failure('E_TAR'));
  });

  test('system.posix_acl_access is read as an access list, and what setxattr refuses is refused', () => {
    const list = { group: 5, users: [], groups: [] };
    expect(read(tarOf([file('f', 'x', tagged('01', '04', '10', '20'))]))).toMatchObject([
      { accessList: list },
    ]);
    expect(read(tarOf([file('f', 'x', tagged('01', '04', '20'))]))).toMatchObject([{ accessList: null }]);
    expect(() => read(tarOf([file('f', 'x', tagged('01', '04'))]))).toThrow(failure('E_TAR'));
  });

  test.each(['01', '01000001002000000000000000000000', '0100000200200000', `01000002${'00'.repeat(20)}`])(
    'a security.capability attribute %s that setxattr refuses is refused',
    (hex) => {
      const pax = { 'SCHILY.xattr.security.capability': Buffer.from(hex, 'hex') };
      expect(() => read(tarOf([file('ping', 'x', { pax })]))).toThrow(failure('E_TAR'));
    },
  );

  test('E01 bytes after the end of the archive are ignored', () => {
    expect(names(Buffer.concat([tarOf([file('a')]), tarOf([file('b')]), Buffer.from('junk')]))).toEqual([
      'a',
    ]);
  });

  test.each([
    ['a lone zero block before an entry', Buffer.concat([Buffer.alloc(512), tarItem(file('a'))])],
    ['a bad checksum', tarOf([{ name: 'a', checksum: 1 }])],
    ['size -1', tarOf([{ name: 'a', size: base256(-1n) }])],
    ['a size over 2^63', tarOf([{ name: 'a', size: base256(2n ** 70n) }])],
    ['a size that is no number', tarOf([{ name: 'a', size: Buffer.from('12x45678901\0') }])],
    ['an unknown type', tarOf([{ name: 'a', flag: 'V' }])],
    ['a contiguous file', tarOf([{ name: 'a', flag: '7' }])],
  ])('E02 %s is E_TAR', (_, bytes) => {
    expect(() => read(bytes)).toThrow(failure('E_TAR'));
  });

  test('E02 a size in base-256 is read', () => {
    expect(read(tarOf([{ name: 'a', data: 'words', size: base256(5n) }]))).toMatchObject([{ data: 'words' }]);
  });

  test('E03 the PAX size decides data and position, so that no entry can be smuggled in', () => {
    const smuggled = tarItem(file('smuggled', 'x'));
    const archive = tarOf([
      { name: 'outer', data: smuggled, size: 0, pax: { size: String(smuggled.length) } },
      file('after'),
    ]);
    expect(names(archive)).toEqual(['outer', 'after']);
    const other = tarOf([{ name: 'outer', data: smuggled, pax: { size: '0' } }, file('after')]);
    expect(names(other)).toEqual(['outer', 'smuggled', 'after']);
  });

  test.each([
    ['a length that is too long', record('99 path=a\n')],
    ['a length that is too short', record('3 path=a\n')],
    ['a length that is no number', record('x path=a\n')],
    ['no newline', record('9 path=ab')],
    ['no equals sign', record('7 path\n')],
    ['no key', record('5 =a\n')],
    ['a NUL in the path', record(paxRecord('path', 'a\0b').toString())],
    ['a key twice', record(`${paxRecord('path', 'a').toString()}${paxRecord('path', 'b').toString()}`)],
    ['a size that is no number', record(paxRecord('size', '0x10').toString())],
    ['a negative size', record(paxRecord('size', '-1').toString())],
    ['a time that is no number', record(paxRecord('mtime', 'now').toString())],
    ['two headers for one entry', tarOf([paxHeader({ path: 'a' }), paxHeader({ path: 'b' }), file('c')])],
    ['no entry after it', tarOf([paxHeader({ path: 'a' })])],
    ['a global path', tarOf([paxHeader({ path: 'a' }, 'g'), file('b')])],
    ['a global size', tarOf([paxHeader({ size: '1' }, 'g'), file('b')])],
    ['a GNU name beside it', tarOf([paxHeader({ path: 'a' }), gnuLong('L', 'b'), file('c')])],
    [
      'an overlayfs attribute',
      tarOf([file('a', '', { pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' } })]),
    ],
  ])('E04 an extended header with %s is E_TAR', (_, bytes) => {
    expect(() => read(bytes)).toThrow(failure('E_TAR'));
  });

  test('E04 a global header with a comment, as git writes it, changes nothing', () => {
    const archive = tarOf([paxHeader({ comment: 'commit id' }, 'g'), file('a', 'x')]);
    expect(read(archive)).toMatchObject([{ kind: 'global-header' }, { kind: 'file', name: 'a', data: 'x' }]);
  });

  test('an empty PAX value leaves the plain header as it is', () => {
    expect(names(tarOf([file('a', '', { pax: { path: '' } })]))).toEqual(['a']);
  });

  test.each(['x', 'g', 'L', 'K'])('E05 an extended header of type %s over 1 MiB is E_LIMIT', (flag) => {
    const header = tarHeader({ name: 'big', flag, size: 300_000_000 });
    expect(() => read(header)).toThrow(failure('E_LIMIT'));
  });

  test.each([
    ['GNU S', tarOf([{ name: 'a', flag: 'S' }])],
    ['PAX 0.0', tarOf([file('a', '', { pax: { 'GNU.sparse.size': '1' } })])],
    ['PAX 0.1', tarOf([file('a', '', { pax: { 'GNU.sparse.map': '0,1' } })])],
    ['PAX 1.0', tarOf([file('a', '', { pax: { 'GNU.sparse.major': '1' } })])],
  ])('E06 a sparse entry (%s) is E_SPARSE', (_, bytes) => {
    expect(() => read(bytes)).toThrow(failure('E_SPARSE'));
  });

  test('E07 an archive without an end marker is read, one zero block is enough too', () => {
    const items = Buffer.concat(ITEMS.map(tarItem));
    expect(read(items)).toEqual(read(tarOf(ITEMS)));
    expect(read(Buffer.concat([items, END_OF_ARCHIVE.subarray(512)]))).toEqual(read(tarOf(ITEMS)));
  });

  test('E07 E20 a cut in the middle of an entry is E_TAR, at every 512 bytes and beside; its padding may lack', () => {
    const ends: (readonly [data: number, block: number])[] = [];
    let length = 0;
    for (const item of ITEMS) {
      const padding = -(item.data?.length ?? 0) & 511;
      length += tarItem(item).length;
      ends.push([length - padding, length]);
    }
    const bytes = Buffer.concat(ITEMS.map(tarItem));
    for (let at = 512; at < bytes.length; at += 512) {
      for (const cut of [at - 1, at, at + 1]) {
        const isWhole = ends.some(([data, block]) => data <= cut && cut <= block);
        if (isWhole) expect(() => read(bytes.subarray(0, cut))).not.toThrow();
        else expect(() => read(bytes.subarray(0, cut))).toThrow(failure('E_TAR'));
      }
    }
  });

  test('E20 mutants of an archive are read or are a Failure, never anything else', () => {
    const bytes = tarOf([...ITEMS, file('p', 'x', { pax: { mtime: '1.5', path: 'é'.repeat(80) } }), gnuLong('L', 'l'.repeat(120)), file('q')]); // prettier-ignore
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (changes, repairChecksums) => {
          const mutant = Buffer.from(bytes);
          for (const [at, value] of changes) mutant[at] = value;
          if (repairChecksums) for (const [at] of changes) repairChecksum(mutant, at - (at % 512));
          try {
            read(mutant, [700]);
          } catch (error) {
            expect(error).toMatchObject({ name: 'Failure' });
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function repairChecksum(bytes: Buffer, at: number): void {
  const block = bytes.subarray(at, at + 512).fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
