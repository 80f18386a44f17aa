import type { ElfFacts, SymbolFacts } from '../elf/elf-facts.ts';
import { baseOf } from '../rootfs/path.ts';
import { resolve } from '../rootfs/resolve.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { knownWords, type Tail } from './execution.ts';
import type { StepFile } from './start-trace.ts';

/** An ELF program that the kernel and its loader have started. */
export interface RunningProgram {
  readonly step: number;
  readonly role: 'program' | 'child' | 'interpreter';
  /** As execve(2) got it. */
  readonly path: string;
  readonly argv: readonly string[];
  readonly tail: Tail;
  readonly file: StepFile;
  readonly elf: ElfFacts;
}

/** A program that is known by its name, with the words after that name. */
export interface Tool {
  /** `tini`, `env`, `sh` …: of an applet its own name. */
  readonly name: string;
  readonly args: readonly string[];
  readonly tail: Tail;
  /** The same with those of which something is not known, and those behind them. */
  readonly all: { readonly args: readonly string[]; readonly tail: Tail };
  /** Which family it is of: options differ. */
  readonly family: 'own' | 'busybox' | 'toybox';
  readonly program: RunningProgram;
}

/** A static program smaller than this is a stand-in, whatever it is named: no real wrapper or shell is. */
export const SMALLEST_STATIC_TOOL = 16 * 1024;

/** Who the program is, by the file's own name or, of one with many names in it, by the name it was called by. */
export function toolOf(rootfs: RootFs, program: RunningProgram): Tool | null {
  const { elf, file, argv, tail } = program;
  if (elf.interpreter === null && elf.fileSize < SMALLEST_STATIC_TOOL) return null;
  const own = baseOf(file.located.path);
  const called = baseOf(argv[0] ?? '').replace(/^-/, '');
  const family = familyOf(rootfs, own, elf);
  if (family === 'own' && own !== 'coreutils') {
    const name = NAMES_OF_OTHERS.test(own) ? baseOf(program.path) : own;
    return { name, ...wordsOf(argv.slice(1), tail), family, program };
  }
  // `busybox sh -c …`: the name of the applet is the next word, and `busybox` may be one, too.
  const isCalled = /^(?:busybox|toybox|coreutils)/.test(called);
  const at = isCalled ? argv.findIndex((word, index) => index > 0 && word !== 'busybox') : 0;
  const words = at === -1 ? [] : argv.slice(at);
  return { name: isCalled ? (words[0] ?? '') : called, ...wordsOf(words.slice(1), tail), family, program };
}

function wordsOf(args: readonly string[], tail: Tail): Pick<Tool, 'args' | 'tail' | 'all'> {
  const known = knownWords(args, tail);
  return { args: known.words, tail: known.tail, all: { args, tail } };
}

/** busybox may be there under its applets' names alone, as hard links or copies of one file. */
function familyOf(rootfs: RootFs, name: string, { sha256, project }: ElfFacts): Tool['family'] {
  if (project === 'busybox' || name.startsWith('busybox')) return 'busybox';
  if (project === 'toybox' || name.startsWith('toybox')) return 'toybox';
  const busybox = resolve(rootfs, '/bin/busybox');
  const content = busybox.kind === 'found' ? busybox.located.entry.content : undefined;
  return content?.kind === 'elf' && content.sha256 === sha256 ? 'busybox' : 'own';
}

/** Files that alternatives and version numbers hide behind another name. */
const NAMES_OF_OTHERS = /^(?:sh\.distrib|sh\.shared|setarch|.*\.real)$/;

/** How getopt(3) names it: coreutils, and busybox, by argv[0], all others by their names. */
export function calledAs({ name, family, program: { elf, argv } }: Tool): string {
  const [word = ''] = argv;
  const isByWord = elf.project === 'coreutils' || (family === 'busybox' && baseOf(word) === name);
  return isByWord ? word : name;
}

/**
 * How it names itself in what it says: as getopt does, but coreutils with an error(3) of its own (`lib/error.c` of
 * gnulib: newer ones, and all with musl) say the last part of argv[0].
 */
export function namesItself(tool: Tool): string {
  const { elf } = tool.program;
  const called = calledAs(tool);
  return elf.project === 'coreutils' && elf.symbols !== null && !importsError(elf.symbols)
    ? baseOf(called)
    : called;
}

function importsError({ undefined: atStart, called }: SymbolFacts): boolean {
  return [atStart, called].some((names) => /^error(?:\0|$)/m.test(names));
}
