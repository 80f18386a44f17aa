import { Failure } from '../base/failure.ts';

/** A content digest `algorithm:hex` (image-spec, descriptor.md#digests); sha256 and sha512 only. */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** @throws {Failure} E_JSON when the text is not a registered digest in its canonical (lower-case) form. */
export function parseDigest(text: string, where: string): Digest {
  if (isDigest(text)) return text;
  throw new Failure(
    'E_JSON',
    `${where}: "${text.slice(0, 80)}" is not a sha256 or sha512 digest`,
    'write the digest as sha256: and 64 lower-case hexadecimal digits',
  );
}

export function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha256:') ? 'sha256' : 'sha512';
}

/** `sha256:0b6e92d4…77c1`, for people. */
export function shortDigest(digest: string): string {
  const [algorithm, hex = ''] = digest.split(':');
  return hex.length > 16 ? `${algorithm}:${hex.slice(0, 8)}…${hex.slice(-4)}` : digest;
}
