/** Stacks of layers that a person thought of, each as hard on an unpacker as its name says. */
import {
  device,
  directory,
  file,
  gnuLong,
  hardLink,
  opaque,
  paxHeader,
  symlink,
  type TarItem,
  whiteout,
} from './layer-builder.ts';

/** The lowest layer first; buffers are put into the tar as they are. */
export type Stack = readonly (readonly (TarItem | Buffer)[])[];

/** What layers do to one another. */
export const CRAFTED: Readonly<Record<string, Stack>> = {
  'a whiteout of a file, a directory and a symlink': [
    [file('f'), file('d/x'), symlink('l', 'd')],
    [whiteout('f'), whiteout('d'), whiteout('l')],
  ],
  'a whiteout of what no lower layer has': [[file('f')], [whiteout('gone'), whiteout('g/h')]],
  'a whiteout, and the directory again above': [
    [file('d/x')],
    [whiteout('d')],
    [directory('d'), file('d/y')],
  ],
  'an opaque directory with content before and after the marker': [
    [file('d/low'), file('d/e/low')],
    [directory('d'), file('d/a'), opaque('d'), file('d/b')],
  ],
  'an opaque directory below an opaque directory': [
    [file('d/e/low'), file('d/low')],
    [directory('d'), opaque('d'), directory('d/e'), opaque('d/e'), file('d/e/new')],
  ],
  'a whiteout before a file of its name': [[file('f', 'low')], [whiteout('f'), file('f', 'new')]],
  'a file over a directory over a file': [
    [file('a')],
    [whiteout('a')],
    [directory('a'), file('a/b')],
    [file('a')],
  ],
  'a directory over a file, and another layer below that': [[file('a/low')], [file('a')], [file('a/new')]],
  'a symlink over a directory': [[file('d/x'), directory('to')], [symlink('d', 'to')]],
  'a directory over a symlink': [
    [directory('to'), symlink('d', 'to'), file('to/x')],
    [directory('d'), file('d/y')],
  ],
  'an implied directory over a symlink': [
    [directory('usr/lib', { mode: 0o711 }), symlink('lib', 'usr/lib')],
    [file('lib/x')],
  ],
  'an implied directory over a symlink to the root': [
    [directory('d', { mode: 0o711 })],
    [symlink('d', '/')],
    [file('d/x')],
  ],
  'an implied directory below a closed one': [
    [directory('d', { mode: 0o700, uid: 5 })],
    [file('d/x')],
    [file('d/e/y')],
  ],
  'an entry behind a symlink of its own layer': [
    [directory('usr/bin'), symlink('bin', 'usr/bin'), file('bin/x')],
  ],
  'an entry behind an absolute and a climbing symlink': [
    [
      directory('usr/bin'),
      symlink('abs', '/usr/bin'),
      symlink('up', '../../../usr'),
      file('abs/x'),
      file('up/y'),
    ],
  ],
  'an entry behind a symlink of a lower layer': [
    [directory('usr/bin'), symlink('bin', 'usr/bin')],
    [file('bin/x')],
  ],
  'hard links through symlinks, over files, to symlinks': [
    [directory('d'), file('d/f', 'x'), symlink('l', 'd'), hardLink('h', 'l/f'), file('o'), hardLink('o', 'd/f'), hardLink('s', 'l')], // prettier-ignore
  ],
  'a hard link to a file of a lower layer': [[file('f')], [hardLink('h', 'f')]],
  'a hard link to itself': [[file('f'), hardLink('f', 'f')]],
  'a hard link to a directory': [[directory('d'), hardLink('h', 'd')]],
  'names with dots and slashes': [[file('./a//b/./c'), file('x/../y'), file('../../z'), file('/abs/w')]],
  'a directory twice with other metadata': [
    [directory('d', { mode: 0o700 }), file('d/f'), directory('d', { mode: 0o755, gid: 4 })],
  ],
  'a file twice': [[file('f', 'one'), file('f', 'other', { mode: 0o755 })]],
  'entries of the root itself': [
    [{ name: './', flag: '5', mode: 0o700, uid: 9 }, file('f')],
    [directory('/', { mode: 0o711 })],
  ],
  'character devices 0:0': [
    [file('f'), file('d/x')],
    [device('f', 0, 0), device('d', 0, 0), device('new', 0, 0)],
  ],
  'devices, pipes and special bits': [
    [
      { name: 'null', flag: '3', device: [1, 3], mode: 0o666 },
      { name: 'disk', flag: '4', device: [8, 0] },
      { name: 'pipe', flag: '6', mode: 0o600 },
      file('setuid', 'x', { mode: 0o6755, uid: 3 }),
      directory('sticky', { mode: 0o1777 }),
      file('none', 'x', { mode: 0 }),
    ],
  ],
  'names that look like whiteouts and are none': [
    [file('.wh'), file('a.wh.b'), file('wh.x'), file('.whx')],
    [whiteout('whoami')],
  ],
  'bare whiteout names': [[file('.wh.')]],
  'a whiteout of dots': [[file('.wh...')]],
  'a whiteout as a directory': [[file('a/x')], [directory('.wh.a')]],
  'AUFS metadata': [[file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs')]],
  'a whiteout after the same layer’s file': [[file('f')], [file('f'), whiteout('f')]],
  'a whiteout of a directory, and one inside it': [[file('d/x')], [whiteout('d'), whiteout('d/x')]],
  'an opaque root': [[file('low')], [opaque(''), file('new')]],
  'an empty layer between two': [[file('a')], [], [file('b')]],
  'long names': [[file(`${'d'.repeat(200)}/${'e'.repeat(255)}`), symlink('l', 't'.repeat(4_000))]],
  'names in other encodings': [[{ name: Buffer.from([0x61, 0xff, 0xfe]) }, file('é'), file('\u202e')]],
};

const FAR = 2 ** 31;

/** What archives may hold that few writers write. */
export const ODD: Readonly<Record<string, Stack>> = {
  'a PAX link path': [
    [
      file('f'),
      symlink('s', 'x', { pax: { linkpath: 'f' } }),
      hardLink('h', 'x', { pax: { linkpath: 'f' } }),
    ],
  ],
  'a PAX path over a short name': [[file('short', 'x', { pax: { path: 'd/long' } })]],
  'a PAX path that ends in a slash': [[file('f', 'x', { pax: { path: 'g/' } })]],
  'a PAX size on a directory and a symlink': [
    [directory('d', { pax: { size: '9' } }), symlink('s', 'd', { pax: { size: '9' } }), file('f')],
  ],
  'a header size on a directory and a symlink': [
    [directory('d', { size: 512 }), symlink('s', 'd', { size: 700 }), file('f')],
  ],
  'a hard link with a size': [[file('f', 'abc'), hardLink('h', 'f', { size: 3 }), file('g')]],
  'PAX owners': [[file('f', 'x', { pax: { uid: '70000', gid: '2147483648' } })]],
  'a negative PAX owner': [[file('f', 'x', { pax: { uid: '-2', gid: '-1' } })]],
  'a PAX owner over 32 bits': [[file('f', 'x', { pax: { uid: '4294967297' } })]],
  'PAX times': [[file('f', 'x', { pax: { mtime: '-1.5', atime: '1.000000001', ctime: '0' } })]],
  'a PAX time far away': [[file('f', 'x', { pax: { mtime: '99999999999999' } })]],
  'PAX keys that nobody knows': [
    [
      file('f', 'x', {
        pax: {
          'LIBARCHIVE.x': 'y',
          comment: 'c',
          hdrcharset: 'BINARY',
          'SCHILY.dev': '1',
          'SCHILY.fflags': 'x',
        },
      }),
    ],
  ],
  'PAX attributes': [
    [file('f', 'x', { pax: { 'SCHILY.xattr.user.note': 'y', 'LIBARCHIVE.xattr.user.b': 'eA' } })],
  ],
  'an attribute on a symlink': [[symlink('s', 'x', { pax: { 'SCHILY.xattr.user.note': 'y' } })]],
  'an attribute without a namespace': [[file('f', 'x', { pax: { 'SCHILY.xattr.note': 'y' } })]],
  'a capability that is none': [[file('f', 'x', { pax: { 'SCHILY.xattr.security.capability': 'y' } })]],
  'a capability': [
    [
      file('f', 'x', {
        mode: 0o755,
        pax: {
          'SCHILY.xattr.security.capability': Buffer.from('0100000200040000000000000000000000000000', 'hex'),
        },
      }),
    ],
  ],
  'a comment for all': [
    [paxHeader({ comment: 'abc' }, 'g'), file('f'), paxHeader({ comment: 'd' }, 'g'), directory('d')],
  ],
  'a long GNU name': [[gnuLong('L', `d/${'n'.repeat(150)}`), { name: 'cut', dialect: 'gnu', data: 'x' }]],
  'a long GNU link': [
    [gnuLong('K', 't'.repeat(300)), { name: 's', flag: '2', dialect: 'gnu', linkName: 'cut' }],
  ],
  'both GNU names': [
    [gnuLong('K', 't'.repeat(300)), gnuLong('L', 'n'.repeat(200)), { name: 's', flag: '2', dialect: 'gnu' }],
  ],
  'an empty GNU name': [[gnuLong('L', ''), { name: 'f', dialect: 'gnu', data: 'x' }]],
  'a GNU name before a PAX header': [[gnuLong('L', 'long'), file('f', 'x', { pax: { mtime: '1' } })]],
  'a GNU name and then nothing': [[file('f'), gnuLong('L', 'long')]],
  'a GNU volume label': [[{ name: 'label', flag: 'V', dialect: 'gnu' }, file('f')]],
  'a GNU directory dump': [[{ name: 'd/', flag: 'D', dialect: 'gnu' }, file('f')]],
  'a contiguous file': [[{ name: 'f', flag: '7', data: 'x' }]],
  'an old file with a slash at its end': [[{ name: 'd/', flag: '\0', dialect: 'v7' }, file('d/f')]],
  'an old file with a slash and data': [
    [{ name: 'd/', flag: '\0', dialect: 'v7', data: 'x'.repeat(512) }, file('f')],
  ],
  'a file with a slash at its end': [[{ name: 'f/', data: 'x' }]],
  'a symlink with a slash at its end': [[{ name: 's/', flag: '2', linkName: 'x' }]],
  'a directory without a slash': [[{ name: 'd', flag: '5', mode: 0o755 }, file('d/f')]],
  'a directory that is a dot in itself': [[directory('d/.', { mode: 0o700 }), file('d/f')]],
  'a file that is a dot': [[file('.', 'x')]],
  'a name of dots': [[file('d/...', 'x'), file('..x', 'y'), directory('..')]],
  'an empty name': [[file('', 'x')]],
  'file type bits in the mode': [[file('f', 'x', { mode: 0o100755 }), directory('d', { mode: 0o40711 })]],
  'a large owner': [[file('f', 'x', { uid: FAR / 1024, gid: FAR / 1024 })]],
  'the device 0:0 and a file below it': [[file('d/f')], [device('d', 0, 0), file('d/g')]],
  'a device over a file of its own layer': [[file('f'), device('f', 0, 0)]],
  'a device with large numbers': [[{ name: 'n', flag: '3', device: [4095, 1_048_575] }]],
  'a character device with the name of a whiteout': [
    [file('f')],
    [{ name: '.wh.f', flag: '3', device: [0, 0] }],
  ],
  'a whiteout with content': [[file('f'), file('g')], [file('.wh.f', 'content', { mode: 0o755 })]],
  'a whiteout that is a symlink': [[file('f')], [symlink('.wh.f', 'x')]],
  'a whiteout that is a hard link': [[file('f')], [file('g'), hardLink('.wh.f', 'g')]],
  'a whiteout with a slash at its end': [[file('f')], [{ name: '.wh.f/', data: '' }]],
  'a whiteout in a lower layer that has nothing below': [[whiteout('f'), file('g')], [file('f')]],
  'a whiteout behind a symlink of a lower layer': [
    [directory('usr/lib'), file('usr/lib/f'), symlink('lib', 'usr/lib')],
    [whiteout('lib/f')],
  ],
  'a whiteout behind a symlink of its own layer': [
    [file('usr/lib/f')],
    [directory('usr/lib'), symlink('lib', 'usr/lib'), whiteout('lib/f')],
  ],
  'a whiteout above the root': [[file('f')], [{ name: '../../.wh.f' }]],
  'a whiteout of a whiteout': [[file('.wh.f')], [file('.wh..wh.f')]],
  'a file below the name of a whiteout': [[file('a/x')], [file('.wh.a/y')]],
  'the whiteout of a hard link': [[file('f', 'abc'), hardLink('h', 'f')], [whiteout('f')]],
  'the whiteout of a hard link, and a link to what is left': [
    [file('f', 'abc'), hardLink('h', 'f')],
    [whiteout('f')],
    [hardLink('g', 'h')],
  ],
  'a hard link over a directory': [[file('f'), directory('d'), hardLink('d', 'f')]],
  'a hard link to what comes later': [[hardLink('h', 'f'), file('f')]],
  'a hard link to an absolute name': [[file('d/f'), hardLink('h', '/d/f'), hardLink('i', './d//f')]],
  'a hard link that climbs': [[file('f'), hardLink('h', '../f')]],
  'a hard link to a link': [[file('f', 'abc'), hardLink('h', 'f'), hardLink('i', 'h')]],
  'a hard link to what is replaced afterwards': [[file('f', 'abc'), hardLink('h', 'f'), file('f', 'other')]],
  'a hard link to a device': [[{ name: 'n', flag: '3', device: [1, 3] }, hardLink('h', 'n')]],
  'a hard link with another mode': [[file('f', 'abc', { mode: 0o755 }), hardLink('h', 'f')]],
  'an opaque marker that is a directory': [[file('d/low')], [directory('d'), directory('d/.wh..wh..opq')]],
  'an opaque marker that is a symlink': [[file('d/low')], [directory('d'), symlink('d/.wh..wh..opq', 'x')]],
  'an opaque marker with more letters': [[file('d/low')], [file('d/.wh..wh..opqx')]],
  'an opaque marker and nothing else': [[file('d/low')], [opaque('d')]],
  'an opaque marker in a directory that nobody has': [[file('f')], [opaque('new')]],
  'an opaque directory, made again above': [
    [file('d/low')],
    [directory('d'), opaque('d')],
    [directory('d'), file('d/new')],
  ],
  'an opaque marker twice': [[file('d/low')], [directory('d'), opaque('d'), file('d/a'), opaque('d')]],
  'a removed directory, made again in the same layer': [
    [file('d/low')],
    [whiteout('d'), directory('d'), file('d/new')],
  ],
  'a file in a removed directory': [[file('d/low')], [whiteout('d'), file('d/new')]],
  'a directory, a symlink, a directory again': [
    [file('d/low')],
    [symlink('d', 'to')],
    [directory('d'), file('d/new')],
  ],
  'a symlink to a directory, and files through it above': [
    [directory('real'), symlink('d', 'real')],
    [file('d/a')],
    [symlink('d', 'other')],
    [file('d/b')],
  ],
  'a directory replaced by a symlink of its own layer': [[directory('d'), file('d/x'), symlink('d', 'to')]],
  'a symlink replaced by a directory of its own layer': [
    [directory('to'), symlink('d', 'to'), file('d/x'), directory('d'), file('d/y')],
  ],
  'a loop of symlinks on the way': [[symlink('a', 'b'), symlink('b', 'a'), file('a/x')]],
  'a symlink to itself': [[symlink('a', 'a'), file('f')]],
  'forty symlinks in a row': [
    [
      directory('s0'),
      ...Array.from({ length: 41 }, (_, at) => symlink(`s${at + 1}`, `s${at}`)),
      file('s39/x'),
    ],
  ],
  'a file on the way': [[file('f'), file('f/x')]],
  'a file on the way, of a lower layer': [[file('f')], [file('f/x')]],
  'a directory entry over a file of a lower layer': [[file('f')], [directory('f')]],
  'names that differ by case and by form': [[file('A'), file('a'), file('\u00e9'), file('e\u0301')]],
  'the same file in three layers': [[file('f', '1')], [file('f', '22')], [file('f', '333')]],
  'a file removed and put back': [[file('f', '1')], [whiteout('f')], [file('f', '333')]],
  'a directory with a file, whose mode changes above': [
    [directory('d', { mode: 0o700 }), file('d/f')],
    [directory('d', { mode: 0o711, uid: 7 })],
  ],
  'nothing at all': [[]],
  'nothing on top of something': [[file('f')], [], []],
};
