/**
 * The one printer. Everything that comes from an image, a registry or a file passes through here before it
 * reaches a log, so that no name can move the cursor, hide text, or speak to the Actions runner (which reads
 * `::command::` at the start of a line and `##[command]` anywhere in it, on stdout and stderr).
 */

// Controls, format and bidi characters, lone surrogates, line and paragraph separators, and all that is drawn as nothing.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Undecodable bytes are carried as lone surrogates U+DC80..U+DCFF (see {@link decodeBytes}). */
function escapeOne(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** One line of visible text without runner commands, whatever went in; at most `limit` UTF-16 units. */
export function printable(untrusted: string, limit = 1_000): string {
  const cut = untrusted.length > limit ? `${untrusted.slice(0, limit - 1)}…` : untrusted;
  return cut
    .replace(INVISIBLE, escapeOne)
    .replaceAll('##[', '#\\x23[')
    .replace(/^(\s*):(?=:)/u, '$1\\x3a');
}

/**
 * Bytes of the image as a string without loss: valid UTF-8 as usual, every other byte 0xNN as the lone
 * surrogate U+DCNN. Equal bytes give equal strings, different bytes different strings.
 */
export function decodeBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (!text.includes('\ufffd')) return text;
  let result = '';
  for (let at = 0; at < buffer.length;) {
    const length = sequenceLength(buffer, at);
    result +=
      length === 0
        ? String.fromCharCode(0xdc00 + (buffer[at] ?? 0))
        : buffer.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return result;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length =
    first < 0x80 ? 1 : first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || first >= 0xf5 || at + length > bytes.length) return 0;
  for (let index = 1; index < length; index++) {
    if (((bytes[at + index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const outOfRange = (first === 0xed && second >= 0xa0) || (first === 0xf4 && second >= 0x90);
  return overlong || outOfRange ? 0 : length;
}
