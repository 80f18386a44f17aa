import type { Failure } from '../base/failure.ts';

/** The whole of a stream in memory; stops reading and throws `tooMany` at the first byte over `limit`. */
export async function collectBytes(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  tooMany: () => Failure,
): Promise<Uint8Array> {
  const collected: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw tooMany();
    collected.push(chunk);
  }
  return Buffer.concat(collected);
}
