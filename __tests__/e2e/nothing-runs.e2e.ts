/**
 * What the kernel sees of a check (strace): no program is started but node itself, nothing of the image is written
 * anywhere, and no server but the registry's address is spoken to.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { buildElf } from '../support/elf-builder.ts';
import { buildImage, writeLayout } from '../support/image-builder.ts';
import { file, symlink } from '../support/layer-builder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CALLS = 'execve,execveat,fork,vfork,open,openat,creat,mkdir,mkdirat,mknod,mknodat,symlink,symlinkat,link,linkat,rename,renameat,renameat2,unlink,unlinkat,chmod,fchmodat,connect'; // prettier-ignore

/** Everything that could tempt a checker to run or unpack something. */
const folder = temporaryFolder();
const program = { mode: 0o4755 };
const elf = Buffer.from(buildElf({ interpreter: '/lib64/ld-linux-x86-64.so.2', needed: ['libc.so.6'] }));
const layers = [
  [
    file('../../../../../tmp/exec-format-guard-escaped', 'x', program),
    symlink('etc/passwd', '/etc/passwd'),
    file('bin/sh', elf, program),
    file('lib64/ld-linux-x86-64.so.2', elf, program),
    file('usr/bin/ldd', '#!/bin/sh\ntouch /tmp/exec-format-guard-ran\n', program),
    file('entry', '#!/bin/sh\n. /usr/bin/ldd\nexec docker-credential-x\n', program),
    file('.docker/config.json', '{"credsStore":"x"}'),
  ],
];
const config = { Entrypoint: ['/entry'], Healthcheck: { Test: ['CMD-SHELL', 'touch /tmp/ran'] } };

test('F11 E09 a check starts no program, writes no file and connects nowhere', () => {
  const image = writeLayout(join(folder, 'image'), {
    '': buildImage({ platforms: [{ platform: 'linux/amd64', config, layers }] }),
  });
  const log = join(folder, 'calls');
  const node = ['--disable-warning=ExperimentalWarning', 'src/cli/main.ts', `oci:${image}`, '--cache=false'];
  const { status, stdout } = spawnSync('strace', ['-f', '-qq', '-o', log, '-e', `trace=${CALLS}`, process.execPath, ...node], { encoding: 'utf8' }); // prettier-ignore
  expect([status, stdout]).toEqual([1, expect.stringContaining('linux/amd64')]);
  const calls = readFileSync(log, 'utf8').split('\n').filter(isTelling);
  expect(calls.map((call) => call.replace(/^\d+ +/, ''))).toEqual([
    expect.stringContaining(`execve("${process.execPath}"`),
    // Its own folder, for what engines export: nobody else's, and gone afterwards.
    expect.stringMatching(/^mkdir\(".*\/exec-format-guard-\w{6}", 0700\) += 0$/),
  ]);
});

test('F11 the same look sees a program that is started', () => {
  const log = join(folder, 'started');
  execFileSync('strace', ['-f', '-qq', '-o', log, '-e', `trace=${CALLS}`, 'sh', '-c', 'touch "$0" && :', join(folder, 'x')]); // prettier-ignore
  expect(readFileSync(log, 'utf8').split('\n').filter(isTelling).length).toBeGreaterThan(2);
});

/** Reading is what a checker does; /dev and /proc are how node looks at its terminal and its limits. */
function isTelling(call: string): boolean {
  if (call === '' || /\+\+\+|---|resumed>/.test(call)) return false;
  const opened = /open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", ([A-Z_|]+)/.exec(call);
  if (opened === null) return true;
  return /O_WRONLY|O_RDWR|O_CREAT/.test(opened[2] ?? '') && !/^\/(?:dev|proc)\//.test(opened[1] ?? '');
}
