import {
  closeSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import type { ElfFacts } from '../../src/elf/elf-facts.ts';
import { hasSymbol, symbolHash } from '../../src/elf/symbol-hash.ts';
import { unpackDebian } from '../support/debian-packages.ts';
import { readelf, type ReadelfView } from './readelf.ts';

const PACKAGES = ['bash', 'perl-base', 'python3-minimal'];
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'LOAD'],
  [2, 'DYNAMIC'],
  [3, 'INTERP'],
  [4, 'NOTE'],
  [6, 'PHDR'],
  [7, 'TLS'],
  [0x6474e551, 'GNU_STACK'],
  [0x6474e552, 'GNU_RELRO'],
  [0x6474e553, 'GNU_PROPERTY'],
]);

/** Detached debug files are left out: their program headers speak of bytes that were stripped. */
function* elfFilesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* elfFilesBelow(path);
    else if (entry.isFile() && !path.endsWith('.debug') && isElf(path)) yield path;
  }
}

/** Larger ones take readelf most of the time, and are compilers, emulators and the like. */
const LARGEST = 4 * 1024 * 1024;

function isElf(path: string): boolean {
  const { size } = lstatSync(path);
  if (size < 4 || size > LARGEST) return false;
  const head = Buffer.alloc(4);
  const descriptor = openSync(path, 'r');
  readSync(descriptor, head, 0, 4, 0);
  closeSync(descriptor);
  return head.toString('latin1') === '\x7fELF';
}

/** Our facts in readelf's words. */
function viewOf(facts: ElfFacts): Omit<ReadelfView, 'defined'> {
  return {
    class: `ELF${facts.class}`,
    byteOrder: facts.byteOrder ?? '',
    entry: facts.entry.toString(16),
    flags: facts.flags.toString(16),
    programHeaders: facts.programHeaders.flatMap((header) => {
      const name = TYPE_NAMES.get(header.type);
      const flags = ['E', 'W', 'R'].filter((_, bit) => ((header.flags >> bit) & 1) === 1).reverse();
      const numbers = [header.offset, header.virtualAddress, header.fileSize, header.memorySize].map(
        (value) => value.toString(16),
      );
      return name === undefined
        ? []
        : [`${name} ${numbers.join(' ')} ${flags.join('')} ${header.align.toString(16)}`];
    }),
    // readelf says nothing of an empty one.
    interpreter: facts.interpreter?.path === '' ? null : (facts.interpreter?.path ?? null),
    needed: facts.dynamic?.needed ?? [],
    soname: facts.dynamic?.soname ?? null,
    rpath: facts.dynamic?.rpath ?? null,
    runpath: facts.dynamic?.runpath ?? null,
    versionsNeeded: facts.dynamic?.versionsNeeded ?? [],
    versionsDefined: facts.dynamic?.versionsDefined ?? [],
    undefined: lookedUp(facts),
  };
}

/** Names bound at the start and names bound when they are called: what relocations ask for. */
function lookedUp({ symbols }: ElfFacts): readonly string[] {
  const names = [symbols?.undefined ?? '', symbols?.called ?? ''].flatMap((text) => text.split('\n'));
  return names
    .filter((name) => name !== '')
    .map((name) => name.split('\0').slice(0, 2).join('@'))
    .sort();
}

describe('the ELF parser agrees with readelf', () => {
  test('over every ELF file of this machine up to 4 MiB', () => {
    expect(disagreementsBelow('/usr')).toEqual([]);
  });

  test.each(['arm64', 'armhf', 'ppc64el', 's390x', 'mips64el'] as const)(
    'over every ELF file of a Debian root for %s',
    (architecture) => {
      const folder = mkdtempSync(join(tmpdir(), 'readelf-'));
      unpackDebian({ architecture, packages: PACKAGES, dependencies: 'with' }, folder);
      expect(disagreementsBelow(folder)).toEqual([]);
      rmSync(folder, { recursive: true });
    },
  );
});

function disagreementsBelow(directory: string): object[] {
  const files = [...elfFilesBelow(directory)];
  expect(files.length).toBeGreaterThan(100);
  return batchesOf(files, 20).flatMap((batch) => {
    const views = readelf(batch);
    return batch.flatMap((file) => disagreementOn(file, views.get(file)));
  });
}

function disagreementOn(file: string, view: ReadelfView | undefined): object[] {
  const facts = parseElf(readFileSync(file), '');
  const ours = viewOf(facts);
  const theirs = new Map(Object.entries(view ?? {}));
  const different = Object.entries(ours).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(theirs.get(name)),
  );
  const sameSymbols = hasSymbolsOf(facts, view?.defined ?? []);
  if (different.length === 0 && sameSymbols) return [];
  const fields = different.map(([name, value]) => ({ name, ours: value, readelf: theirs.get(name) }));
  return [{ file, problems: facts.problems, fields, sameSymbols }];
}

/** `name`, `name@@VERSION`, and `name@VERSION` for what is no default of its name. */
function hasSymbolsOf({ symbols }: ElfFacts, names: readonly string[]): boolean {
  const defaults = names.filter((name) => !/[^@]@[^@]/.test(name)).map((name) => name.replace(/@.*$/, ''));
  const hashes = defaults.map(symbolHash).sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
  if (hashes.join(' ') !== [...(symbols?.defined ?? [])].join(' ')) return false;
  const { versioned = null } = symbols ?? {};
  const versions = names.filter((name) => name.includes('@')).map((name) => name.replace(/@@?/, '\0'));
  return versions.every((name) => versioned !== null && hasSymbol(versioned, name));
}

function batchesOf(files: readonly string[], size: number): string[][] {
  const count = Math.ceil(files.length / size);
  return Array.from({ length: count }, (_, index) => files.slice(index * size, (index + 1) * size));
}
