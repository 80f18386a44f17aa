/** Every exemption. A file counts for the first one that applies. */
import { bootLoaders } from './boot-loaders.ts';
import { compatible32Bit } from './compatible-32-bit.ts';
import { compatibilityLayers } from './compatibility-layers.ts';
import { crossToolchains } from './cross-toolchains.ts';
import { debugFiles } from './debug-files.ts';
import { deviceCode } from './device-code.ts';
import { emulators } from './emulators.ts';
import type { Exemption } from './exemption.ts';
import { firmware } from './firmware.ts';
import { foreignPackages } from './foreign-packages.ts';
import { objectFiles } from './object-files.ts';
import { otherBuilds } from './other-builds.ts';
import { otherSystems } from './other-systems.ts';
import { testData } from './test-data.ts';

export const EXEMPTIONS: readonly Exemption[] = [
  objectFiles,
  compatible32Bit,
  deviceCode,
  firmware,
  bootLoaders,
  debugFiles,
  testData,
  compatibilityLayers,
  crossToolchains,
  emulators,
  foreignPackages,
  otherSystems,
  otherBuilds,
];
