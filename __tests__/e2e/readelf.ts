/** What GNU readelf says of files, in the words of our facts: the second opinion of the ELF parser's e2e test. */
import { spawnSync } from 'node:child_process';
import type { VersionNeed } from '../../src/elf/elf-facts.ts';

export interface ReadelfView {
  readonly class: string;
  readonly byteOrder: string;
  readonly entry: string;
  readonly flags: string;
  /** `LOAD 0x0 0x400000 0x1000 0x2000 RE 0x1000`, one a program header of the types that we name too. */
  readonly programHeaders: readonly string[];
  readonly interpreter: string | null;
  readonly needed: readonly string[];
  readonly soname: string | null;
  readonly rpath: string | null;
  readonly runpath: string | null;
  readonly versionsNeeded: readonly VersionNeed[];
  readonly versionsDefined: readonly string[];
  /** Global names that a relocation, or the global part of a MIPS GOT, makes a loader look up; sorted. */
  readonly undefined: readonly string[];
  readonly defined: readonly string[];
}

/** One view for each file that readelf takes for ELF; files whose output is ambiguous (odd names) are not given. */
export function readelf(files: readonly string[]): Map<string, ReadelfView> {
  const { stdout } = spawnSync('readelf', ['-hldVrW', '--dyn-syms', ...files], {
    encoding: 'latin1',
    maxBuffer: 2 ** 30,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const views = new Map<string, ReadelfView>();
  for (const part of stdout.split(/^File: /m).slice(1)) {
    const end = part.indexOf('\n');
    if (part.includes('ELF Header:')) views.set(part.slice(0, end), viewOf(part.slice(end + 1)));
  }
  return views;
}

function viewOf(text: string): ReadelfView {
  const one = (pattern: RegExp): string | null => pattern.exec(text)?.[1] ?? null;
  const all = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  return {
    class: one(/^ {2}Class: +(\S+)/m) ?? '',
    byteOrder: one(/^ {2}Data: +.*(little|big) endian/m) ?? '',
    entry: one(/^ {2}Entry point address: +0x([0-9a-f]+)/m) ?? '',
    flags: one(/^ {2}Flags: +0x([0-9a-f]+)/m) ?? '',
    programHeaders: programHeadersOf(text),
    interpreter: one(/\[Requesting program interpreter: (.*)\]/),
    needed: all(/\(NEEDED\) +Shared library: \[(.*)\]/g),
    soname: one(/\(SONAME\) +Library soname: \[(.*)\]/),
    rpath: one(/\(RPATH\) +Library rpath: \[(.*)\]/),
    runpath: one(/\(RUNPATH\) +Library runpath: \[(.*)\]/),
    versionsNeeded: versionsNeededOf(text),
    versionsDefined: versionsDefinedOf(text),
    ...symbolsOf(text),
  };
}

const ROW =
  /^ {2}(LOAD|DYNAMIC|INTERP|NOTE|PHDR|TLS|GNU_STACK|GNU_RELRO|GNU_PROPERTY) +0x([0-9a-f]+) 0x([0-9a-f]+) 0x[0-9a-f]+ 0x([0-9a-f]+) 0x([0-9a-f]+) ([R ][W ][E ]) (?:0x)?([0-9a-f]+)$/gm;

function programHeadersOf(text: string): string[] {
  const rows = text.slice(text.indexOf('Program Headers:'));
  return [...rows.matchAll(ROW)].map(([, type, ...fields]) => {
    const [offset, address, fileSize, memorySize, flags = '', align] = fields;
    return `${type} ${hex(offset)} ${hex(address)} ${hex(fileSize)} ${hex(memorySize)} ${flags.replaceAll(' ', '')} ${hex(align)}`;
  });
}

function hex(digits: string | undefined): string {
  return BigInt(`0x${digits ?? '0'}`).toString(16);
}

function versionsNeededOf(text: string): VersionNeed[] {
  const section = /^Version needs section[^]*?\n\n/m.exec(`${text}\n\n`)?.[0] ?? '';
  const needs: { file: string; versions: { name: string; weak: boolean }[] }[] = [];
  for (const line of section.split('\n')) {
    const file = /Version: 1 {2}File: (.*?) {2}Cnt: /.exec(line)?.[1];
    const version = / Name: (.*?) {2}Flags: (.*?) {2}Version: /.exec(line);
    if (file !== undefined) needs.push({ file, versions: [] });
    if (version !== null) {
      needs.at(-1)?.versions.push({ name: version[1] ?? '', weak: (version[2] ?? '').includes('WEAK') });
    }
  }
  return needs;
}

function versionsDefinedOf(text: string): string[] {
  const section = /^Version definition section[^]*?\n\n/m.exec(`${text}\n\n`)?.[0] ?? '';
  return [...section.matchAll(/Rev: 1 {2}Flags: (.*?) {2}Index: .*? Name: (.*)$/gm)].flatMap(
    ([, flags = '', name = '']) => (flags.includes('BASE') ? [] : [name]),
  );
}

function symbolsOf(text: string): Pick<ReadelfView, 'undefined' | 'defined'> {
  const table = /^Symbol table '\.dynsym'[^]*?\n\n/m.exec(`${text}\n\n`)?.[0] ?? '';
  const [undefinedNames, defined]: [string[], string[]] = [[], []];
  for (const line of table.split('\n')) {
    const match =
      /^ *\d+: \S+ +\S+ \S+ +(GLOBAL|WEAK|UNIQUE|<OS specific>: 10) +\S+ +(?:\[.*?\] +)?(\S+) (.*)$/.exec(
        line,
      );
    if (match === null) continue;
    const [, binding, section, name = ''] = match;
    // `stdout@GLIBC_2.2.5 (3)`: a version that the file needs, with its index, also of a variable that it has room for.
    if (section !== 'UND') defined.push(name.replace(/@(.*) \(\d+\)$/, '@@$1'));
    else if (binding === 'GLOBAL') undefinedNames.push(name.replace(/ \(\d+\)$/, ''));
  }
  const wanted = relocatedNames(text);
  const isMips = /^ {2}Machine: +MIPS/m.test(text);
  const isWanted = (name: string) => isMips || wanted.has(name.replace(/@.*$/, ''));
  return { undefined: undefinedNames.filter(isWanted).sort(), defined };
}

/** `000000012bf00  000001000006 R_X86_64_GLOB_DAT  0000000000 __libc_start_main@GLIBC_2.34 + 0` */
function relocatedNames(text: string): ReadonlySet<string> {
  const rows = text.matchAll(/^[0-9a-f]{8,16} +[0-9a-f]+ R_\S+ +[0-9a-f]+ +([^\s@]+)/gm);
  return new Set([...rows].map((row) => row[1] ?? ''));
}
