/** Words that depend on who starts the program: a Linux kernel, Windows, a WebAssembly runtime. */
import { machineName } from '../elf/machines.ts';
import type { Platform } from '../oci/platform.ts';
import type { ContentFacts } from '../rootfs/content-facts.ts';
import { systemOf } from '../start/system.ts';
import { machineOf } from './machine-words.ts';

/**
 * `x86-64`; told apart from the platform's own machine where only class or byte order differ; on Windows and under
 * WebAssembly with the format, which is what is wrong there: `x86-64 (ELF)`.
 */
export function machineIn(content: ContentFacts, platform: Platform): string {
  if (content.kind === 'elf') {
    const name = machineName(content.machine);
    if (systemOf(platform) !== 'linux') return `${name} (ELF)`;
    const { byteOrder } = content.readAs;
    return name === machineOf(platform.architecture)
      ? `${content.readAs.class}-bit ${byteOrder}-endian ${name}`
      : name;
  }
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
export function expectedOf(platform: Platform): string {
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
