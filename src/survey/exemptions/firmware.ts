import { exemption } from './exemption.ts';

const FIRMWARE =
  /^\/(?:usr\/)?lib\/(?:firmware|modules|u-boot|arm-trusted-firmware|riscv\d+-linux-[^/]*\/opensbi)\/|^\/usr\/share\/(?:qemu|qemu-efi[^/]*|seabios|openbios|OVMF|AAVMF|opensbi|skiboot|slof)\/|^\/usr\/(?:lib|share)\/(?:ipxe|palo|openbios|slof)\//;

export const firmware = exemption({
  name: 'firmware',
  covers: 'Files below `/lib/firmware` and `/lib/modules`, and the firmware of emulators and boards.',
  reason: 'A kernel or an emulator loads it, on the machine that it is for.',
  judgedBy: 'place',
  applies: ({ path }) => FIRMWARE.test(path),
});
