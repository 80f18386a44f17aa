import { describe, expect, test } from '@jest/globals';
import { RULES } from '../../src/rules/index.ts';
import { parseConfigFile } from '../../src/settings/config-file.ts';
import { requestOf } from '../../src/settings/request.ts';
import { environmentSource, readSettings } from '../../src/settings/settings.ts';
import { ALL_SETTINGS } from '../../src/settings/table.ts';
import type { SettingSource } from '../../src/settings/written.ts';

const CONTEXT = { rules: RULES.map(({ id }) => id), today: '2026-11-21' };

function source(values: Readonly<Record<string, string>>): SettingSource {
  return (name) => (values[name] === undefined ? null : { text: values[name], where: name, code: 'E_USAGE' });
}

function read(sources: readonly SettingSource[], config: string | null = null) {
  const file = config === null ? null : parseConfigFile(config, 'c.yml', CONTEXT);
  return readSettings(sources, () => Promise.resolve(file), CONTEXT);
}

describe('settings', () => {
  test('come from the input before the environment before the config file before the default', async () => {
    const config = 'fail-on: never\nscope: start\nplatforms: linux/s390x';
    const env = environmentSource({ EXEC_FORMAT_GUARD_FAIL_ON: 'warning', EXEC_FORMAT_GUARD_SCOPE: 'image' });
    const settings = await read([source({ 'fail-on': 'error' }), env], config);
    expect([
      settings.policy.failOn,
      settings.scope,
      settings.platforms.length,
      settings.waitForImage,
    ]).toEqual(['error', 'image', 1, 20_000]);
  });

  test('of ignore add up', async () => {
    const settings = await read([source({ ignore: 'missing-platform' })], 'ignore: [unpinned-reference]');
    expect(settings.policy.ignore.map(({ text }) => text)).toEqual([
      'missing-platform',
      'unpinned-reference',
    ]);
  });

  test('switch exemptions off by names that there are', async () => {
    const settings = await read([source({})], 'exemptions-off: [test-data, emulators]');
    expect(settings.exemptionsOff).toEqual(['test-data', 'emulators']);
    const complaint = { message: expect.stringContaining('there is no exemption "emulator"') };
    await expect(read([source({ 'exemptions-off': 'emulator' })], '')).rejects.toMatchObject(complaint);
  });

  test('name the config file that is read', async () => {
    const asked: (string | null)[] = [];
    const remember = (file: string | null) => Promise.resolve((asked.push(file), null));
    await readSettings([source({ 'config-file': 'a.yml' })], remember, CONTEXT);
    await readSettings([], remember, CONTEXT);
    expect(asked).toEqual(['a.yml', null]);
  });

  test.each([
    [{ EXEC_FORMAT_GUARD_FAILON: 'x' }, 'did you mean "EXEC_FORMAT_GUARD_FAIL_ON"?'],
    [{ EXEC_FORMAT_GUARD_: 'x' }, null],
  ])('refuse the environment %p', (env, hint) => {
    const complain = () => environmentSource(env);
    expect(complain).toThrow('unknown environment variable');
    if (hint !== null) expect(complain).toThrow(expect.objectContaining({ hint }));
  });

  test('take an empty value as not set', () => {
    expect(environmentSource({ EXEC_FORMAT_GUARD_DIGEST: ' ' })('digest')).toBeNull();
  });

  test('become what the guard is asked', async () => {
    const settings = await read([
      source({ image: 'a\nb', 'exact-platforms': 'true', 'forbid-index': 'true', metadata: '{}' }),
    ]);
    expect(requestOf(settings)).toMatchObject({
      images: ['a', 'b'],
      exactPlatforms: 'required-only',
      index: 'forbidden',
      metadata: '{}',
      users: 'image-user',
    });
    const strict = await read([source({ image: 'a', 'arbitrary-user': 'true' })]);
    expect(requestOf(strict)).toMatchObject({ users: 'image-and-arbitrary-user' });
  });
});

describe('the table', () => {
  test('has kebab-case names, sentences, and every name once', () => {
    const names = ALL_SETTINGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([]);
    expect(ALL_SETTINGS.filter(({ summary }) => !/^[A-Z].*\.$/.test(summary))).toEqual([]);
  });
});
