import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { parseArmAttributes } from '../../src/elf/arm-attributes.ts';
import { buildElf } from '../support/elf-builder.ts';
import { attributeBytes } from '../support/elf-notes.ts';
import { MACHINES } from '../support/elf-machines.ts';

describe('notes', () => {
  test.each([1, 3, 7, 15])('x86-64: the needed level %i', (x86IsaNeeded) => {
    expect(parseElf(buildElf({ x86IsaNeeded }), '').notes.x86IsaNeeded).toBe(x86IsaNeeded);
    expect(parseElf(buildElf({ machine: 'i386', x86IsaNeeded }), '').notes.x86IsaNeeded).toBe(x86IsaNeeded);
  });

  test('the property of x86 means nothing on another machine', () => {
    expect(parseElf(buildElf({ machine: 'arm64', x86IsaNeeded: 3 }), '').notes.x86IsaNeeded).toBeNull();
  });

  test('the oldest kernel of the ABI tag', () => {
    expect(parseElf(buildElf({ machine: 's390x', kernel: [4, 15, 1] }), '').notes.abiTag).toEqual({
      os: 0,
      kernel: '4.15.1',
    });
  });

  test('a program of Android names its system', () => {
    const bytes = Buffer.from(buildElf({ buildId: '00'.repeat(8) }));
    const note = bytes.indexOf('GNU\0');
    bytes.writeUInt32LE(8, note - 12);
    bytes.writeUInt32LE(4, note - 8);
    bytes.write('Android\0', note, 'latin1');
    expect(parseElf(bytes, '').notes).toMatchObject({ system: 'Android', buildId: null });
  });
});

describe('.ARM.attributes', () => {
  test('architecture, profile and float arguments', () => {
    const armAttributes = [
      [5, 0],
      [6, 10],
      [7, 0x41],
      [10, 3],
      [28, 1],
    ] as const;
    expect(parseElf(buildElf({ machine: 'armhf', armAttributes }), '').arm).toEqual({
      cpuArch: 10,
      cpuProfile: 'A',
      fpArch: 3,
      vfpArgs: 1,
    });
  });

  test('are absent where no section is, and on other machines', () => {
    expect(parseElf(buildElf({ machine: 'armel' }), '').arm).toBeNull();
    expect(parseElf(buildElf({ machine: 'amd64', armAttributes: [[6, 10]] }), '').arm).toBeNull();
  });

  test('are found in a file too large to be kept whole', () => {
    const facts = parseElf(
      buildElf({ machine: 'armhf', armAttributes: [[6, 6]], code: new Uint8Array(3_000_000) }),
      '',
    );
    expect(facts.arm?.cpuArch).toBe(6);
  });

  test('cut anywhere, they give what is there or nothing, and never throw', () => {
    const bytes = attributeBytes({ armAttributes: [[5, 0], [6, 10], [28, 1]] }, MACHINES.armhf); // prettier-ignore
    const layout = { class: 32, byteOrder: 'little' } as const;
    for (let length = 0; length < bytes.length; length++) {
      const cut = parseArmAttributes(bytes.subarray(0, length), layout);
      expect([null, 10]).toContain(cut?.cpuArch ?? null);
    }
  });
});

describe("Go's build information", () => {
  const go = {
    version: 'go1.24.1',
    path: 'example.com/shop/cmd/server',
    settings: { GOARCH: 'arm', GOARM: '7', CGO_CFLAGS: '-O2', GOOS: 'linux' },
  };

  test.each(['amd64', 'armhf', 's390x', 'mips64el'] as const)('of a %s program', (machine) => {
    expect(parseElf(buildElf({ machine, go }), '').go).toEqual({
      version: 'go1.24.1',
      mainPackage: 'example.com/shop/cmd/server',
      settings: { GOARCH: 'arm', GOARM: '7', GOOS: 'linux' },
    });
  });

  test('of a program too large to be kept whole', () => {
    expect(parseElf(buildElf({ go, code: new Uint8Array(3_000_000) }), '').go?.version).toBe('go1.24.1');
  });

  test('in its older form with addresses instead of strings', () => {
    const bytes = Buffer.from(buildElf({ go }));
    const blob = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
    const address = 0x400000n + 0x10000n + BigInt(blob);
    bytes.writeUInt8(8, blob + 14);
    bytes.writeUInt8(0, blob + 15);
    bytes.writeBigUInt64LE(address + 32n, blob + 16);
    bytes.writeBigUInt64LE(0n, blob + 24);
    bytes.writeBigUInt64LE(address + 48n, blob + 32);
    bytes.writeBigUInt64LE(8n, blob + 40);
    bytes.write('go1.17.3', blob + 48, 'latin1');
    expect(parseElf(bytes, '').go).toEqual({ version: 'go1.17.3', mainPackage: null, settings: {} });
  });

  test('is absent where the mark alone is', () => {
    const bytes = Buffer.from(buildElf({ go }));
    const blob = bytes.indexOf('\xff Go buildinf:', 0, 'latin1');
    bytes.fill(0, blob + 16);
    expect(parseElf(bytes, '').go).toBeNull();
  });
});
