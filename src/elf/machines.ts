/** e_machine: the C names and the names we print (gABI, "ELF Header", and the psABIs' own registries). */

export const EM_NONE = 0;
export const EM_SPARC = 2;
export const EM_386 = 3;
export const EM_68K = 4;
export const EM_486 = 6;
export const EM_MIPS = 8;
export const EM_MIPS_RS3_LE = 10;
export const EM_PARISC = 15;
export const EM_SPARC32PLUS = 18;
export const EM_PPC = 20;
export const EM_PPC64 = 21;
export const EM_S390 = 22;
export const EM_ARM = 40;
export const EM_SH = 42;
export const EM_SPARCV9 = 43;
export const EM_IA_64 = 50;
export const EM_X86_64 = 62;
export const EM_AVR = 83;
export const EM_XTENSA = 94;
export const EM_MSP430 = 105;
export const EM_HEXAGON = 164;
export const EM_AARCH64 = 183;
export const EM_MICROBLAZE = 189;
export const EM_CUDA = 190;
export const EM_AMDGPU = 224;
export const EM_RISCV = 243;
export const EM_LANAI = 244;
export const EM_BPF = 247;
export const EM_CSKY = 252;
export const EM_LOONGARCH = 258;
export const EM_ALPHA = 0x9026;
export const EM_S390_OLD = 0xa390;

const NAMES: ReadonlyMap<number, string> = new Map([
  [EM_NONE, 'no machine'],
  [1, 'AT&T WE 32100'],
  [EM_SPARC, 'SPARC'],
  [EM_386, 'i386'],
  [EM_68K, 'm68k'],
  [5, 'm88k'],
  [EM_486, 'i486'],
  [7, 'Intel 80860'],
  [EM_MIPS, 'MIPS'],
  [9, 'IBM System/370'],
  [EM_MIPS_RS3_LE, 'MIPS R3000 little-endian'],
  [EM_PARISC, 'PA-RISC'],
  [EM_SPARC32PLUS, 'SPARC v8plus'],
  [19, 'Intel 80960'],
  [EM_PPC, 'PowerPC'],
  [EM_PPC64, 'PowerPC64'],
  [EM_S390, 'S/390'],
  [23, 'Cell SPU'],
  [36, 'NEC V800'],
  [EM_ARM, 'ARM'],
  [41, 'Alpha (old)'],
  [EM_SH, 'SuperH'],
  [EM_SPARCV9, 'SPARC v9'],
  [44, 'TriCore'],
  [45, 'ARC'],
  [46, 'H8/300'],
  [48, 'H8S'],
  [EM_IA_64, 'Itanium'],
  [52, 'ColdFire'],
  [EM_X86_64, 'x86-64'],
  [75, 'VAX'],
  [76, 'CRIS'],
  [EM_AVR, 'AVR'],
  [87, 'V850'],
  [88, 'M32R'],
  [92, 'OpenRISC'],
  [93, 'ARCompact'],
  [EM_XTENSA, 'Xtensa'],
  [EM_MSP430, 'MSP430'],
  [106, 'Blackfin'],
  [113, 'Nios II'],
  [140, 'TI C6000'],
  [144, 'TI PRU'],
  [EM_HEXAGON, 'Hexagon'],
  [EM_AARCH64, 'AArch64'],
  [185, 'AVR32'],
  [187, 'TILE64'],
  [188, 'TILEPro'],
  [EM_MICROBLAZE, 'MicroBlaze'],
  [EM_CUDA, 'CUDA GPU'],
  [191, 'TILE-Gx'],
  [195, 'ARCv2'],
  [197, 'RL78'],
  [EM_AMDGPU, 'AMD GPU'],
  [EM_RISCV, 'RISC-V'],
  [EM_LANAI, 'Lanai'],
  [EM_BPF, 'eBPF'],
  [251, 'NEC Vector Engine'],
  [EM_CSKY, 'C-SKY'],
  [EM_LOONGARCH, 'LoongArch'],
  [EM_ALPHA, 'Alpha'],
  [EM_S390_OLD, 'S/390 (old)'],
]);

/** `x86-64`, `AArch64` … or `machine 1234`. */
export function machineName(machine: number): string {
  return NAMES.get(machine) ?? `machine ${machine}`;
}

export function isKnownMachine(machine: number): boolean {
  return machine !== EM_NONE && NAMES.has(machine);
}
