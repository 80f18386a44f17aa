import type { Digest } from './digest.ts';

/** What the user asked for, parsed; `text` is what they wrote. */
export type ImageReference =
  | RegistryReference
  | ({ readonly scheme: 'oci' | 'oci-archive' | 'docker-archive' } & PathReference)
  | { readonly scheme: 'docker-daemon'; readonly text: string; readonly name: string };

export interface RegistryReference {
  readonly scheme: 'registry';
  readonly text: string;
  /** Host with port as dialled: `registry-1.docker.io` stays `docker.io` here. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

export interface PathReference {
  readonly text: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: Digest;
}
