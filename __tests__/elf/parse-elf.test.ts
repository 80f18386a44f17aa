import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { symbolHash } from '../../src/elf/symbol-hash.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES, MACHINES } from '../support/elf-machines.ts';

const PROBLEM_FREE = { problems: [] };

describe('a file of each machine (F05)', () => {
  test.each(MACHINE_NAMES)('a static %s program', (machine) => {
    const expected = MACHINES[machine];
    expect(parseElf(buildElf({ machine }), 'digest')).toMatchObject({
      kind: 'elf',
      class: expected.class,
      byteOrder: expected.byteOrder,
      readAs: { class: expected.class, byteOrder: expected.byteOrder },
      machine: expected.machine,
      flags: expected.flags,
      type: 2,
      interpreter: null,
      dynamic: null,
      symbols: null,
      sha256: 'digest',
      ...PROBLEM_FREE,
    });
  });

  test.each(MACHINE_NAMES)('a dynamic %s program with everything', (machine) => {
    const { loader } = MACHINES[machine];
    const versionsNeeded = [
      {
        file: 'libc.so.6',
        versions: [
          { name: 'GLIBC_2.34', weak: false },
          { name: 'GLIBC_2.38', weak: true },
        ],
      },
      { file: 'libm.so.6', versions: [{ name: 'GLIBC_2.29', weak: false }] },
    ];
    const facts = parseElf(
      buildElf({
        machine,
        interpreter: loader,
        needed: ['libm.so.6', 'libc.so.6'],
        soname: 'libown.so.1',
        rpath: '$ORIGIN/../lib',
        runpath: '/opt/lib:/usr/lib',
        versionsNeeded,
        versionsDefined: ['OWN_1', 'OWN_2'],
        flags: 8,
        flags1: 0x08000001,
        undefined: ['puts', 'exit'],
        weakUndefined: ['__gmon_start__'],
        defined: ['own_open', 'own_close'],
        buildId: '0123456789abcdef',
        kernel: [3, 2, 0],
        stack: 'executable',
      }),
      '',
    );
    expect(facts).toMatchObject({
      type: 3,
      interpreter: { path: loader, size: loader.length + 1, terminated: true, count: 1 },
      dynamic: {
        needed: ['libm.so.6', 'libc.so.6'],
        soname: 'libown.so.1',
        rpath: '$ORIGIN/../lib',
        runpath: '/opt/lib:/usr/lib',
        flags: 8,
        flags1: 0x08000001,
        bindNow: false,
        packedRelocations: false,
        hasInitializers: false,
        hasHash: true,
        versionsNeeded,
        versionsDefined: ['OWN_1', 'OWN_2'],
      },
      notes: { buildId: '0123456789abcdef', abiTag: { os: 0, kernel: '3.2.0' }, x86IsaNeeded: null },
      ...PROBLEM_FREE,
    });
    expect(facts.symbols?.undefined).toBe('puts\nexit');
    expect([...(facts.symbols?.defined ?? [])]).toEqual(
      [symbolHash('own_open'), symbolHash('own_close')].sort((one, other) => (one < other ? -1 : 1)),
    );
    expect(facts.programHeaders.find(({ type }) => type === 0x6474e551)?.flags).toBe(7);
  });
});

describe('what contradicts itself is read as the kernel reads it', () => {
  test('F05 EI_DATA that lies is not believed', () => {
    const facts = parseElf(buildElf({ header: { data: 2 } }), '');
    expect(facts).toMatchObject({
      byteOrder: 'big',
      machine: 62,
      readAs: { class: 64, byteOrder: 'little' },
    });
    expect(facts.programHeaders).toHaveLength(2);
    expect(facts.problems).toEqual([
      { part: 'header', kind: 'broken', text: 'EI_DATA says big-endian but the header is little-endian' },
    ]);
  });

  test('F05 EI_CLASS that lies is not believed', () => {
    const facts = parseElf(buildElf({ machine: 'armhf', header: { class: 2 } }), '');
    expect(facts).toMatchObject({ class: 64, readAs: { class: 32 }, machine: 40 });
    expect(facts.problems.map(({ kind }) => kind)).toEqual(['broken']);
  });

  test('F05 a class and byte order that are neither are facts, and the rest is read', () => {
    const facts = parseElf(buildElf({ header: { class: 9, data: 7 } }), '');
    expect(facts).toMatchObject({ class: null, byteOrder: null, machine: 62 });
    expect(facts.programHeaders).toHaveLength(2);
  });

  test('F05 an unknown machine is read as its header claims', () => {
    expect(parseElf(buildElf({ header: { machine: 0x1234 } }), '')).toMatchObject({
      machine: 0x1234,
      ...PROBLEM_FREE,
    });
  });

  test('a wrong e_phentsize leaves the program headers unread, as in the kernel', () => {
    const facts = parseElf(buildElf({ header: { programHeaderEntrySize: 57 } }), '');
    expect(facts.programHeaders).toEqual([]);
    expect(facts.problems).toEqual([
      { part: 'program-headers', kind: 'broken', text: 'e_phentsize is 57 and must be 56' },
    ]);
  });
});

describe('claims about sizes and places are only claims', () => {
  test('F01 a program header table behind the end of the file', () => {
    for (const programHeaderOffset of [2n ** 64n - 1n, 2n ** 35n, 2n ** 63n, 100_000n]) {
      const facts = parseElf(buildElf({ header: { programHeaderOffset } }), '');
      expect(facts.programHeaders).toEqual([]);
      expect(facts.problems).toMatchObject([{ part: 'program-headers', kind: 'cut' }]);
    }
  });

  test('F02 PN_XNUM is 65535 program headers, which nobody reads', () => {
    const facts = parseElf(buildElf({ header: { programHeaderCount: 0xffff }, padding: 300_000 }), '');
    expect(facts.programHeaderCount).toBe(0xffff);
    expect(facts.programHeaders).toHaveLength(4_096);
    expect(facts.problems).toContainEqual({
      part: 'program-headers',
      kind: 'unread',
      text: 'there are 65535 program headers',
    });
  });

  test('F02 more DT_NEEDED than the limit are not read, and that is said', () => {
    const needed = Array.from({ length: 10_001 }, (_, index) => `l${index}`);
    const facts = parseElf(buildElf({ needed }), '');
    expect(facts.dynamic?.needed).toHaveLength(10_000);
    expect(facts.problems).toMatchObject([{ part: 'dynamic', kind: 'unread' }]);
  });

  test('F03 section headers that lie change nothing', () => {
    const spec = { interpreter: '/lib/ld.so', needed: ['libc.so.6'], padding: 4_096 };
    const honest = parseElf(buildElf(spec), '');
    const forged = buildElf({ ...spec, header: { sectionHeaderOffset: 64, sectionHeaderCount: 40 } });
    expect(parseElf(forged, '')).toEqual(honest);
  });
});

describe('PT_INTERP as the kernel reads it (F04)', () => {
  test('an empty path has one byte', () => {
    expect(parseElf(buildElf({ interpreter: '' }), '').interpreter).toEqual({
      path: '',
      size: 1,
      terminated: true,
      count: 1,
    });
  });

  test('the path ends at the first NUL', () => {
    expect(parseElf(buildElf({ interpreter: '/lib/ld.so\0/evil' }), '').interpreter).toMatchObject({
      path: '/lib/ld.so',
      size: 17,
      terminated: true,
    });
  });

  test('a path longer than PATH_MAX is cut and not terminated', () => {
    const facts = parseElf(buildElf({ interpreter: `/${'a'.repeat(5_000)}` }), '');
    expect(facts.interpreter).toMatchObject({ size: 5_002, terminated: false });
    expect(facts.interpreter?.path).toHaveLength(4_096);
  });

  test('bytes that are not UTF-8 stay different', () => {
    const facts = parseElf(buildElf({ interpreter: '/lib/\xff' }), '');
    expect(facts.interpreter?.path).toBe('/lib/\udcff');
  });
});

describe('a file that was cut (F06)', () => {
  test.each(MACHINE_NAMES)('%s: at every byte of its header', (machine) => {
    const bytes = buildElf({ machine });
    const size = MACHINES[machine].class === 64 ? 64 : 52;
    for (let length = 4; length <= 64; length++) {
      const { problems } = parseElf(bytes.subarray(0, length), '');
      expect(problems.some(({ kind }) => kind === 'cut')).toBe(true);
      expect(problems.some(({ part }) => part === 'header')).toBe(length < size);
    }
  });

  test.each(MACHINE_NAMES)('%s: at every byte of its program headers and segments', (machine) => {
    const bytes = buildElf({ machine, interpreter: '/lib/ld.so', needed: ['libc.so.6'] });
    for (let length = 64; length < bytes.length; length += 3) {
      const { problems } = parseElf(bytes.subarray(0, length), '');
      expect(problems.some(({ kind }) => kind === 'cut')).toBe(true);
    }
  });
});
