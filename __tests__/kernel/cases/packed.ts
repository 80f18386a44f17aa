/** Programs that UPX packed: the stub that the kernel starts opens the loader by itself, and ends without a word. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackDebian } from '../../support/debian-packages.ts';
import { type KernelCase, kernelCase, program } from '../kernel-case.ts';
import { LIBC, made, PROGRAMS, withLibraries } from '../programs.ts';

const UNKNOWN = 'not known: which loader and libraries /app wants';

/** Bookworm has no upx of its own. */
function packed(data: Buffer): Buffer {
  return made(['upx', createHash('sha256').update(data).digest('hex')], () => pack(data));
}

function pack(data: Buffer): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'kernel-upx-'));
  try {
    unpackDebian({ suite: 'bullseye', architecture: 'amd64', packages: ['upx-ucl', 'libucl1'] }, folder);
    const env = { LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu') };
    const file = join(folder, 'program');
    writeFileSync(file, data, { mode: 0o755 });
    execFileSync(join(folder, 'usr/bin/upx-ucl'), ['-qq', file], { env });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const linked = packed(readFileSync('/bin/bash'));
const alone = packed(PROGRAMS.busybox);

export const packedCases: readonly KernelCase[] = [
  kernelCase('a static program', [program('busybox', alone)], ['/busybox', 'true'], 'starts'),
  kernelCase(
    'a program with its loader and libraries',
    [...withLibraries('/bin/bash'), program('app', linked)],
    ['/app', '-c', ':'],
    'starts',
  ),
  kernelCase('a program without its loader', [program('app', linked)], ['/app', '-c', ':'], UNKNOWN),
  kernelCase(
    'a program without one of its libraries',
    [...LIBC, program('app', linked)],
    ['/app', '-c', ':'],
    UNKNOWN,
  ),
];
