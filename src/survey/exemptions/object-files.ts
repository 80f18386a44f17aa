import { exemption } from './exemption.ts';

export const objectFiles = exemption({
  name: 'object-files',
  covers:
    'ELF files that are neither programs nor libraries: object files (`.o`, `.syso`), kernel modules, eBPF objects, core dumps.',
  reason: 'Nobody starts them; compilers and kernels take them for whatever machine they are made for.',
  judgedBy: 'file',
  applies: (_, { fit }) => fit === 'no-program',
});
