/** Programs for the cases: freestanding ones compiled here, real ones of this machine and of Debian's packages. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unpackDebian } from '../support/debian-packages.ts';
import type { TarItem } from '../support/layer-builder.ts';
import { program } from './kernel-case.ts';

/** Ends with status 0, asking nobody for anything. */
const AMD64 = '__asm__(".globl _start\\n_start: mov $60, %eax; xor %edi, %edi; syscall");';
const ARM64 = '__asm__(".globl _start\\n_start: mov x8, 93; mov x0, 0; svc 0");';
const ARM = '__asm__(".globl _start\\n_start: mov r7, #1; mov r0, #0; svc #0");';
const I386 = '__asm__(".globl _start\\n_start: mov $1, %eax; mov $0, %ebx; int $0x80");';

export const STATIC = ['-nostdlib', '-static', '-Wl,--build-id=none', '-Wl,-z,noexecstack'];
const STATIC_PIE = ['-nostdlib', '-static-pie', '-fPIE', '-Wl,--build-id=none', '-Wl,-z,noexecstack'];

const MADE = join(tmpdir(), 'kernel-programs');
const origins = new WeakMap<Buffer, string>();

/** The path at which Debian has the file; undefined for files that were compiled here. */
export function originOf(data: Buffer): string | undefined {
  return origins.get(data);
}

const read = new Map<string, Buffer>();

/** One buffer for each file. */
function readDebian(path: string, folder = '/'): Buffer {
  const file = join(folder, path);
  const data = read.get(file) ?? readFileSync(file);
  read.set(file, data);
  origins.set(data, path);
  return data;
}

export const PROGRAMS = {
  /** A static program of about 9 KB. */
  amd64: compile('gcc', STATIC, AMD64),
  amd64Pie: compile('gcc', STATIC_PIE, AMD64),
  amd64Object: compile('gcc', ['-c'], AMD64),
  i386: compile('gcc', ['-m32', ...STATIC], I386),
  arm64: compile('aarch64-linux-gnu-gcc', STATIC, ARM64),
  arm: compile('arm-linux-gnueabihf-gcc', STATIC, ARM),
  busybox: readDebian('/bin/busybox'),
} as const;

/** As {@link compile}, linked with a library of this soname that is made of other source. */
export function compileWith(
  library: { readonly soname: string; readonly source: string },
  options: readonly string[],
  source: string,
): Buffer {
  return made(['with', JSON.stringify(library), ...options, source], () =>
    linkWith(library, options, source),
  );
}

function linkWith(
  library: { readonly soname: string; readonly source: string },
  options: readonly string[],
  source: string,
): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'kernel-library-'));
  try {
    const file = join(directory, library.soname);
    const shared = ['-shared', '-fPIC', '-nostdlib', `-Wl,-soname,${library.soname}`];
    writeFileSync(file, compile('gcc', shared, library.source));
    return compile('gcc', [...options, file], source);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function compile(compiler: string, options: readonly string[], source: string): Buffer {
  return made([compiler, ...options, source], () => compileAnew(compiler, options, source));
}

/** What one suite has made of these words, the next one takes. */
export function made(words: readonly string[], make: () => Buffer): Buffer {
  const file = join(MADE, createHash('sha256').update(JSON.stringify(words)).digest('hex'));
  if (existsSync(file)) return readFileSync(file);
  const data = make();
  mkdirSync(MADE, { recursive: true });
  writeFileSync(`${file}-${process.pid}`, data);
  renameSync(`${file}-${process.pid}`, file);
  return data;
}

function compileAnew(compiler: string, options: readonly string[], source: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'kernel-program-'));
  try {
    const output = join(directory, 'program');
    writeFileSync(join(directory, 'source.c'), source);
    execFileSync(compiler, ['-o', output, join(directory, 'source.c'), ...options], { stdio: 'pipe' });
    return readFileSync(output);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Programs of this machine at their own paths, with their loader and libraries. */
export function withLibraries(...paths: readonly string[]): readonly TarItem[] {
  const items = new Map<string, TarItem>();
  const add = (path: string, data: Buffer): void => {
    items.set(path, program(path.slice(1), data));
  };
  for (const path of paths) {
    add(path, readDebian(path));
    const listed = execFileSync('ldd', [realpathSync(path)], { encoding: 'utf8' });
    for (const match of listed.matchAll(/(?:=> )?(\/\S+) \(0x/g)) {
      const library = match[1] ?? '';
      add(library, readDebian(library));
    }
  }
  return [...items.values()];
}

const unpacked = mkdtempSync(join(tmpdir(), 'kernel-debian-'));
const TOOLS = ['tini', 'dumb-init', 'gosu', 'catatonit', 'time'] as const;
const SUPERVISION = ['runit', 'daemontools', 's6', 'libs6-2.11', 'libexecline2.9', 'libskarnet2.13'] as const;
unpackDebian({ architecture: 'amd64', packages: [...TOOLS, ...SUPERVISION] }, unpacked);

/** `/usr/bin/tini` and its like, from Debian's packages; dynamic ones need {@link LIBC} too. */
export const WRAPPERS: Readonly<Record<(typeof TOOLS)[number] | 'tini-static', TarItem>> = {
  tini: debianTool('usr/bin/tini'),
  'tini-static': debianTool('usr/bin/tini-static'),
  'dumb-init': debianTool('usr/bin/dumb-init'),
  gosu: debianTool('usr/sbin/gosu'),
  catatonit: debianTool('usr/bin/catatonit'),
  time: debianTool('usr/bin/time'),
};

/** `chpst`, `setuidgid` and `s6-setuidgid` with what they need besides {@link LIBC}. */
export const SETTERS: readonly TarItem[] = [
  ...['chpst', 'setuidgid', 's6-setuidgid', 's6-envuidgid', 's6-applyuidgid'].map((name) =>
    debianTool(`usr/bin/${name}`),
  ),
  ...['libs6.so.2.11', 'libexecline.so.2.9', 'libskarnet.so.2.13'].map((name) => debianLibrary(name)),
];
rmSync(unpacked, { recursive: true });

function debianTool(path: string): TarItem {
  return program(`usr/bin/${basename(path)}`, readDebian(`/${path}`, unpacked));
}

function debianLibrary(name: string): TarItem {
  const folder = 'lib/x86_64-linux-gnu';
  const directory = existsSync(join(unpacked, 'usr', folder, name)) ? `usr/${folder}` : folder;
  return program(`usr/${folder}/${name}`, readDebian(`/${directory}/${name}`, unpacked));
}

/** glibc's loader and libc.so.6. */
export const LIBC: readonly TarItem[] = withLibraries('/usr/bin/env').filter(({ name }) =>
  /ld-linux|libc\.so/.test(name.toString()),
);
