import type { ImageSource } from '../oci/image-source.ts';
import type { ImageReference } from '../oci/reference.ts';
import { openDockerArchive } from './docker-archive.ts';
import { openDockerEngine } from './docker-engine.ts';
import { openOciArchive } from './oci-archive.ts';
import { openOciLayout } from './oci-layout.ts';
import { openRegistry } from './registry/registry-source.ts';
import type { SourceHost } from './source-host.ts';

/** The one list of places images come from. Nothing is read before the source is asked to resolve. */
export function openSource(reference: ImageReference, host: SourceHost): ImageSource {
  if (reference.scheme === 'registry') return openRegistry(reference, host);
  if (reference.scheme === 'docker-daemon') return openDockerEngine(reference, host);
  if (reference.scheme === 'docker-archive') return openDockerArchive(reference);
  return reference.scheme === 'oci-archive' ? openOciArchive(reference) : openOciLayout(reference);
}
