import type { ImageSource } from '../oci/image-source.ts';
import type { PathReference } from '../oci/reference.ts';
import { sourceOfLayout } from './oci-layout.ts';
import { openTarTree } from './tar-tree.ts';

/** An OCI image layout in a tar (`buildx --output type=oci`, `skopeo copy … oci-archive:`), read where it lies. */
export function openOciArchive(reference: PathReference): ImageSource {
  return sourceOfLayout(reference, (signal) => openTarTree(reference.path, reference.text, signal));
}
