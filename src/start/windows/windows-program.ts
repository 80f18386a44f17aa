/** Whether Windows of a platform takes a file as a program: CreateProcess's own checks, as far as headers tell. */
import type { EmptyFacts, OtherFacts } from '../../rootfs/content-facts.ts';
import {
  architectureOfPe,
  IMAGE_FILE_MACHINE_I386,
  IMAGE_SUBSYSTEM_WINDOWS_CUI,
  IMAGE_SUBSYSTEM_WINDOWS_GUI,
  type PortableExecutable,
} from '../../rootfs/portable-executable.ts';
import { type ForeignStart, type NamedProgram, WRONG_MACHINE } from '../foreign-system.ts';
import type { Refusal } from '../refusal.ts';

export interface JudgedProgram {
  readonly program: NamedProgram;
  /** What is not known of it, in words. */
  readonly doubt: readonly string[];
}

/** CreateProcess hands them to cmd. */
const BATCH = /\.(?:bat|cmd)$/i;

export function judgeWindowsProgram({ platform }: ForeignStart, program: NamedProgram): JudgedProgram {
  const content = program.file?.located.entry.content;
  if (program.file === null || content === undefined) return { program, doubt: [] };
  const { path } = program.file;
  if (BATCH.test(path)) return { program, doubt: [`what the batch file ${path} starts`] };
  if (content.kind === 'elf') return refused(program, WRONG_MACHINE);
  if (content.kind === 'script' || content.kind === 'packages')
    return refused(program, notAProgram(content.kind));
  if (content.kind === 'empty' || content.format !== 'pe')
    return refused(program, { kind: 'unknown-format', content });
  const { pe } = content;
  if (pe === undefined)
    return { program, doubt: [`for which machine ${path} is: its header lies too far in`] };
  if (!isStartable(pe)) return refused(program, { kind: 'unknown-format', content });
  return byMachine(program, pe, platform.architecture);
}

function byMachine(program: NamedProgram, pe: PortableExecutable, wanted: string): JudgedProgram {
  const architecture = architectureOfPe(pe);
  const path = program.file?.path ?? program.name;
  const isForAll = pe.machine === IMAGE_FILE_MACHINE_I386 && pe.isManaged;
  if (architecture === wanted || isForAll) return { program, doubt: [] };
  if (wanted === 'amd64' && architecture === '386') {
    return {
      program,
      doubt: [`whether this Windows runs 32-bit programs like ${path}: Nano Server does not`],
    };
  }
  // Windows 11 on ARM emulates the others, where that part is installed.
  const isEmulated = wanted === 'arm64' && architecture !== null;
  return refused(isEmulated ? { ...program, reach: 'possible' } : program, WRONG_MACHINE);
}

function isStartable({ isLibrary, subsystem }: PortableExecutable): boolean {
  const isKnown = subsystem === IMAGE_SUBSYSTEM_WINDOWS_GUI || subsystem === IMAGE_SUBSYSTEM_WINDOWS_CUI;
  return !isLibrary && (isKnown || subsystem === 0);
}

function refused(program: NamedProgram, refusal: Refusal): JudgedProgram {
  return { program: { ...program, refusals: [refusal] }, doubt: [] };
}

/** A script with `#!`, or a list of packages: text to Windows. */
function notAProgram(kind: string): {
  readonly kind: 'unknown-format';
  readonly content: OtherFacts | EmptyFacts;
} {
  const content = {
    kind: 'other',
    format: 'text',
    detail: kind === 'script' ? 'a script' : null,
    head: '',
    text: null,
  } as const;
  return { kind: 'unknown-format', content };
}
