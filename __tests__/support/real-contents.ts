/** Images in Debian's docker-registry, behind the log-ins and faults of a test registry. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerRegistry } from './docker-registry.ts';
import { forward } from './fault-proxy.ts';
import type { BuiltImage } from './image-builder.ts';
import { contentsInMemory, mediaTypeIn, type Contents } from './in-memory-registry.ts';

/** What the registry refuses to hold, because it is wrong on purpose, is kept beside it. */
export async function openRealContents(): Promise<Contents> {
  const registry = await startDockerRegistry('anonymous');
  const refused = contentsInMemory();
  let work: Promise<unknown> = Promise.resolve();
  const after = (task: () => Promise<void> | void): void => {
    const before = work;
    work = (async () => {
      await before;
      await task();
    })();
  };
  return {
    push: (reference, image) =>
      after(async () => {
        if (!(await upload(registry.host, reference, image))) refused.push(reference, image);
      }),
    remove: (digest) =>
      after(() => {
        const [algorithm = '', hex = ''] = digest.split(':');
        const place = join(registry.folder, 'blobs', algorithm, hex.slice(0, 2), hex);
        rmSync(place, { recursive: true, force: true });
        refused.remove(digest);
      }),
    async answer(record, response) {
      await work;
      const { status, headers, body } = await forward(record, registry.host);
      if (status === 404) return refused.answer(record, response);
      const { 'transfer-encoding': _, ...kept } = headers;
      response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
    },
    async close() {
      await work;
      await registry.stop();
    },
  };
}

/** False when the registry does not take it. */
async function upload(host: string, reference: string, image: BuiltImage): Promise<boolean> {
  const [, name = '', tag = ''] = /^(.*):([^:]+)$/.exec(reference) ?? [];
  const base = `http://${host}/v2/${name}`;
  const documents: [digest: string, mediaType: string, bytes: Buffer][] = [];
  for (const [digest, bytes] of image.blobs) {
    const mediaType = mediaTypeIn(bytes);
    if (mediaType !== null) documents.push([digest, mediaType, bytes]);
    const { headers } = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(headers.get('location') ?? '', base);
    place.searchParams.set('digest', digest);
    const put = await fetch(place, { method: 'PUT', body: new Uint8Array(bytes) });
    if (!put.ok) return false;
  }
  // What lists others comes after them, the root last, by its tag.
  const { digest: root, mediaType } = image.root;
  const inOrder = documents
    .filter(([digest]) => digest !== root)
    .sort(([, one], [, other]) => rank(one) - rank(other));
  const bytes = image.blobs.get(root) ?? Buffer.of();
  for (const [at, type, body] of [...inOrder, [tag, mediaType, bytes] as const]) {
    const headers = { 'content-type': type };
    const put = await fetch(`${base}/manifests/${at}`, {
      method: 'PUT',
      headers,
      body: new Uint8Array(body),
    });
    if (!put.ok) return false;
  }
  return true;
}

function rank(mediaType: string): number {
  return /index|list/.test(mediaType) ? 1 : 0;
}
