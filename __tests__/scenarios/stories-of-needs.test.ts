/** Real incidents of add-ons and programs for the right machine that the image has not what they need for. */
import { describe, expect, test } from '@jest/globals';
import type { Tree } from '../support/image-builder.ts';
import { app, GLIBC, glibcLoader, library } from '../support/loading.ts';
import { program } from '../support/surveyed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { link, storyTold } from './story.ts';

const folder = temporaryFolder();

const MULTIARCH = '/lib/x86_64-linux-gnu';
const BOOKWORM = [
  glibcLoader(),
  library(`${MULTIARCH}/libc.so.6`, { versionsDefined: ['GLIBC_2.17', 'GLIBC_2.36'] }),
  library(`${MULTIARCH}/libm.so.6`, { versionsDefined: ['GLIBC_2.17', 'GLIBC_2.35'] }),
  library(`${MULTIARCH}/libplain.so`),
  app(),
];
const SQLITE = 'srv/node_modules/better-sqlite3/build/Release/better_sqlite3.node';
const ROCKSDB = 'srv/node_modules/rocksdb/prebuilds/linux-x64/node.napi.glibc.node';
const PRISMA = 'srv/node_modules/.prisma/client/libquery_engine-debian-openssl-';
const MAA = 'srv/MAA/libMaaCore.so';

/** An add-on or a library that needs a version of a library. */
function needing(version: string, file = 'libc.so.6', weak = false): ReturnType<typeof program> {
  return program({
    needed: [file, 'libc.so.6'],
    versionsNeeded: [{ file, versions: [{ name: version, weak }] }],
  });
}

describe('what is there for the right machine, and needs what the image has not', () => {
  test.each<[string, Tree, readonly string[]]>([
    [
      'Termix: better-sqlite3 from a newer Debian',
      { [SQLITE]: needing('GLIBC_2.38', 'libm.so.6') },
      [`error symbol-version-not-found /${SQLITE}`],
    ],
    [
      'a Python extension likewise',
      { 'srv/.venv/lib/python3.11/site-packages/x/_x.abi3.so': needing('GLIBC_2.38') },
      ['error symbol-version-not-found /srv/.venv/lib/python3.11/site-packages/x/_x.abi3.so'],
    ],
    [
      'rocksdb: a prebuild',
      { [ROCKSDB]: needing('GLIBC_2.38') },
      [`warning symbol-version-not-found /${ROCKSDB}`],
    ],
    [
      'AzurLaneAutoScript: a library that Python opens by itself',
      { [MAA]: needing('GLIBC_2.38') },
      [`warning symbol-version-not-found /${MAA}`],
    ],
    [
      'prisma: an engine for the OpenSSL of before',
      { [`${PRISMA}1.1.x.so.node`]: program({ needed: ['libssl.so.1.1', 'libc.so.6'] }) },
      [`warning library-not-found /${PRISMA}1.1.x.so.node`],
    ],
    [
      'llama-swap: a program outside of PATH whose library moved away',
      { 'srv/llama-server': program({ interpreter: GLIBC, needed: ['libmtmd.so.0', 'libc.so.6'] }) },
      ['warning library-not-found /srv/llama-server'],
    ],
    ['a version that is there', { [SQLITE]: needing('GLIBC_2.36') }, []],
    ['a version that may be absent', { [SQLITE]: needing('GLIBC_2.38', 'libc.so.6', true) }, []],
    ['a library without versions', { [SQLITE]: needing('PLAIN_2', 'libplain.so') }, []],
    [
      'a glibc of its own elsewhere in the image',
      {
        [SQLITE]: needing('GLIBC_2.38'),
        'opt/glibc/lib/libc.so.6': program({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.38'] }),
      },
      [],
    ],
    [
      'prisma: engines for both',
      {
        [`${PRISMA}1.1.x.so.node`]: program({ needed: ['libssl.so.1.1', 'libc.so.6'] }),
        [`${PRISMA}3.0.x.so.node`]: program({ needed: ['libssl.so.3', 'libc.so.6'] }),
        'usr/lib/libssl.so.3': program({ soname: 'libssl.so.3' }),
      },
      [],
    ],
    [
      'a library beside the program, under the name of a link',
      {
        'srv/llama-server': program({ interpreter: GLIBC, needed: ['libmtmd.so.0', 'libc.so.6'] }),
        'srv/libmtmd.so.0': link('libmtmd.so.0.1'),
      },
      [],
    ],
    [
      'the driver of a GPU, which the host has',
      {
        'srv/gpu': program({
          interpreter: GLIBC,
          needed: ['libcuda.so.1', 'libnvidia-ml.so.1', 'libc.so.6'],
        }),
      },
      [],
    ],
    [
      'python:slim: _tkinter without Tk',
      {
        'usr/local/lib/python3.11/lib-dynload/_tkinter.cpython-311-x86_64-linux-gnu.so': program({
          needed: ['libtk8.6.so', 'libc.so.6'],
        }),
      },
      [],
    ],
    [
      'what node itself is linked with, in an image without node',
      { [SQLITE]: program({ needed: ['libstdc++.so.6', 'libgcc_s.so.1', 'libc.so.6'] }) },
      [],
    ],
    [
      'a build for the other libc beside ours',
      {
        'srv/node_modules/a/prebuilds/linux-x64/a.musl.node': program({ needed: ['libgone.so.1'] }),
        'srv/node_modules/a/prebuilds/linux-x64/a.glibc.node': program({ needed: ['libc.so.6'] }),
      },
      [],
    ],
    ['inputs of tests', { 'srv/testdata/new.so': needing('GLIBC_2.38') }, []],
  ])('%s', async (_, tree, expected) => {
    expect(await storyTold(folder, tree, { platform: 'linux/amd64', layers: [BOOKWORM] })).toEqual(expected);
  });

  test('the start itself needs the driver of a GPU: a warning, for hosts without one', async () => {
    const needsCuda = app({ needed: ['libcuda.so.1', 'libc.so.6'] });
    const layers = [BOOKWORM.slice(0, -1), [needsCuda]];
    expect(await storyTold(folder, {}, { platform: 'linux/amd64', layers })).toEqual([
      'warning library-not-found /app',
    ]);
  });
});
