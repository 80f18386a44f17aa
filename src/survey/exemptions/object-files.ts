import { exemption } from './exemption.ts';

export const objectFiles = exemption({
  name: 'object-files',
  covers:
    'Files that are neither programs nor libraries: object files (`.o`, `.syso`; by their names those of macOS and Windows), kernel modules, eBPF objects, core dumps.',
  reason: 'Nobody starts them; compilers and kernels take them for whatever machine they are made for.',
  judgedBy: 'file',
  applies: ({ path, format }, { fit }) =>
    fit === 'no-program' || (format !== 'elf' && /\.(?:o|obj|syso)$/.test(path)),
});
