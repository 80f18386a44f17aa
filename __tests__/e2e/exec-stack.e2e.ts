/** What real glibcs make of libraries that want an executable stack, before and after 2.41, and what the rule says of them. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PT_GNU_STACK } from '../../src/elf/constants.ts';
import { unpackDebian } from '../support/debian-packages.ts';
import { judgeFolders, listFolder } from '../support/folder-image.ts';

const HOST = `#include <dlfcn.h>
#include <stdio.h>
int main(int count, char **names) {
  for (int at = 1; at < count; at++) puts(dlopen(names[at], RTLD_NOW) ? "opened" : dlerror());
  return 0;
}
`;
const LIBRARY = 'int answer(void) { return 42; }\n';
const REFUSED = 'cannot enable executable stack as shared object requires: Invalid argument';

const work = mkdtempSync(join(tmpdir(), 'exec-stack-'));
afterAll(() => {
  rmSync(work, { recursive: true });
});

function compile(source: string, output: string, ...options: readonly string[]): void {
  execFileSync('gcc', ['-x', 'c', '-', '-o', join(work, output), ...options], { input: source });
}

/** The same library without the program header. */
function forget(from: string, to: string): void {
  const bytes = readFileSync(join(work, from));
  const [table, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ];
  for (let at = table; at < table + size * count; at += size) {
    if (bytes.readUInt32LE(at) === PT_GNU_STACK) bytes.writeUInt32LE(0, at);
  }
  writeFileSync(join(work, to), bytes);
}

beforeAll(() => {
  const library = ['-shared', '-fPIC', '-Wl,-soname,libx.so'];
  compile(LIBRARY, 'plain.so', ...library);
  compile(LIBRARY, 'marked.so', ...library, '-z', 'execstack');
  forget('plain.so', 'unsaid.so');
  compile(HOST, 'host');
  copyFileSync(join(work, 'plain.so'), join(work, 'libx.so'));
  compile(HOST, 'linked-host', '-Wl,--no-as-needed', '-L', work, '-lx');
});

describe.each([
  ['bookworm', 'opened'],
  ['trixie', REFUSED],
] as const)('glibc of %s', (suite, answer) => {
  const root = join(work, suite);
  beforeAll(() => {
    unpackDebian({ architecture: 'amd64', suite, packages: ['libc6'], dependencies: 'with' }, root);
  });

  /** A root with one library and one program. */
  function put(program: string, library: string): void {
    mkdirSync(join(root, 'opt'), { recursive: true });
    copyFileSync(join(work, program), join(root, 'opt/host'));
    copyFileSync(join(work, library), join(root, 'usr/lib/libx.so'));
  }

  const run = (): string =>
    execFileSync('chroot', [root, '/opt/host', '/usr/lib/libx.so'], { encoding: 'utf8' }).trim();

  async function severities(): Promise<string[]> {
    const layers = [await listFolder(root)];
    const { findings } = judgeFolders({ layers, platform: 'linux/amd64', entrypoint: ['/opt/host'] });
    return findings.map(({ severity, rule }) => `${severity} ${rule}`);
  }

  test.each(['marked.so', 'unsaid.so'])('dlopen of %s', async (library) => {
    put('host', library);
    expect(run()).toMatch(new RegExp(`${answer}$`));
    expect(await severities()).toEqual([answer === 'opened' ? 'note exec-stack' : 'warning exec-stack']);
  });

  test.each(['marked.so', 'unsaid.so'])('a program that is linked with %s', async (library) => {
    put('linked-host', library);
    expect(run()).toBe('opened');
    expect(await severities()).toEqual(['note exec-stack']);
  });

  test('a library that wants a plain stack', async () => {
    put('host', 'plain.so');
    expect(run()).toBe('opened');
    expect(await severities()).toEqual([]);
  });
});
