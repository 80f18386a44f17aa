/**
 * Where an image is, as people write it: docker's reference grammar (distribution/reference) for registries,
 * skopeo's words for files and the engine, and buildx's and Scout's spellings of the same. A text that does not
 * fit never reaches a URL or a path.
 */
import { Failure } from '../base/failure.ts';
import { isDigest, type Digest } from './digest.ts';

/** What the user asked for, parsed; `text` is what they wrote. */
export type ImageReference =
  | RegistryReference
  | ({ readonly scheme: PathScheme } & PathReference)
  | { readonly scheme: 'docker-daemon'; readonly text: string; readonly name: string };

export type PathScheme = 'oci' | 'oci-archive' | 'docker-archive';

export interface RegistryReference {
  readonly scheme: 'registry';
  readonly text: string;
  /** Host with port, lower case: `ghcr.io`, `localhost:5000`; every name of Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  /** `latest` where neither a tag nor a digest was written. */
  readonly tag?: string;
  readonly digest?: Digest;
}

export interface PathReference {
  readonly text: string;
  readonly path: string;
  /** The image inside: the layout's `org.opencontainers.image.ref.name`, the archive's `name:tag`. */
  readonly tag?: string;
  readonly digest?: Digest;
}

const SCHEMES: readonly (readonly [prefix: string, scheme: ImageReference['scheme']])[] = [
  ['docker://', 'registry'],
  ['registry://', 'registry'],
  ['image://', 'registry'],
  ['oci-layout://', 'oci'],
  ['oci-dir://', 'oci'],
  ['archive://', 'docker-archive'],
  ['local://', 'docker-daemon'],
  ['oci-layout:', 'oci'],
  ['oci-dir:', 'oci'],
  ['oci:', 'oci'],
  ['oci-archive:', 'oci-archive'],
  ['docker-archive:', 'docker-archive'],
  ['docker-daemon:', 'docker-daemon'],
];

/** Words of skopeo, Scout and podman that name no image we can read; they look like `host:tag` otherwise. */
const FOREIGN_SCHEME =
  /^(?:https?|fs|sbom|dir|podman|docker|containerd|containers-storage|ostree|sif|tarball):/;

const HOST =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::(?<port>[0-9]{1,5}))?$/i;
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const INNER_NAME = /^[A-Za-z0-9]+(?:[-._:@+/]+[A-Za-z0-9]+)*$/;
const LONGEST_NAME = 255;
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** @throws {Failure} E_REFERENCE */
export function parseReference(text: string): ImageReference {
  if (text.trim() === '') throw refuse(text, 'is empty');
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw refuse(text, 'holds a control character');
  const [prefix, scheme] = SCHEMES.find(([prefix]) => text.startsWith(prefix)) ?? ['', 'registry'];
  const rest = text.slice(prefix.length);
  if (scheme === 'docker-daemon') return { scheme, text, name: engineName(rest, text) };
  if (scheme !== 'registry') return { scheme, text, ...parsePath(rest, text) };
  const foreign = FOREIGN_SCHEME.exec(rest);
  if (foreign) throw refuse(text, `begins with ${foreign[0]}, which is not a place we read images from`);
  return { scheme, text, ...parseName(rest, text) };
}

/** `ghcr.io/acme/shop:1.4@sha256:…` without its scheme. */
function parseName(rest: string, text: string): Omit<RegistryReference, 'scheme' | 'text'> {
  const { name: tagged, digest } = splitDigest(rest, text);
  const colon = tagged.lastIndexOf(':');
  const hasTag = colon > tagged.lastIndexOf('/');
  const name = hasTag ? tagged.slice(0, colon) : tagged;
  const tag = hasTag ? tagged.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) throw refuse(text, 'has a tag that is no tag');
  if (/^[0-9a-f]{64}$/.test(name))
    throw refuse(text, 'is 64 hexadecimal digits, which docker takes for an image ID');
  const { registry, repository } = splitHost(name);
  const host = HOST.exec(registry);
  if (!host || Number(host.groups?.['port'] ?? 0) > 65_535)
    throw refuse(text, 'has no host before the first /');
  if (!repository.split('/').every((component) => COMPONENT.test(component))) {
    throw refuse(
      text,
      /[A-Z]/.test(repository) ? 'has upper-case letters in its name' : 'is not an image name',
    );
  }
  if (registry.length + 1 + repository.length > LONGEST_NAME)
    throw refuse(text, `is longer than ${LONGEST_NAME}`);
  const chosen = tag ?? (digest === undefined ? 'latest' : undefined);
  return { registry, repository, ...(chosen !== undefined && { tag: chosen }), ...(digest && { digest }) };
}

/** The first component is a host when it could not be anything else: it has a dot, a port, or is localhost. */
function splitHost(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const registry = isHost ? first.toLowerCase() : 'docker.io';
  const repository = isHost ? name.slice(slash + 1) : name;
  if (!DOCKER_HUB.has(registry)) return { registry, repository };
  return {
    registry: 'docker.io',
    repository: repository.includes('/') ? repository : `library/${repository}`,
  };
}

/** As skopeo splits it: the path ends at the first colon. */
function parsePath(rest: string, text: string): Omit<PathReference, 'text'> {
  const { name, digest } = splitDigest(rest, text);
  const colon = name.indexOf(':');
  const path = colon === -1 ? name : name.slice(0, colon);
  const tag = colon === -1 ? '' : name.slice(colon + 1);
  if (path === '') throw refuse(text, 'names no file or folder');
  if (tag !== '' && !INNER_NAME.test(tag))
    throw refuse(text, 'has an image name after the path that is none');
  return { path, ...(tag !== '' && { tag }), ...(digest && { digest }) };
}

function splitDigest(rest: string, text: string): { readonly name: string; readonly digest?: Digest } {
  const at = rest.indexOf('@');
  if (at === -1) return { name: rest };
  const digest = rest.slice(at + 1);
  if (!isDigest(digest)) throw refuse(text, 'has something after @ that is not a sha256 or sha512 digest');
  return { name: rest.slice(0, at), digest };
}

/** A name the engine knows, or an image ID. It ends up as an argument of the docker command. */
function engineName(rest: string, text: string): string {
  if (/^(?:sha256:)?[0-9a-f]{12,64}$/.test(rest)) return rest;
  parseName(rest, text);
  return rest;
}

function refuse(text: string, why: string): Failure {
  return new Failure(
    'E_REFERENCE',
    `${JSON.stringify(text.slice(0, 300))} ${why}`,
    'write registry/name:tag, name@sha256:…, oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] or docker-daemon:NAME',
  );
}
