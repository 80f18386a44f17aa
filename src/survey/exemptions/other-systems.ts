import { isInPackage } from '../place.ts';
import { platformWordsOf } from '../platform-words.ts';
import { exemption } from './exemption.ts';

const WINDOWS_NAME = /\.(?:exe|dll|sys|ocx|cpl|scr|com|efi|winmd|mui|pyd|ax|drv|tlb)(?:\.[a-z]+)?$/i;
const MACOS_NAME = /\.(?:dylib|bundle)$|\.(?:app|framework)\//;

/** Named as no Linux program or library is. */
export function isOfOtherSystem(path: string): boolean {
  return WINDOWS_NAME.test(path) || MACOS_NAME.test(path);
}

export const otherSystems = exemption({
  name: 'other-systems',
  covers:
    'Windows files by their names (`.exe`, `.dll`: .NET assemblies among them), macOS libraries and apps, builds for other systems beside those for Linux, and the macOS-only npm package `fsevents`.',
  reason: 'Linux never loads them by these names; packages carry them for their users on other systems.',
  judgedBy: 'name',
  applies: ({ path, format, isExecutable }, { builds, image }) => {
    if (format === 'elf') return false;
    if (isOfOtherSystem(path) || path.includes('/fsevents/')) return true;
    if (builds === 'other-systems') return true;
    // A Linux program asks for these by name, whatever the file is.
    if (/\.node$|\.so(?:\.[0-9.]+)?$/.test(path)) return false;
    // Where the name has a machine and no system, it is the file's own: `Stubs/zlib-amd64-unicode` of NSIS.
    const namesSystem = (platformWordsOf(path)?.os ?? null) !== null;
    if (!isExecutable && !namesSystem) return true;
    if (builds !== 'unnamed') return false;
    // Kernels are programs of Windows' format too; a program of a Mac's outside packages was copied from one.
    if (image.placeOf(path) !== 'elsewhere') return false;
    return format === 'pe' || (isInPackage(path) && !image.isLinked(path));
  },
});
