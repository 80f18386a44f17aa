import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { openTarTree } from '../../src/sources/tar-tree.ts';
import { codeOfPromise, failureOf } from '../support/failure-code.ts';
import {
  file,
  gnuLong,
  hardLink,
  paxHeader,
  symlink,
  tarHeader,
  tarItem,
  tarOf,
  type TarItem,
} from '../support/layer-builder.ts';
import { never } from '../support/source-host.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const path = join(folder, 'image.tar');

async function read(archive: Buffer, name: string): Promise<string> {
  writeFileSync(path, archive);
  const tree = await openTarTree(path, 'test', never());
  try {
    return Buffer.from(await tree.read(name, 10_000)).toString();
  } finally {
    await tree.close();
  }
}

const LONG = `${'directory/'.repeat(20)}file`;

describe('openTarTree', () => {
  test.each<[string, readonly (TarItem | Buffer)[], string]>([
    ['an ordinary name', [file('a/b', 'content')], 'a/b'],
    ['a name with ./ before it', [file('./a/b', 'content')], 'a/b'],
    ['an absolute name', [file('/a/b', 'content')], 'a/b'],
    ['a name in a PAX header', [file(LONG, 'content')], LONG],
    ['a name in a GNU header', [gnuLong('L', LONG), file('short', 'content')], LONG],
    ['I03 a name that climbs is clamped at the top', [file('blobs/../../x', 'content')], 'x'],
    [
      'a size in a PAX header',
      [
        paxHeader({ size: '7' }),
        tarHeader({ name: 'a', size: 0 }),
        tarItem({ name: 'content', size: 0 }).subarray(0, 512),
      ],
      'a',
    ],
    [
      'a symlink to a file beside it',
      [file('1/layer.tar', 'content'), symlink('2/layer.tar', '../1/layer.tar')],
      '2/layer.tar',
    ],
    ['a hard link', [file('1/layer.tar', 'content'), hardLink('2/layer.tar', '1/layer.tar')], '2/layer.tar'],
  ])('finds %s', async (_, items, name) => {
    expect((await read(tarOf(items), name)).slice(0, 7)).toBe('content');
  });

  test('an archive without an end marker is read', async () => {
    expect(await read(tarItem(file('a', 'content')), 'a')).toBe('content');
  });

  test.each<[string, readonly (TarItem | Buffer)[], string]>([
    ['I03 two files of one name', [file('index.json', '1'), file('index.json', '2')], 'E_TAR'],
    ['I03 two spellings of one name', [file('index.json', '1'), file('./index.json', '2')], 'E_TAR'],
    ['I03 a link to itself', [symlink('index.json', 'index.json')], 'E_TAR'],
    ['I03 links in a circle', [symlink('index.json', 'a'), hardLink('a', 'index.json')], 'E_TAR'],
    ['I03 a link out of the archive', [symlink('index.json', '../../../etc/passwd')], 'E_NOT_FOUND'],
    ['a wrong checksum', [{ ...file('index.json', '1'), checksum: 1 }], 'E_TAR'],
    ['a size over the end', [{ ...file('index.json', '1'), size: 100_000 }], 'E_TAR'],
    ['an entry after a block of zeros', [Buffer.alloc(512), file('index.json', '1')], 'E_TAR'],
    [
      'a size of 2^63 in base 256',
      [{ ...file('index.json'), size: Buffer.from('80000000800000000000000000', 'hex').subarray(0, 12) }],
      'E_TAR',
    ],
    ['a PAX size that is no number', [paxHeader({ size: '-1' }), file('index.json', '1')], 'E_TAR'],
    [
      'a PAX header that says one thing twice',
      [tarItem({ name: 'x', flag: 'x', data: '10 path=a\n10 path=b\n' }), file('index.json', '1')],
      'E_TAR',
    ],
    [
      'a malformed PAX header',
      [tarItem({ name: 'x', flag: 'x', data: '999 path=a\n' }), file('index.json', '1')],
      'E_TAR',
    ],
    [
      'a global PAX header with a name',
      [paxHeader({ path: 'index.json' }, 'g'), file('other', '1')],
      'E_TAR',
    ],
    ['a file that is not there', [file('other', '1')], 'E_NOT_FOUND'],
    ['a device of that name', [{ ...file('index.json'), flag: '3' }], 'E_NOT_FOUND'],
    ['a folder of that name', [{ name: 'index.json/', flag: '5' }], 'E_NOT_FOUND'],
  ])('%s is refused', async (_, items, code) => {
    expect(await codeOfPromise(read(tarOf(items), 'index.json'))).toBe(code);
  });

  test('a cut archive gives what it has or a failure, never other bytes', async () => {
    const whole = tarOf([file('first', 'x'.repeat(700)), file('index.json', 'y'.repeat(700))]);
    for (let length = 0; length < whole.length; length += 256) {
      const outcome = await read(whole.subarray(0, length), 'index.json').catch(
        (failure: unknown) => failure,
      );
      expect(outcome === 'y'.repeat(700) || outcome instanceof Error).toBe(true);
    }
  });

  const tar = tarOf([file('index.json', '{}')]);
  test.each([
    ['gzip', gzipSync(tar), 'gunzip'],
    ['zstd', zstdCompressSync(tar), 'zstd -d'],
    ['bzip2', Buffer.from('BZh91AY&SY'), 'bunzip2'],
    ['xz', Buffer.from('fd377a585a0000', 'hex'), 'unxz'],
    ['zip', Buffer.from('PK\x03\x04'), 'inside'],
    ['a web page', Buffer.from('\n<!doctype html>'), 'download'],
  ])('I07 an archive in %s is E_UNSUPPORTED and says what to do', async (_, bytes, hint) => {
    const failure = await failureOf(read(bytes, 'index.json'));
    expect(failure).toMatchObject({ code: 'E_UNSUPPORTED' });
    expect(failure?.hint).toContain(hint);
  });

  test.each([
    ['an empty file', Buffer.alloc(0), 'E_FILE'],
    ['a few bytes', Buffer.from('hello'), 'E_TAR'],
    ['a kilobyte of text', Buffer.alloc(1_024, 'hello '), 'E_TAR'],
  ])('I07 %s is refused', async (_, bytes, code) => {
    expect(await codeOfPromise(read(bytes, 'index.json'))).toBe(code);
  });

  test.each([
    ['a folder', folder, 'E_FILE'],
    ['a device', '/dev/null', 'E_FILE'],
    ['nothing', join(folder, 'nowhere'), 'E_NOT_FOUND'],
    ['a file under a file', join(path, 'x'), 'E_NOT_FOUND'],
  ])('I07 %s is refused', async (_, other, code) => {
    expect(await codeOfPromise(openTarTree(other, 'test', never()))).toBe(code);
  });

  test('I07 a FIFO is refused without waiting for a writer', async () => {
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(await codeOfPromise(openTarTree(fifo, 'test', never()))).toBe('E_FILE');
  });

  test('I07 an archive that shrinks while it is read is E_FILE', async () => {
    writeFileSync(path, tarOf([file('a', 'x'.repeat(3_000))]));
    const tree = await openTarTree(path, 'test', never());
    writeFileSync(path, 'gone');
    expect(await codeOfPromise(tree.read('a', 10_000))).toBe('E_FILE');
    await tree.close();
  });
});
