import { exemption } from './exemption.ts';

const BOOT =
  /^\/boot\/|^\/usr\/lib\/shim\/|^\/efi\/|\/(?:grub|grub2|syslinux|isolinux|pxelinux|refind|systemd\/boot|limine|ipxe|debian-installer)\/|\/vmlinu[xz][^/]*$|\.(?:efi|efi\.signed|c32)$/i;

export const bootLoaders = exemption({
  name: 'boot-loaders',
  covers:
    'GRUB, syslinux, EFI programs, shim, kernels (`vmlinuz`), Debian’s installer, and everything below `/boot`.',
  reason: 'A machine’s firmware starts them, never a container.',
  judgedBy: 'place',
  applies: ({ path }) => BOOT.test(path),
});
