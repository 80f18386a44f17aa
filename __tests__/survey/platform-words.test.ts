import { describe, expect, test } from '@jest/globals';
import { platformWordsOf } from '../../src/survey/platform-words.ts';

describe('what a path says about the platform', () => {
  test.each([
    ['/app/node_modules/@esbuild/linux-x64/bin/esbuild', 'linux', 'amd64', null],
    [
      '/app/node_modules/@rollup/rollup-linux-arm64-musl/rollup.linux-arm64-musl.node',
      'linux',
      'arm64',
      'musl',
    ],
    ['/app/node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node', 'linux', 'amd64', 'musl'],
    ['/app/node_modules/bufferutil/prebuilds/darwin-x64+arm64/node.napi.node', 'darwin', 'arm64', null],
    ['/app/prebuilds/linux-arm/node.napi.armv7.node', 'linux', 'arm', null],
    ['/usr/lib/rustlib/aarch64-unknown-linux-gnu/lib/libstd.so', 'linux', 'arm64', 'glibc'],
    ['/usr/lib/python3/site-packages/x.cpython-311-x86_64-linux-gnu.so', 'linux', 'amd64', 'glibc'],
    ['/app/bin/win32/ia32/tool.exe', 'windows', '386', null],
    ['/opt/tool_Linux_x86_64/tool', 'linux', 'amd64', null],
    ['/usr/local/bin/kubectl-linux-ppc64le', 'linux', 'ppc64le', null],
    ['/usr/bin/qemu-arm-static', null, 'arm', null],
  ])('%s', (path, os, architecture, libc) => {
    expect(platformWordsOf(path)).toMatchObject({ os, architecture, libc });
  });

  test.each([
    '/usr/bin/bash',
    '/opt/alarm/server',
    '/app/charm/harm',
    '/srv/muslin/gnuplot',
    '/x6400/linuxes',
  ])('nothing: %s', (path) => {
    expect(platformWordsOf(path)).toBeNull();
  });
});

test('builds of one file for several platforms are one family', () => {
  const families = [
    '/m/@swc/core-linux-x64-gnu/swc.linux-x64-gnu.node',
    '/m/@swc/core-linux-arm64-musl/swc.linux-arm64-musl.node',
    '/m/@swc/core-darwin-arm64/swc.darwin-arm64.node',
    '/m/@swc/core-win32-ia32-msvc/swc.win32-ia32-msvc.node',
  ].map((path) => platformWordsOf(path)?.family);
  expect(new Set(families)).toEqual(new Set(['/m/@swc/core-*/swc.*.node']));
});
