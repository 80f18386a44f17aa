import { exemption } from './exemption.ts';

/** `share/qemu` also below the prefixes of Nix, conda, Homebrew and snaps. */
const FIRMWARE =
  /^\/(?:usr\/)?lib\/(?:firmware|modules|u-boot|arm-trusted-firmware|riscv\d+-linux-[^/]*\/opensbi)\/|\/share\/(?:qemu|qemu-efi[^/]*|edk2[^/]*|u-?boot|seabios|openbios|OVMF|AAVMF|opensbi|skiboot|slof)\/|^\/usr\/(?:lib|share)\/(?:ipxe|palo|openbios|slof)\//;

export const firmware = exemption({
  name: 'firmware',
  covers: 'Files below `/lib/firmware` and `/lib/modules`, and the firmware of emulators and boards.',
  reason: 'A kernel or an emulator loads it, on the machine that it is for.',
  judgedBy: 'place',
  applies: ({ path }) => FIRMWARE.test(path),
});
