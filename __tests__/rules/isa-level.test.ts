import { expect, test } from '@jest/globals';
import { isaLevel } from '../../src/rules/isa-level.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import type { TarItem } from '../support/layer-builder.ts';
import { saidBy } from '../support/loader-rule-tester.ts';
import { app, elf, glibcLoader, library } from '../support/loading.ts';
import { program, surveyed } from '../support/surveyed.ts';

const V7_THUMB: ElfSpec = {
  machine: 'armhf',
  armAttributes: [[6, 10], [28, 1]], // prettier-ignore
  header: { entry: 0x400201 },
};
const V8: ElfSpec = { machine: 'armhf', armAttributes: [[6, 14], [7, 0x41]] }; // prettier-ignore
const V7: ElfSpec = { machine: 'armhf', armAttributes: [[6, 10]] };
const V6: ElfSpec = { machine: 'armhf', armAttributes: [[6, 6]] };
const V6_HARD: ElfSpec = { machine: 'armhf', armAttributes: [[6, 6], [28, 1]] }; // prettier-ignore
const V5_HARD: ElfSpec = { machine: 'armhf', armAttributes: [[6, 4], [28, 1]] }; // prettier-ignore
const V5: ElfSpec = { machine: 'armhf', armAttributes: [[6, 4]] };
const GO: ElfSpec = { machine: 'armhf', go: { version: 'go1.22', path: 'x', settings: { GOARM: '7' } } };

test.each<[string, string, ElfSpec, readonly string[]]>([
  ['v6', 'a program with parts for ARMv7', V7, ['warning']],
  ['v6', 'a program that begins with Thumb-2 code', V7_THUMB, ['error']],
  ['v6', 'a program for ARMv6', V6, []],
  ['v6', 'a hard-float program for ARMv6', V6_HARD, []],
  ['v5', 'a hard-float program that begins with Thumb-2 code', V7_THUMB, ['error']],
  ['v5', 'a hard-float program for ARMv6', V6_HARD, ['warning']],
  ['v5', 'a hard-float program for ARMv5', V5_HARD, ['warning']],
  ['v5', 'a program for ARMv5', V5, []],
  ['v7', 'a program with parts for ARMv8', V8, ['note']],
  ['v6', 'a program with parts for ARMv8', V8, ['warning']],
])('linux/arm/%s: %s', async (variant, _, spec, severities) => {
  const facts = await surveyed({
    platform: `linux/arm/${variant}`,
    layers: [{ app: program(spec) }],
    entrypoint: ['/app'],
  });
  expect([...isaLevel.examine(facts)].map(({ severity }) => severity)).toEqual(severities);
});

test('parts of a program for ARMv8, as PostgreSQL has them, may never run; a loader for ARMv8 does', async () => {
  const loader = '/lib/ld-linux-armhf.so.3';
  const severitiesOf = async (app: ElfSpec, ld: ElfSpec): Promise<(string | undefined)[]> => {
    const layer = { app: program({ ...app, interpreter: loader }), [loader.slice(1)]: program(ld) };
    const facts = await surveyed({ platform: 'linux/arm/v7', layers: [layer], entrypoint: ['/app'] });
    return [...isaLevel.examine(facts)].map(({ severity }) => severity);
  };
  expect(await severitiesOf(V8, V7)).toEqual(['note']);
  expect(await severitiesOf(V7, V8)).toEqual(['error']);
});

const goFor = (machine: NonNullable<ElfSpec['machine']>, setting: string, value: string): ElfSpec => ({
  machine,
  go: { version: 'go1.23', path: 'x', settings: { [setting]: value } },
});

const X86_V3: ElfSpec = { x86IsaNeeded: 7 };
const GO_V3: ElfSpec = { go: { version: 'go1.22', path: 'x', settings: { GOAMD64: 'v3' } } };
const OLD_LOADER = glibcLoader();
const BANNER = Buffer.from('ld.so (Debian GLIBC 2.36-9) stable release version 2.36.\n\0');
const LOADER = { ...OLD_LOADER, data: Buffer.concat([Buffer.from(OLD_LOADER.data ?? ''), BANNER]) };
const LIBC = library('/lib/libc.so.6');
const ILLEGAL = 'Illegal instruction (exit status 132)';
const TOO_LOW = 'CPU ISA level is lower than required';

test.each<[string, string, readonly TarItem[], string | undefined]>([
  ['arm/v5', 'a Go program for ARMv7', [elf('/app', GO)], ILLEGAL],
  ['amd64', 'a static program of v3', [elf('/app', X86_V3)], ILLEGAL],
  ['amd64', 'a program of v3', [app(X86_V3), LOADER, LIBC], TOO_LOW],
  ['amd64', 'a program of v3 before glibc 2.33', [app(X86_V3), OLD_LOADER, LIBC], ILLEGAL],
  ['amd64', 'a library of v3', [app(), LOADER, library('/lib/libc.so.6', X86_V3)], TOO_LOW],
  ['arm64', 'a Go program of v8.1', [elf('/app', goFor('arm64', 'GOARM64', 'v8.1'))], undefined],
  [
    'amd64',
    'a Go program of v3',
    [elf('/app', GO_V3)],
    'This program can only be run on AMD64 processors with v3 microarchitecture support.',
  ],
])('linux/%s: what is said by %s', async (platform, _, items, error) => {
  const said = await saidBy(isaLevel, items, { platform: `linux/${platform}` });
  expect(said.map(({ runtimeError }) => runtimeError)).toEqual([error]);
});

test("Go's own word is taken", async () => {
  const facts = await surveyed({
    platform: 'linux/arm/v6',
    layers: [{ app: program(GO) }],
    entrypoint: ['/app'],
  });
  const [seen] = isaLevel.examine(facts);
  expect(seen?.title).toContain('/app, which needs ARMv7');
});

test.each<[string, ElfSpec, readonly string[]]>([
  ['linux/arm64', goFor('arm64', 'GOARM64', 'v8.0'), []],
  [
    'linux/arm64',
    goFor('arm64', 'GOARM64', 'v8.1,crypto'),
    ['ARMv8.1 (GOARM64=v8.1,crypto); {platforms} promises ARMv8.0.'],
  ],
  [
    'linux/arm64',
    goFor('arm64', 'GOARM64', 'v9.0'),
    ['ARMv9.0 (GOARM64=v9.0); {platforms} promises ARMv8.0.'],
  ],
  ['linux/arm64/v9', goFor('arm64', 'GOARM64', 'v9.0'), []],
  [
    'linux/arm64/v9',
    goFor('arm64', 'GOARM64', 'v9.2'),
    ['ARMv9.2 (GOARM64=v9.2); {platforms} promises ARMv9.0.'],
  ],
  ['linux/ppc64le', goFor('ppc64le', 'GOPPC64', 'power8'), []],
  [
    'linux/ppc64le',
    goFor('ppc64le', 'GOPPC64', 'power10'),
    ['power10 (GOPPC64=power10); {platforms} promises power8.'],
  ],
  ['linux/riscv64', goFor('riscv64', 'GORISCV64', 'rva20u64'), []],
  [
    'linux/riscv64',
    goFor('riscv64', 'GORISCV64', 'rva22u64'),
    ['rva22u64 (GORISCV64=rva22u64); {platforms} promises rva20u64.'],
  ],
  ['linux/riscv64/rva22u64', goFor('riscv64', 'GORISCV64', 'rva22u64'), []],
  ['linux/riscv64', goFor('riscv64', 'GORISCV64', 'of tomorrow'), []],
])('a Go program on %s: %j', async (platform, spec, said) => {
  const layers = [{ app: program(spec) }];
  const facts = await surveyed({ platform, layers, entrypoint: ['/app'] });
  const found = [...isaLevel.examine(facts)].map(({ message }) => message.replace(/^.* needs /, ''));
  expect(found).toEqual(said);
});
