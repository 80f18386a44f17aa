import { emulatedBy } from '../emulated-by.ts';
import { exemption } from './exemption.ts';

const TREES = /^\/(?:usr\/gnemul|etc\/qemu-binfmt|usr\/qemu-[a-z0-9_]+)\//;

export const emulators = exemption({
  name: 'emulators',
  covers:
    '`qemu-*` user emulators for another host (left over from builds that copied one in), and trees of programs that an emulator in the image runs.',
  reason: 'The emulator is not part of what the container does; the programs run under it.',
  judgedBy: 'name',
  applies: ({ path, architecture }, { image }) => {
    if (emulatedBy(path).length > 0 || TREES.test(path)) return true;
    return architecture !== null && image.emulated.has(architecture) && image.placeOf(path) === 'elsewhere';
  },
});
