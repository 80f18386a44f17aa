import { exemption } from './exemption.ts';

export const compatible32Bit = exemption({
  name: 'compatible-32-bit',
  covers: '386 files on amd64, and the 32-bit sisters of s390x, ppc64 and mips64.',
  reason:
    'Nearly every host of these platforms runs them. A program that the container itself starts is reported as `compat-32-bit` all the same.',
  judgedBy: 'file',
  applies: (_, { fit }) => fit === 'compatible',
});
