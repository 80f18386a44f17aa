/**
 * What a file that is neither ELF nor `#!` is, from its first bytes: enough to tell people what lies where a
 * program should be. Magic numbers are those of the formats' own documents; guesses at text come last.
 */
import { ET_DYN, ET_EXEC } from '../elf/constants.ts';
import { parseHeader, PROGRAM_HEADER_BYTES } from '../elf/header.ts';
import { isKnownMachine } from '../elf/machines.ts';
import type { OtherFormat } from './content-facts.ts';

/** Bytes wanted for {@link recognise}: PE headers and tar's magic lie some hundred bytes in. */
export const RECOGNISE_BYTES = 1_024;

export interface Recognised {
  readonly format: OtherFormat;
  readonly detail: string | null;
  /** {@link OtherFacts.lacksMagic} */
  readonly lacksMagic?: true;
}

const MACH_O_MACHINES: Readonly<Record<number, string>> = {
  7: 'i386',
  12: 'arm',
  18: 'ppc',
  0x1000007: 'x86-64',
  0x100000c: 'arm64',
  0x1000012: 'ppc64',
};

const PE_MACHINES: Readonly<Record<number, string>> = {
  0x14c: 'i386',
  0x1c0: 'arm',
  0x1c4: 'arm',
  0x8664: 'x86-64',
  0xaa64: 'arm64',
};

const MAGICS: readonly (readonly [string, OtherFormat])[] = [
  ['\0asm', 'wasm'],
  ['\x1f\x8b', 'gzip'],
  ['\xfd7zXZ\0', 'xz'],
  ['BZh', 'bzip2'],
  ['\x28\xb5\x2f\xfd', 'zstd'],
  ['PK\x03\x04', 'zip'],
  ['PK\x05\x06', 'zip'],
  ['!<arch>\n', 'ar'],
  ['!<thin>\n', 'ar'],
  ['BC\xc0\xde', 'llvm-bitcode'],
  ['\xde\xc0\x17\x0b', 'llvm-bitcode'],
  ['version https://git-lfs.github.com/spec/', 'git-lfs-pointer'],
  ['\xef\xbb\xbf#!', 'script-after-bom'],
  ['\xff\xfe#\0!\0', 'script-after-bom'],
  ['\xfe\xff\0#\0!', 'script-after-bom'],
];

/** `head` is at least {@link RECOGNISE_BYTES} long, or the whole file, and not empty. */
export function recognise(head: Buffer): Recognised {
  const text = head.toString('latin1');
  const byMagic = MAGICS.find(([magic]) => text.startsWith(magic));
  if (byMagic !== undefined) return { format: byMagic[1], detail: null };
  if (isElfBehindMagic(head)) return { format: 'data', detail: NO_MAGIC, lacksMagic: true };
  return machO(head) ?? portableExecutable(head) ?? pythonBytecode(head) ?? byText(text);
}

const NO_MAGIC = 'an ELF file with a broken magic number';

function isElfBehindMagic(head: Buffer): boolean {
  const { type, machine, readAs, programHeaderEntrySize } = parseHeader(head);
  const isLinked = type === ET_DYN || type === ET_EXEC;
  return isLinked && isKnownMachine(machine) && programHeaderEntrySize === PROGRAM_HEADER_BYTES[readAs.class];
}

function machO(head: Buffer): Recognised | null {
  if (head.length < 8) return null;
  const magic = head.readUInt32BE(0);
  if (magic === 0xcafebabe) {
    // Java's class files have the same magic and a version of at least 45 where fat Mach-O counts its parts.
    const count = head.readUInt32BE(4);
    if (count >= 43) return { format: 'java-class', detail: null };
    return { format: 'mach-o', detail: 'several machines' };
  }
  if (magic === 0xcafebabf) return { format: 'mach-o', detail: 'several machines' };
  if (magic === 0xfeedface || magic === 0xfeedfacf) return machOFor(head.readUInt32BE(4));
  const swapped = head.readUInt32LE(0);
  return swapped === 0xfeedface || swapped === 0xfeedfacf ? machOFor(head.readUInt32LE(4)) : null;
}

function machOFor(cpu: number): Recognised {
  return { format: 'mach-o', detail: MACH_O_MACHINES[cpu] ?? null };
}

function portableExecutable(head: Buffer): Recognised | null {
  if (head.length < 64 || head.readUInt16BE(0) !== 0x4d5a) return null;
  const at = head.readUInt32LE(60);
  if (at + 6 > head.length) return at < 0x10000 && at % 4 === 0 ? { format: 'pe', detail: null } : null;
  if (head.readUInt32BE(at) !== 0x50450000) return null;
  return { format: 'pe', detail: PE_MACHINES[head.readUInt16LE(at + 4)] ?? null };
}

/** A version number of CPython, then CR LF. */
function pythonBytecode(head: Buffer): Recognised | null {
  if (head.length < 16 || head.readUInt16BE(2) !== 0x0d0a) return null;
  const version = head.readUInt16LE(0);
  const known = (version >= 3_000 && version < 4_000) || (version >= 62_000 && version < 62_300);
  return known ? { format: 'python-bytecode', detail: null } : null;
}

function byText(text: string): Recognised {
  if (text.slice(257, 262) === 'ustar') return { format: 'tar', detail: null };
  if (/^\0+$/.test(text)) return { format: 'zeros', detail: null };
  // eslint-disable-next-line no-control-regex
  if (/[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text)) return { format: 'data', detail: null };
  if (/^\s+#!/.test(text)) return { format: 'script-after-blank', detail: null };
  if (/^\s*<(?:!doctype html|html|head|body)\b/i.test(text)) return { format: 'html', detail: null };
  if (/^\s*(?:\{\s*["}]|\[\s*[\]{["\d])/.test(text)) return { format: 'json', detail: null };
  return { format: 'text', detail: null };
}
