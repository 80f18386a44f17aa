import { ELFOSABI_STANDALONE } from '../../elf/constants.ts';
import { EM_NONE } from '../../elf/machines.ts';
import { exemption } from './exemption.ts';

export const objectFiles = exemption({
  name: 'object-files',
  covers:
    'Files that are neither programs nor libraries: object files (`.o`, `.syso`; by their names those of macOS and Windows), kernel modules, eBPF objects, core dumps, what Guile compiled (`.go`).',
  reason: 'Nobody starts them; compilers and kernels take them for whatever machine they are made for.',
  judgedBy: 'file',
  applies: ({ path, format, elf }, { fit }) =>
    fit === 'no-program' ||
    // Guile's own machine code, which module/system/vm/linker.scm wraps so.
    (elf?.machine === EM_NONE && elf.osAbi === ELFOSABI_STANDALONE) ||
    (format !== 'elf' && /\.(?:o|obj|syso)$/.test(path)),
});
