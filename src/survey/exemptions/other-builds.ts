import { exemption } from './exemption.ts';

export const otherBuilds = exemption({
  name: 'other-builds',
  covers:
    'Builds of a package for other platforms beside the build for this one: `prebuilds/<platform>-<arch>`, npm’s `@scope/package-linux-arm64`, `bin/linux/x64`.',
  reason:
    'The package chooses the right one when it runs. Where the right one is missing, that is reported (`foreign-add-on`).',
  judgedBy: 'name',
  applies: (_, { builds }) => builds === 'complete' || builds === 'other-systems',
});
