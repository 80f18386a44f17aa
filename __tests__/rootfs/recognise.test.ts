import { describe, expect, test } from '@jest/globals';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { recognise } from '../../src/rootfs/recognise.ts';
import { buildElf } from '../support/elf-builder.ts';
import { tarOf, file } from '../support/layer-builder.ts';

function bytes(...values: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(values), Buffer.alloc(64)]);
}

function portableExecutable(machine: number, at = 0x80): Buffer {
  const head = Buffer.alloc(512);
  head.write('MZ');
  head.writeUInt32LE(at, 60);
  if (at < 500) {
    head.write('PE\0\0', at, 'latin1');
    head.writeUInt16LE(machine, at + 4);
  }
  return head;
}

describe('recognise', () => {
  test.each<[string, string | null, Buffer]>([
    ['text', null, Buffer.from('words\n')],
    ['text', null, Buffer.from('caf\xe9 in latin1\n', 'latin1')],
    ['text', null, Buffer.from('\u001b[1mcolour\u001b[0m\n')],
    ['text', null, Buffer.from('{ echo hello; }\n')],
    ['text', null, Buffer.from('[ -f x ] && exit\n')],
    ['script-after-bom', null, Buffer.from('\ufeff#!/bin/sh\n')],
    ['script-after-bom', null, Buffer.from('\ufeff#!/bin/sh\n', 'utf16le')],
    ['script-after-blank', null, Buffer.from('\n#!/bin/sh\n')],
    ['script-after-blank', null, Buffer.from('  #!/bin/sh\n')],
    ['html', null, Buffer.from('<!DOCTYPE html>\n<html>')],
    ['html', null, Buffer.from('\n <HTML lang="en">')],
    ['json', null, Buffer.from('{"message":"Not Found"}')],
    ['json', null, Buffer.from('[1, 2]')],
    ['git-lfs-pointer', null, Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\n')],
    ['mach-o', 'x86-64', bytes(0xcf, 0xfa, 0xed, 0xfe, 7, 0, 0, 1)],
    ['mach-o', 'arm64', bytes(0xcf, 0xfa, 0xed, 0xfe, 12, 0, 0, 1)],
    ['mach-o', 'ppc', bytes(0xfe, 0xed, 0xfa, 0xce, 0, 0, 0, 18)],
    ['mach-o', 'several machines', bytes(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2)],
    ['java-class', null, bytes(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52)],
    ['pe', 'x86-64', portableExecutable(0x8664)],
    ['pe', 'arm64', portableExecutable(0xaa64)],
    ['pe', null, portableExecutable(0, 0x1000)],
    ['wasm', null, Buffer.from('\0asm\x01\0\0\0', 'latin1')],
    ['gzip', null, gzipSync('x')],
    ['zstd', null, zstdCompressSync('x')],
    ['xz', null, Buffer.from('\xfd7zXZ\0', 'latin1')],
    ['bzip2', null, Buffer.from('BZh91AY&SY')],
    ['zip', null, Buffer.from('PK\x03\x04rest')],
    ['tar', null, tarOf([file('a', 'x')]).subarray(0, 1_024)],
    ['ar', null, Buffer.from('!<arch>\nx')],
    ['python-bytecode', null, bytes(0x6f, 0x0d, 0x0d, 0x0a)],
    ['llvm-bitcode', null, bytes(0x42, 0x43, 0xc0, 0xde)],
    ['zeros', null, Buffer.alloc(300)],
    ['data', null, Buffer.from([1, 2, 3])],
    ['data', null, Buffer.from('MZ but not a program, \0'.repeat(5))],
  ])('%s, %s', (format, detail, head) => {
    expect(recognise(head)).toEqual({ format, detail });
  });

  test('an ELF file without its magic number is told from other data', () => {
    const head = Buffer.from(buildElf({}));
    head[0] = 0;
    const detail = 'an ELF file with a broken magic number';
    expect(recognise(head)).toEqual({ format: 'data', detail, lacksMagic: true });
    head.writeUInt16LE(9, 16);
    expect(recognise(head)).toEqual({ format: 'data', detail: null });
  });
});
