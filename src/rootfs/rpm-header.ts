/** What rpm's database holds of each installed package: its header, without the magic (rpm's docs/manual/format_header.md). */
import type { InstalledPackage } from './content-facts.ts';

const RPMTAG_NAME = 1000;
const RPMTAG_ARCH = 1022;
const RPM_STRING_TYPE = 6;

/** Both tags are among the first of a header, but long descriptions in every language may lie between. */
export const HEADER_BYTES = 1024 * 1024;

/** null for what is no header, and for keys, which have no architecture. `blob` may be cut. */
export function packageOf(blob: Buffer): InstalledPackage | null {
  if (blob.length < 8) return null;
  const data = 8 + blob.readUInt32BE(0) * 16;
  if (data > blob.length) return null;
  const name = stringOf(blob, data, RPMTAG_NAME);
  const architecture = stringOf(blob, data, RPMTAG_ARCH);
  return name === null || architecture === null ? null : { name, architecture };
}

/** `data`: where the strings begin, behind the entries of 16 bytes each. */
function stringOf(blob: Buffer, data: number, tag: number): string | null {
  for (let at = 8; at < data; at += 16) {
    if (blob.readUInt32BE(at) !== tag || blob.readUInt32BE(at + 4) !== RPM_STRING_TYPE) continue;
    const start = data + blob.readUInt32BE(at + 8);
    const end = blob.indexOf(0, start);
    return start < blob.length && end > start && end - start <= 256
      ? blob.toString('latin1', start, end)
      : null;
  }
  return null;
}
