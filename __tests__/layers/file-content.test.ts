import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { FileContentReader } from '../../src/layers/file-content.ts';
import type { ContentFacts } from '../../src/rootfs/content-facts.ts';
import { sha256Of } from '../support/layer-builder.ts';

interface Options {
  readonly path?: string;
  readonly mode?: number;
  readonly pieces?: readonly number[];
  readonly reader?: FileContentReader;
}

function factsOf(data: string | Buffer, options: Options = {}): ContentFacts {
  const { path = 'some/file', mode = 0o755, pieces = [], reader = new FileContentReader() } = options;
  const bytes = Buffer.from(data);
  reader.begin(path, mode, bytes.length);
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const length = Math.max(pieces[index % pieces.length] ?? bytes.length, 1);
    reader.write(bytes.subarray(at, at + length));
    at += length;
  }
  return reader.end();
}

const SCRIPT = `#!/bin/sh -e\r\n${'echo words\r\n'.repeat(100)}exec "$@"\n`;

describe('FileContentReader', () => {
  test('an empty file', () => {
    expect(factsOf('')).toEqual({ kind: 'empty' });
  });

  test('a shell script keeps its head, its text and its count of CR LF', () => {
    expect(factsOf(SCRIPT)).toEqual({
      kind: 'script',
      head: SCRIPT.slice(0, 256),
      text: SCRIPT,
      crlfLines: 101,
    });
  });

  test.each([
    ['that is longer', `#!/usr/bin/python3\n${'print()\n'.repeat(40)}`, false],
    ['that is no longer', '#!/usr/bin/python3\nprint()\n', true],
    ['that is not ASCII', '#!/usr/bin/python3\nprint("é")\n', false],
  ])('another script keeps its head alone: one %s', (_, text, isWhole) => {
    const head = Buffer.from(text).toString('latin1', 0, 256);
    expect(factsOf(text, { path: 'app.py' })).toEqual({
      kind: 'script',
      head,
      text: isWhole ? head : null,
      crlfLines: 0,
    });
  });

  test('#! alone is a script, # alone is not', () => {
    expect(factsOf('#!')).toMatchObject({ kind: 'script', head: '#!' });
    expect(factsOf('#')).toMatchObject({ kind: 'other', format: 'text' });
  });

  test('the head is bytes as latin1, the text is UTF-8', () => {
    expect(factsOf('#!/bin/sh\n# é')).toMatchObject({ head: '#!/bin/sh\n# Ã©', text: '#!/bin/sh\n# é' });
  });

  test('an ELF file has the facts and the digest of all its bytes', () => {
    const program = readFileSync(process.execPath).subarray(0, 300_000);
    const whole = factsOf(program);
    expect(whole).toMatchObject({ kind: 'elf', fileSize: 300_000, sha256: sha256Of(program).slice(7) });
    expect(factsOf(program, { pieces: [1, 2, 70_000] })).toEqual(whole);
  });

  test('facts do not depend on how the bytes are cut', () => {
    const piece = fc.integer({ min: 1, max: 900 });
    const data = fc.oneof(
      fc.constant(Buffer.from(SCRIPT)),
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      fc.stringMatching(/^[#!/a-z\r\n\0 ]{0,600}$/).map((text) => Buffer.from(text)),
    );
    const path = fc.constantFrom('a', 'run.sh', 'etc/passwd', 'var/lib/dpkg/status');
    fc.assert(
      fc.property(data, fc.array(piece, { minLength: 1 }), path, (bytes, pieces, path) => {
        expect(factsOf(bytes, { pieces, path })).toEqual(factsOf(bytes, { path }));
      }),
    );
  });

  test('a file without an x bit keeps no head, and equal facts are one object', () => {
    const reader = new FileContentReader();
    const first = factsOf('plain words', { mode: 0o644, reader });
    expect(first).toEqual({ kind: 'other', format: 'text', detail: null, head: '', text: null });
    expect(factsOf('other words', { mode: 0o644, reader })).toBe(first);
  });

  test('a text with an x bit or named *.sh is kept, because a shell may run it', () => {
    expect(factsOf('exec app\n')).toMatchObject({ format: 'text', head: 'exec app\n', text: 'exec app\n' });
    expect(factsOf('exec app\n', { mode: 0o644, path: 'x/run.sh' })).toMatchObject({ text: 'exec app\n' });
    expect(factsOf('\0\x01\x02\x03')).toMatchObject({ format: 'data', head: '\0\x01\x02\x03', text: null });
  });

  test('well-known files keep their text, ld.so.cache as bytes', () => {
    expect(factsOf('root:x:0:0:::\n', { path: './etc/passwd', mode: 0o644 })).toMatchObject({
      text: 'root:x:0:0:::\n',
    });
    const cache = Buffer.from('glibc-ld.so.cache1.1\xff\0', 'latin1');
    expect(factsOf(cache, { path: 'etc/ld.so.cache', mode: 0o644 })).toMatchObject({
      text: cache.toString('latin1'),
    });
  });

  test('a text over the limit of one file is not kept', () => {
    const large = `#!/bin/sh\n${'# words\n'.repeat(40_000)}`;
    expect(factsOf(large)).toMatchObject({ kind: 'script', text: null });
    expect(factsOf(large, { path: 'etc/group', mode: 0o644 })).toMatchObject({ kind: 'script', text: null });
  });

  test('texts over the limit of a layer are not kept', () => {
    const reader = new FileContentReader();
    const script = `#!/bin/sh\n${'# words\n'.repeat(30_000)}`;
    const kept = Array.from({ length: 80 }, () => factsOf(script, { reader })).filter(
      (facts) => facts.kind === 'script' && facts.text !== null,
    );
    expect(kept.length).toBe(Math.floor((16 * 1024 * 1024) / script.length));
  });

  test('a package database becomes its packages', () => {
    const status = 'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\n\nPackage: tz\nStatus: deinstall ok config-files\nArchitecture: all\n'; // prettier-ignore
    expect(factsOf(status, { path: 'var/lib/dpkg/status', mode: 0o644 })).toEqual({
      kind: 'packages',
      database: 'dpkg',
      packages: [{ name: 'libc6', architecture: 'amd64' }],
    });
  });
});
