import { PT_LOAD } from '../../elf/constants.ts';
import type { ElfFacts } from '../../elf/elf-facts.ts';
import { pageUp, smaller } from '../../elf/pages.ts';

/**
 * Whether a whole page of a PT_LOAD segment lies behind the end of the file: mapping it works, touching it ends in
 * SIGBUS. The rest of the file's last page reads as zeros, which is no fault that anything sees.
 */
export function losesPages({ programHeaders, fileSize }: ElfFacts): boolean {
  const mapped = pageUp(BigInt(fileSize));
  return programHeaders.some(
    ({ type, offset, fileSize: size, memorySize }) =>
      type === PT_LOAD && size > 0n && offset + smaller(size, memorySize) > mapped,
  );
}
