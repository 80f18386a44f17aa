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
    ['/app/node_modules/bare-fs/prebuilds/ios-arm64-simulator/bare-fs.bare', 'ios', 'arm64', null],
    ['/app/runtimes/debian.9-x64/native/libgit2.so', 'linux', 'amd64', null],
    ['/app/client/libquery_engine-rhel-openssl-3.0.x.so.node', 'linux', null, null],
    ['/opt/nsight/target-linux-sbsa-armv8/nsys', 'linux', 'arm64', null],
    ['/opt/jni/sparcv9-SunOS/libjffi.so', 'solaris', 'sparc64', null],
  ])('%s', (path, os, architecture, libc) => {
    expect(platformWordsOf(path)).toMatchObject({ os, architecture, libc });
  });

  test.each([
    '/usr/bin/bash',
    '/opt/alarm/server',
    '/app/charm/harm',
    '/srv/muslin/gnuplot',
    '/x6400/linuxes',
    '/home/ubuntu/debian/rhel',
    '/usr/local/bin/dragonfly',
    '/srv/curios/ios7',
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

test.each<[string, readonly string[]]>([
  [
    '/m/zeromq/build/*/*',
    [
      '/m/zeromq/build/linux/arm64/node/glibc-127-Release/addon.node',
      '/m/zeromq/build/linux/x64/node/115/addon.node',
      '/m/zeromq/build/win32/ia32/node/msvc-72-Release/addon.node',
    ],
  ],
  [
    '/m/deasync/bin/*',
    ['/m/deasync/bin/linux-x64-node-16/a.node', '/m/deasync/bin/darwin-arm64-node-0.10/a.node'],
  ],
  [
    '/app/runtimes/*',
    ['/app/runtimes/ubuntu.18.04-x64/native/a.so', '/app/runtimes/alpine-arm64/native/b.so'],
  ],
  ['/m/client/engine-*.node', ['/m/client/engine-debian-openssl-1.1.x.node', '/m/client/engine-linux-arm64-openssl-3.0.x.node']], // prettier-ignore
  ['/m/x/*', ['/m/x/linux_glibc_2_17-x64/a.so', '/m/x/osx.10.12-x64/a.so']],
])('builds of one thing have one root: %s', (root, paths) => {
  expect([...new Set(paths.map((path) => platformWordsOf(path)?.root))]).toEqual([root]);
});
