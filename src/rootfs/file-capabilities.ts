/** The extended attribute `security.capability`, as setxattr(2) takes it (security/commoncap.c, cap_convert_nscap). */

export interface FileCapabilities {
  /** Bit n: capability n of include/uapi/linux/capability.h. */
  readonly permitted: bigint;
  /** `setcap …+ep`: in effect at once, so that execve fails where they are not to be had. */
  readonly effective: boolean;
}

const REVISION_2 = { magic: 0x02000000, bytes: 20 };
const REVISION_3 = { magic: 0x03000000, bytes: 24 };
const EFFECTIVE = 1;

/**
 * `ignored`: the capabilities are for a user namespace whose root is another uid. `refused`: the kernel takes no such
 * value, so that engines cannot unpack the file.
 */
export function parseFileCapabilities(value: Buffer): FileCapabilities | 'ignored' | 'refused' {
  if (value.length < REVISION_2.bytes) return 'refused';
  const magic = value.readUInt32LE(0);
  const revision = [REVISION_2, REVISION_3].find((known) => known.magic === (magic & ~EFFECTIVE) >>> 0);
  if (revision?.bytes !== value.length) return 'refused';
  if (revision === REVISION_3 && value.readUInt32LE(20) !== 0) return 'ignored';
  const permitted = BigInt(value.readUInt32LE(4)) | (BigInt(value.readUInt32LE(12)) << 32n);
  return { permitted, effective: (magic & EFFECTIVE) !== 0 };
}
