/**
 * Whether the kernel of a platform takes an ELF file: `elf_check_arch` and `compat_elf_check_arch` of
 * arch/<name>/include/asm/elf.h, and the calling conventions that pass that check but that no kernel or loader of
 * the platform runs. Left out on purpose: processor levels (isa-level.ts) and formats that a host registers itself
 * (binfmt_misc), because an image cannot count on either.
 */
import {
  EF_ARM_EABIMASK,
  EF_MIPS_ABI,
  EF_MIPS_ABI2,
  EF_PPC64_ABI,
  PF_X,
  PT_LOAD,
} from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import {
  EM_386,
  EM_486,
  EM_AARCH64,
  EM_ARM,
  EM_LOONGARCH,
  EM_MIPS,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_S390_OLD,
  EM_X86_64,
} from '../../elf/machines.ts';
import type { Platform } from '../../oci/platform.ts';
import type { ContentFacts } from '../../rootfs/content-facts.ts';

export type Abi =
  | { readonly kind: 'native' }
  /** Another machine, class or byte order: execve answers ENOEXEC. */
  | { readonly kind: 'wrong-machine' }
  /** The platform's machine, but a convention that its kernels or loaders do not run; `abi` names it. */
  | ({ readonly kind: 'wrong-abi' } & OtherAbi)
  /** The same, but only some of its kernels do not run it. */
  | ({ readonly kind: 'rare-abi' } & OtherAbi)
  /** The machine's 32-bit mode, which the hosts' kernels and processors have or have not. */
  | { readonly kind: 'compat-32-bit'; readonly hosts: 'most' | 'few' }
  /** An architecture that we know nothing of. */
  | { readonly kind: 'unknown-platform' };

interface OtherAbi {
  readonly abi: string;
  /** Where execve(2) takes it all the same: what the process ends by, null: that is not known. */
  readonly ends?: { readonly kind: 'signal'; readonly signal: 'SIGSEGV' } | null;
}

type AbiCheck = (elf: ElfFacts) => Abi;

const NATIVE: Abi = { kind: 'native' };
const WRONG_MACHINE: Abi = { kind: 'wrong-machine' };

const ELFOSABI_ARM_FDPIC = 65;
/** What binutils write where a file is for no version of the EABI. */
const ELFOSABI_ARM = 97;
const EF_ARM_APCS_26 = 8;
const OABI = 'the old ARM ABI (OABI)';
const EF_MIPS_NAN2008 = 0x400;
const EF_MIPS_ABI_O32 = 0x1000;

function wrongAbi(abi: string): Abi {
  return { kind: 'wrong-abi', abi };
}

/** As the header really is: x86, ARM and POWER kernels look at neither EI_CLASS nor EI_DATA. */
function isLittle({ readAs }: ElfFacts, bits: 32 | 64): boolean {
  return readAs.byteOrder === 'little' && readAs.class === bits;
}

function isBig({ readAs }: ElfFacts, bits: 32 | 64): boolean {
  return readAs.byteOrder === 'big' && readAs.class === bits;
}

/** These kernels do compare EI_CLASS. */
function saysClass(elf: ElfFacts): boolean {
  return elf.class === elf.readAs.class;
}

/** `elf_check_arch_ia32` still takes the number of the 486. */
function isIa32(elf: ElfFacts): boolean {
  return (elf.machine === EM_386 || elf.machine === EM_486) && isLittle(elf, 32);
}

function amd64(elf: ElfFacts): Abi {
  if (isIa32(elf)) return { kind: 'compat-32-bit', hosts: 'most' };
  if (elf.machine !== EM_X86_64) return WRONG_MACHINE;
  if (isLittle(elf, 64)) return NATIVE;
  // CONFIG_X86_X32_ABI: most kernels are built without it (Fedora's, Ubuntu's newer ones), and Debian's switch it off
  // unless syscall.x32=y is given. The few that run it, such as WSL's, are not what images are deployed to.
  return isLittle(elf, 32) ? wrongAbi('x32 (64-bit instructions with 32-bit pointers)') : WRONG_MACHINE;
}

/** arch/arm/kernel/elf.c, as far as it is the same for every kernel. */
function arm(elf: ElfFacts): Abi {
  if (elf.machine !== EM_ARM || !isLittle(elf, 32)) return WRONG_MACHINE;
  if (elf.osAbi === ELFOSABI_ARM_FDPIC) return wrongAbi('FDPIC (for processors without an MMU)');
  if (isEabi(elf)) return NATIVE;
  if ((elf.flags & EF_ARM_APCS_26) !== 0) return wrongAbi('26-bit ARM');
  // The kernel takes the file. Its system calls are any others without CONFIG_OABI_COMPAT, which nobody ships, unless
  // they are those of the EABI, as only a file may have them whose header somebody else wrote.
  const kind = elf.osAbi === ELFOSABI_ARM ? 'wrong-abi' : 'rare-abi';
  return { kind, abi: OABI, ends: null };
}

function isEabi(elf: ElfFacts): boolean {
  return (elf.flags & EF_ARM_EABIMASK) !== 0;
}

function arm64(elf: ElfFacts): Abi {
  if (elf.machine === EM_AARCH64 && isLittle(elf, 64)) return NATIVE;
  if (elf.machine === EM_AARCH64 && isLittle(elf, 32)) return wrongAbi('ILP32 (32-bit pointers)');
  const asArm = arm(elf);
  // compat_elf_check_arch asks for a version of the EABI.
  if ('ends' in asArm) return wrongAbi(OABI);
  return asArm.kind === 'native' ? { kind: 'compat-32-bit', hosts: 'few' } : asArm;
}

/** fs/binfmt_elf.c reads the header in its own byte order: a big-endian e_machine is another number to it. */
function ppc64le(elf: ElfFacts): Abi {
  if (elf.machine !== EM_PPC64) return WRONG_MACHINE;
  if (isBig(elf, 64)) return wrongAbi('64-bit PowerPC, big-endian');
  if (!isLittle(elf, 64)) return WRONG_MACHINE;
  if (!readsDescriptor(elf) || isDescribed(elf)) return NATIVE;
  const abi = (elf.flags & EF_PPC64_ABI) === 1 ? 'the ELFv1 ABI' : 'an ABI other than ELFv2';
  return { kind: 'wrong-abi', abi, ends: { kind: 'signal', signal: 'SIGSEGV' } };
}

/**
 * What does not say that it is for ELFv2 has no instruction at its entry point, but a function's descriptor, of which
 * the kernel takes the address of the first instruction (SET_PERSONALITY of arch/powerpc/include/asm/elf.h, start_thread).
 */
export function readsDescriptor({ machine, flags }: ElfFacts): boolean {
  return machine === EM_PPC64 && (flags & EF_PPC64_ABI) !== 2;
}

/** Whether it starts all the same: a static program that has a descriptor. Libraries have no entry point. */
function isDescribed({ flags, entry, interpreter, programHeaders }: ElfFacts): boolean {
  if (entry === 0n) return (flags & EF_PPC64_ABI) !== 1;
  const isData = programHeaders.some(
    ({ type, flags: permissions, virtualAddress: start, memorySize }) =>
      type === PT_LOAD && (permissions & PF_X) === 0 && entry >= start && entry < start + memorySize,
  );
  return interpreter === null && isData;
}

function ppc64(elf: ElfFacts): Abi {
  if (elf.machine === EM_PPC && isBig(elf, 32)) return { kind: 'compat-32-bit', hosts: 'most' };
  if (elf.machine !== EM_PPC64) return WRONG_MACHINE;
  if (isLittle(elf, 64)) return wrongAbi('64-bit PowerPC, little-endian');
  return isBig(elf, 64) ? NATIVE : WRONG_MACHINE;
}

function s390x(elf: ElfFacts): Abi {
  const isS390 = elf.machine === EM_S390 || elf.machine === EM_S390_OLD;
  if (!isS390 || !saysClass(elf)) return WRONG_MACHINE;
  if (isBig(elf, 32)) return { kind: 'compat-32-bit', hosts: 'most' };
  return isBig(elf, 64) ? NATIVE : WRONG_MACHINE;
}

const N32 = 'n32 (64-bit registers with 32-bit pointers)';

/** `elf32_check_arch` of arch/mips. */
function mipsO32(elf: ElfFacts): Abi {
  const abi = elf.flags & EF_MIPS_ABI;
  if (abi !== 0 && abi !== EF_MIPS_ABI_O32) return wrongAbi(abi === 0x2000 ? 'o64' : 'the MIPS EABI');
  return mipsNan(elf);
}

/** arch_check_elf refuses files of the NaN encoding that the processor has not: before release 5 it has the old one. */
function mipsNan(elf: ElfFacts): Abi {
  return (elf.flags & EF_MIPS_NAN2008) === 0
    ? NATIVE
    : { kind: 'rare-abi', abi: 'the IEEE 754-2008 NaN encoding' };
}

function isMips(elf: ElfFacts): boolean {
  return elf.machine === EM_MIPS && saysClass(elf);
}

function mips32(order: typeof isLittle): AbiCheck {
  return (elf) => {
    if (!isMips(elf) || !order(elf, 32)) return WRONG_MACHINE;
    return (elf.flags & EF_MIPS_ABI2) === 0 ? mipsO32(elf) : wrongAbi(N32);
  };
}

function mips64(order: typeof isLittle): AbiCheck {
  return (elf) => {
    if (!isMips(elf)) return WRONG_MACHINE;
    if (order(elf, 64)) return mipsNan(elf);
    if (!order(elf, 32)) return WRONG_MACHINE;
    // `elf_n32_check_arch` of arch/mips/kernel/binfmt_elfn32.c, with CONFIG_MIPS32_N32 as Debian has it.
    const as32 = (elf.flags & EF_MIPS_ABI2) === 0 ? mipsO32(elf) : mipsNan(elf);
    return as32.kind === 'native' ? { kind: 'compat-32-bit', hosts: 'most' } : as32;
  };
}

function only(machine: number): AbiCheck {
  return (elf) => (elf.machine === machine && isLittle(elf, 64) && saysClass(elf) ? NATIVE : WRONG_MACHINE);
}

/** By GOARCH, the image-spec's word for an architecture. */
const CHECKS: ReadonlyMap<string, AbiCheck> = new Map<string, AbiCheck>([
  ['386', (elf) => (isIa32(elf) ? NATIVE : WRONG_MACHINE)],
  ['amd64', amd64],
  ['arm', arm],
  ['arm64', arm64],
  ['loong64', only(EM_LOONGARCH)],
  ['mips', mips32(isBig)],
  ['mipsle', mips32(isLittle)],
  ['mips64', mips64(isBig)],
  ['mips64le', mips64(isLittle)],
  ['ppc64', ppc64],
  ['ppc64le', ppc64le],
  ['riscv64', only(EM_RISCV)],
  ['s390x', s390x],
]);

/** Whether some hosts run what others do not. */
export function isOfSomeHosts({ kind }: Abi): boolean {
  return kind === 'compat-32-bit' || kind === 'rare-abi';
}

/** Whether it is an ELF file for a machine whose programs the kernel of the platform does not run. */
export function isForeign(content: ContentFacts | undefined, platform: Platform): boolean {
  return content?.kind === 'elf' && abiOf(content, platform).kind === 'wrong-machine';
}

/** What a kernel of the platform's architecture does with this file. */
export function abiOf(elf: ElfFacts, platform: Platform): Abi {
  return CHECKS.get(platform.architecture)?.(elf) ?? { kind: 'unknown-platform' };
}

/** By what Go calls the systems whose programs Linux takes for its own. */
const OTHER_SYSTEMS: ReadonlyMap<string, string> = new Map([
  ['dragonfly', 'DragonFly'],
  ['freebsd', 'FreeBSD'],
  ['netbsd', 'NetBSD'],
]);

/**
 * A static program for another system: nothing of its header tells the kernel so (EI_OSABI is not read), and its system
 * calls are any others. Those of Go end by SIGSEGV at once. null: nothing says that it is one.
 */
function otherSystemOf({ go, interpreter, notes }: ElfFacts): Abi | null {
  if (interpreter !== null) return null; // whose loader is not there either
  const built = OTHER_SYSTEMS.get(go?.settings['GOOS'] ?? '');
  if (built !== undefined)
    return { kind: 'wrong-abi', abi: built, ends: { kind: 'signal', signal: 'SIGSEGV' } };
  const noted = notes.system === 'Android' ? null : notes.system;
  return noted === null ? null : { kind: 'wrong-abi', abi: noted, ends: null };
}

/** The same, and what becomes of a program that it takes. */
export function startedAbiOf(elf: ElfFacts, platform: Platform): Abi {
  const abi = abiOf(elf, platform);
  const isTaken = abi.kind === 'native' || isOfSomeHosts(abi);
  return (isTaken ? otherSystemOf(elf) : null) ?? abi;
}

/** The GOARCH name of the architecture that this file is native to; null for one that we do not know. */
export function architectureOf(elf: ElfFacts): string | null {
  for (const [architecture, check] of CHECKS) {
    if (check(elf).kind === 'native') return architecture;
  }
  return null;
}
