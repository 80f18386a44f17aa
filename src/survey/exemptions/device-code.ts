import {
  EM_386,
  EM_486,
  EM_68K,
  EM_AARCH64,
  EM_ALPHA,
  EM_ARM,
  EM_IA_64,
  EM_LOONGARCH,
  EM_MIPS,
  EM_MIPS_RS3_LE,
  EM_NONE,
  EM_PARISC,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_S390_OLD,
  EM_SH,
  EM_SPARC,
  EM_SPARC32PLUS,
  EM_SPARCV9,
  EM_X86_64,
} from '../../elf/machines.ts';
import { exemption } from './exemption.ts';

/** Machines that Linux user space exists for; a file for one of them may have got into the wrong image. */
const HOSTS: ReadonlySet<number> = new Set([
  EM_386,
  EM_486,
  EM_68K,
  EM_AARCH64,
  EM_ALPHA,
  EM_ARM,
  EM_IA_64,
  EM_LOONGARCH,
  EM_MIPS,
  EM_MIPS_RS3_LE,
  EM_NONE,
  EM_PARISC,
  EM_PPC,
  EM_PPC64,
  EM_RISCV,
  EM_S390,
  EM_S390_OLD,
  EM_SH,
  EM_SPARC,
  EM_SPARC32PLUS,
  EM_SPARCV9,
  EM_X86_64,
]);

export const deviceCode = exemption({
  name: 'device-code',
  covers:
    'Code for GPUs (CUDA, AMD), eBPF, microcontrollers (AVR, Xtensa, MSP430, 32-bit RISC-V, ARM Cortex-M and -R …) and other devices.',
  reason:
    'It is loaded into the device. No container host has such a processor, so it is no mix-up of platforms; on PATH it is a fault all the same.',
  judgedBy: 'place',
  applies: ({ elf }) =>
    elf !== null &&
    (!HOSTS.has(elf.machine) ||
      (elf.machine === EM_RISCV && elf.class === 32) ||
      elf.arm?.cpuProfile === 'M' ||
      elf.arm?.cpuProfile === 'R'),
});
