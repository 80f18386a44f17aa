import { isCalled } from '../place.ts';
import { exemption } from './exemption.ts';

const LAYERS =
  /\/(?:wine(?:[-.\d][^/]*)?|proton(?:[-.\d][^/]*)?|box(?:86|64)[^/]*|fex-emu|FEX-Emu|hangover[^/]*|darling|exagear[^/]*|Rosetta[^/]*)\//;

export const compatibilityLayers = exemption({
  name: 'compatibility-layers',
  covers: 'The trees of Wine, Proton, Box86, Box64, FEX, Hangover and Darling.',
  reason: 'They bring the files of the other machine or system that they run.',
  judgedBy: 'file',
  // A command among them runs only where an emulator for it is in the image.
  applies: ({ path, architecture }, { image }) => {
    if (!LAYERS.test(path)) return false;
    const isEmulated = architecture !== null && image.emulated.has(architecture);
    return isEmulated || !isCalled(image.placeOf(path));
  },
});
