import { expect, test } from '@jest/globals';
import { parsePlatform } from '../../../src/oci/platform.ts';
import { hostProfilesOf } from '../../../src/start/kernel/host-profile.ts';

/** What AT_PLATFORM of the kernel may be, on the oldest host first. */
test.each([
  ['linux/amd64', ['x86_64', 'haswell', 'xeon_phi']],
  ['linux/amd64/v2', ['x86_64', 'haswell', 'xeon_phi']],
  ['linux/386', ['i686']],
  ['linux/arm', ['v7l', 'v8l']],
  ['linux/arm/v5', ['v5l', 'v6l', 'v7l', 'v8l']],
  ['linux/arm/v6', ['v6l', 'v7l', 'v8l']],
  ['linux/arm/v7', ['v7l', 'v8l']],
  ['linux/arm/v8', ['v8l']],
  ['linux/arm64', ['aarch64']],
  ['linux/ppc64le', ['power8', 'power9', 'power10', 'power11']],
  ['linux/s390x', ['zEC12', 'z13', 'z14', 'z15', 'z16', 'z17']],
  ['linux/loong64', ['loongarch']],
  ['linux/riscv64', [null]],
  ['linux/mips64le', ['mips', 'loongson3a', 'octeon', 'octeon2', 'octeon3']],
])('$PLATFORM of the hosts of %s', (platform, words) => {
  const profiles = hostProfilesOf(parsePlatform(platform));
  expect([...new Set(profiles.map((profile) => profile.platform))]).toEqual(words);
});

test('better hosts use what worse ones use, and more', () => {
  const hwcaps = hostProfilesOf(parsePlatform('linux/s390x')).map((profile) => profile.hwcaps.join(' '));
  expect(hwcaps).toEqual(['', 'z13', 'z14 z13', 'z15 z14 z13', 'z16 z15 z14 z13', 'z17 z16 z15 z14 z13']);
});
