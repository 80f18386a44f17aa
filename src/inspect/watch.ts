/** How far the work on an image is, for whoever shows it to people. */
export type WatchEvent =
  /** The manifests are read: this much lies ahead, each layer counted once. */
  | { readonly kind: 'found'; readonly platforms: number; readonly layers: number; readonly bytes: number }
  | { readonly kind: 'bytes'; readonly amount: number }
  | { readonly kind: 'layer-done' | 'platform-done' };

export type Watch = (event: WatchEvent) => void;

/** The same chunks, counted as they go by. */
export async function* watched(chunks: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    watch({ kind: 'bytes', amount: chunk.length });
    yield chunk;
  }
}
