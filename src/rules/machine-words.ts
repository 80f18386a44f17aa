/** How machines are named in sentences. */

/** GOARCH -> the name of the machine that its kernels run, as elf/machines.ts prints it. */
const MACHINES: Readonly<Record<string, string>> = {
  '386': 'i386',
  amd64: 'x86-64',
  arm: 'ARM',
  arm64: 'AArch64',
  loong64: 'LoongArch',
  mips: 'MIPS',
  mipsle: 'MIPS',
  mips64: 'MIPS',
  mips64le: 'MIPS',
  ppc64: 'PowerPC64',
  ppc64le: 'PowerPC64',
  riscv64: 'RISC-V',
  s390x: 'S/390',
};

/** `AArch64` for `arm64`; null for an architecture that we know nothing of. */
export function machineOf(architecture: string): string | null {
  return Object.hasOwn(MACHINES, architecture) ? (MACHINES[architecture] ?? null) : null;
}

/** Letters whose names begin with a vowel, where a machine's name is spelled out. */
const SPELLED_WITH_VOWEL = /^(?:x86|S\/|[mM]\d|MSP|H8|RL\d|NEC)/;

/** `an x86-64 program`, `a RISC-V program`, `a program for machine 1234`. */
export function programFor(machine: string): string {
  if (/^(?:no )?machine\b/.test(machine)) return `a program for ${machine}`;
  const article = SPELLED_WITH_VOWEL.test(machine) || /^[aeio]/i.test(machine) ? 'an' : 'a';
  return `${article} ${machine} program`;
}
