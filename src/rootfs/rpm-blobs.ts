/** Package headers out of a database file, each cut to its first bytes. They may be anything: the file is untrusted. */
export type Blobs = Generator<Buffer>;

/** Whether so many bytes are there. */
export function readsWithin(bytes: Buffer, at: number, count: number): boolean {
  return at >= 0 && at + count <= bytes.length;
}
