/**
 * An image in a registry (OCI distribution-spec 1.1, and what registries made of it). What a tag points at is
 * asked for once; from then on everything is asked for by digest.
 */
import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { shortDigest } from '../../oci/digest.ts';
import type { ImageSource } from '../../oci/image-source.ts';
import { isIndex, isManifest } from '../../oci/media-type.ts';
import type { RegistryReference } from '../../oci/reference.ts';
import type { SourceHost } from '../source-host.ts';
import { downloadBlob, requireBlobAnswer, type AskForBlob } from './blob-download.ts';
import type { HttpAnswer } from './http-request.ts';
import { ACCEPT, readManifestAnswer, type Expectation, type FetchedManifest } from './manifest-answer.ts';
import { RegistryClient } from './registry-client.ts';
import { Waiting } from './waiting.ts';

/** Answers that a second try may put right: another server behind the same name, a proxy with a bad moment. */
const WORTH_A_SECOND_TRY = new Set(['E_NOT_A_REGISTRY', 'E_JSON', 'E_DIGEST']);

export function openRegistry(reference: RegistryReference, host: SourceHost): ImageSource {
  const name = reference.text;
  const client = new RegistryClient(reference, host);
  const waiting = new Waiting(name, host);
  const base = `/v2/${reference.repository}`;
  let root: FetchedManifest | undefined;

  async function fetchManifest(
    asked: string,
    expected: Expectation,
    signal: AbortSignal,
  ): Promise<FetchedManifest> {
    const path = `${base}/manifests/${asked}`;
    const headers = { accept: ACCEPT, 'accept-encoding': 'identity' };
    const attempt = (): Promise<FetchedManifest> =>
      client.get(path, headers, (answer) => readManifestAnswer(answer, expected, name), signal);
    const twice = async (): Promise<FetchedManifest> => {
      try {
        return await attempt();
      } catch (cause) {
        if (!(cause instanceof Failure) || !WORTH_A_SECOND_TRY.has(cause.code)) throw cause;
        return attempt();
      }
    };
    return waiting.untilThere(asked.includes(':') ? shortDigest(asked) : asked, twice, signal);
  }

  async function* openBlob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const path = `${base}/blobs/${descriptor.digest}`;
    const consume = (answer: HttpAnswer): Promise<HttpAnswer> => requireBlobAnswer(answer, descriptor, name);
    const ask: AskForBlob = (headers) =>
      waiting.untilThere(
        shortDigest(descriptor.digest),
        () => client.get(path, headers, consume, signal),
        signal,
      );
    const done = await client.network.turns.take(client.server);
    try {
      yield* downloadBlob(ask, descriptor, name);
    } finally {
      done();
    }
  }

  return {
    name,
    async resolve(signal) {
      const asked = reference.digest ?? reference.tag ?? 'latest';
      root = await fetchManifest(asked, { digest: reference.digest ?? null, mediaType: null }, signal);
      const { mediaType, digest, bytes, claimedDigest } = root;
      if (claimedDigest !== null) {
        host.notice(
          `${name}: the registry says ${claimedDigest}, the content is ${digest}: the content decides`,
        );
      }
      return { mediaType, digest, size: bytes.length, annotations: {} };
    },
    async *open(descriptor, signal) {
      const { digest, mediaType } = descriptor;
      if (digest === root?.digest) {
        yield root.bytes;
      } else if (isIndex(mediaType) || isManifest(mediaType)) {
        yield (await fetchManifest(digest, { digest, mediaType }, signal)).bytes;
      } else {
        yield* openBlob(descriptor, signal);
      }
    },
    close: async () => {},
  };
}
