import { exemption } from './exemption.ts';

const LAYERS =
  /\/(?:wine(?:[-.\d][^/]*)?|proton(?:[-.\d][^/]*)?|box(?:86|64)[^/]*|fex-emu|FEX-Emu|hangover[^/]*|darling|exagear[^/]*|Rosetta[^/]*)\//;

export const compatibilityLayers = exemption({
  name: 'compatibility-layers',
  covers: 'The trees of Wine, Proton, Box86, Box64, FEX, Hangover and Darling.',
  reason: 'They bring the files of the other machine or system that they run.',
  applies: ({ path }) => LAYERS.test(path),
});
