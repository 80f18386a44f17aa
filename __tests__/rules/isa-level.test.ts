import { expect, test } from '@jest/globals';
import { isaLevel } from '../../src/rules/isa-level.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { program, surveyed } from '../support/surveyed.ts';

const V7: ElfSpec = { machine: 'armhf', armAttributes: [[6, 10]] };
const V6: ElfSpec = { machine: 'armhf', armAttributes: [[6, 6]] };
const GO: ElfSpec = { machine: 'armhf', go: { version: 'go1.22', path: 'x', settings: { GOARM: '7' } } };

test.each<[string, ElfSpec, readonly string[]]>([
  ['a program for ARMv7', V7, ['error']],
  ['a program for ARMv6', V6, []],
])('%s on linux/arm/v6', async (_, spec, severities) => {
  const facts = await surveyed({
    platform: 'linux/arm/v6',
    layers: [{ app: program(spec) }],
    entrypoint: ['/app'],
  });
  expect([...isaLevel.examine(facts)].map(({ severity }) => severity)).toEqual(severities);
});

test('parts of a program for ARMv8, as PostgreSQL has them, may never run; a loader for ARMv8 does', async () => {
  const v8: ElfSpec = { machine: 'armhf', armAttributes: [[6, 14], [7, 0x41]] }; // prettier-ignore
  const loader = '/lib/ld-linux-armhf.so.3';
  const severitiesOf = async (app: ElfSpec, ld: ElfSpec): Promise<(string | undefined)[]> => {
    const layer = { app: program({ ...app, interpreter: loader }), [loader.slice(1)]: program(ld) };
    const facts = await surveyed({ platform: 'linux/arm/v7', layers: [layer], entrypoint: ['/app'] });
    return [...isaLevel.examine(facts)].map(({ severity }) => severity);
  };
  expect(await severitiesOf(v8, V7)).toEqual(['note']);
  expect(await severitiesOf(V7, v8)).toEqual(['error']);
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
