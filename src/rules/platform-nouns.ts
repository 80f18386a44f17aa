/** Words that depend on who starts the program: a Linux kernel, Windows, a WebAssembly runtime. */
import { machineName } from '../elf/machines.ts';
import type { Platform } from '../oci/platform.ts';
import type { ContentFacts } from '../rootfs/content-facts.ts';
import { systemOf } from '../start/system.ts';

/** `x86-64`; on Windows and under WebAssembly with the format, which is what is wrong there: `x86-64 (ELF)`. */
export function machineOf(content: ContentFacts, platform: Platform): string {
  const isLinux = platform.os === 'linux';
  if (content.kind === 'elf')
    return isLinux ? machineName(content.machine) : `${machineName(content.machine)} (ELF)`;
  if (content.kind !== 'other') return 'no machine';
  const format = content.format === 'pe' ? 'PE' : 'Mach-O';
  return content.detail === null ? format : `${content.detail} (${format})`;
}

/** Who refuses it. */
export function hostOf(platform: Platform): string {
  switch (systemOf(platform)) {
    case 'linux':
    case 'other':
      return 'the kernel of {platforms}';
    case 'windows':
      return 'Windows of {platforms}';
    case 'wasm':
      return 'a runtime of {platforms}';
  }
}

/** What the file should have been. */
export function programFor(platform: Platform): string {
  switch (systemOf(platform)) {
    case 'linux':
    case 'other':
      return 'a Linux program';
    case 'windows':
      return 'a program that Windows starts';
    case 'wasm':
      return 'a WebAssembly module';
  }
}
