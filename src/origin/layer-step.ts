import type { Digest } from '../oci/digest.ts';
import type { BuildStep, Provenance } from './provenance.ts';

/**
 * The step that added the image's layer number `index`: the one whose result is exactly the layers up to it. A base
 * image adds several layers in one step; everything else adds one. null when the attestation is about other layers
 * (recompressed since), or when two steps fit.
 */
export function stepOfLayer(
  provenance: Provenance,
  layers: readonly Digest[],
  index: number,
): BuildStep | null {
  const lengths = provenance.chains
    .filter((chain) => chain.layers.every((layer, at) => layer === layers[at]))
    .map((chain) => ({ step: provenance.steps.get(chain.step), length: chain.layers.length }));
  const length = Math.min(...lengths.filter((chain) => chain.length > index).map((chain) => chain.length));
  const below = Math.max(0, ...lengths.filter((chain) => chain.length <= index).map((chain) => chain.length));
  const steps = new Set(lengths.filter((chain) => chain.length === length).map(({ step }) => step));
  const [step] = steps;
  if (steps.size !== 1 || step === undefined) return null;
  return length - below === 1 || step.kind === 'source' ? step : null;
}
