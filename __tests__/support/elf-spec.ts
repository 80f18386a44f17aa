import type { VersionNeed } from '../../src/elf/elf-facts.ts';
import type { MachineName } from './elf-machines.ts';

/** What `buildElf` can make. Without anything: a static amd64 program that ends with status 0. */
export interface ElfSpec {
  /** Default amd64. */
  readonly machine?: MachineName;
  /** Header fields that are to differ from what the rest of the file needs. */
  readonly header?: Partial<HeaderFields>;
  /** PT_INTERP. Left out, the file is a static program or a library. */
  readonly interpreter?: string;
  /** DT_NEEDED. Given (even empty), or with any other dynamic field, the file has PT_DYNAMIC. */
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly versionsNeeded?: readonly VersionNeed[];
  /** Without the base version, which is added. */
  readonly versionsDefined?: readonly string[];
  /** DT_FLAGS and DT_FLAGS_1. */
  readonly flags?: number;
  readonly flags1?: number;
  /** DT_RELR, of an empty table. */
  readonly packedRelocations?: 'empty';
  /** Undefined names get a relocation, so that a loader must find them. `name@VERSION` wants one of `versionsNeeded`. */
  readonly undefined?: readonly string[];
  /** `called`: only calls refer to them, through DT_JMPREL. Default `data`. */
  readonly undefinedAre?: 'data' | 'called';
  readonly weakUndefined?: readonly string[];
  /** With one of `versionsDefined`: `name@@VERSION`, or `name@VERSION` where that is no default of the name. */
  readonly defined?: readonly string[];
  /** Which hash table there is; default `sysv`. */
  readonly hash?: 'sysv' | 'gnu' | 'none';
  readonly buildId?: string;
  /** GNU_PROPERTY_X86_ISA_1_NEEDED. */
  readonly x86IsaNeeded?: number;
  /** NT_GNU_ABI_TAG of Linux: `[3, 2, 0]`. */
  readonly kernel?: readonly [number, number, number];
  /** PT_GNU_STACK; default `plain`. */
  readonly stack?: 'plain' | 'executable' | 'unsaid';
  /** p_align of PT_LOAD; default 0x10000. The addresses are fit for 64K pages in any case. */
  readonly align?: number;
  /** `.ARM.attributes`, tag and value: 6 CPU_arch, 7 CPU_arch_profile, 28 ABI_VFP_args. */
  readonly armAttributes?: readonly (readonly [number, number])[];
  readonly go?: {
    readonly version: string;
    readonly path: string;
    readonly settings: Readonly<Record<string, string>>;
  };
  /** Machine code instead of exit(0). */
  readonly code?: Uint8Array;
  /** Zero bytes behind everything else. */
  readonly padding?: number;
}

export interface HeaderFields {
  readonly class: number;
  readonly data: number;
  readonly osAbi: number;
  readonly type: number;
  readonly machine: number;
  readonly version: number;
  readonly flags: number;
  readonly entry: number;
  readonly programHeaderOffset: number | bigint;
  readonly programHeaderEntrySize: number;
  readonly programHeaderCount: number;
  readonly sectionHeaderOffset: number | bigint;
  readonly sectionHeaderCount: number;
}

export function isDynamic(spec: ElfSpec): boolean {
  return [
    spec.interpreter,
    spec.needed,
    spec.soname,
    spec.rpath,
    spec.runpath,
    spec.versionsNeeded,
    spec.versionsDefined,
    spec.flags,
    spec.flags1,
    spec.packedRelocations,
    spec.undefined,
    spec.weakUndefined,
    spec.defined,
    spec.hash,
  ].some((field) => field !== undefined);
}
