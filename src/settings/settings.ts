/**
 * What was asked for, from everywhere it can be asked: input or option > environment > config file > default.
 * Ignore entries are the one exception: they add up.
 */
import { Failure } from '../base/failure.ts';
import type { Policy } from '../verdict/policy.ts';
import type { ConfigFile } from './config-file.ts';
import { type IgnoreContext, parseIgnoreList } from './ignore-entry.ts';
import type { Setting } from './setting.ts';
import { ALL_SETTINGS, SETTINGS } from './table.ts';
import { type SettingSource, suggestion } from './written.ts';

type Values = {
  readonly [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K] extends Setting<infer T> ? T : never;
};

/** Every setting with its value; `policy` is what `ignore` and `fail-on` of all sources come to. */
export interface Settings extends Omit<Values, 'ignore' | 'failOn' | 'configFile'> {
  readonly policy: Policy;
}

export const DEFAULT_CONFIG_FILE = '.github/exec-format-guard.yml';

/** @throws {Failure} E_USAGE or E_CONFIG, naming the place */
export async function readSettings(
  asked: readonly SettingSource[],
  readConfig: (file: string | null) => Promise<ConfigFile | null>,
  context: IgnoreContext,
): Promise<Settings> {
  const config = await readConfig(valueOf(SETTINGS.configFile, asked));
  const sources = config === null ? asked : [...asked, config.source];
  const value = <T>(setting: Setting<T>): T => valueOf(setting, sources);
  const written = firstOf(SETTINGS.ignore.name, asked);
  return {
    images: value(SETTINGS.images),
    digest: value(SETTINGS.digest),
    digests: value(SETTINGS.digests),
    metadata: value(SETTINGS.metadata),
    platforms: value(SETTINGS.platforms),
    exactPlatforms: value(SETTINGS.exactPlatforms),
    forbidIndex: value(SETTINGS.forbidIndex),
    scope: value(SETTINGS.scope),
    arbitraryUser: value(SETTINGS.arbitraryUser),
    binaries: value(SETTINGS.binaries),
    exemptionsOff: value(SETTINGS.exemptionsOff),
    archives: value(SETTINGS.archives),
    dockerfile: value(SETTINGS.dockerfile),
    context: value(SETTINGS.context),
    target: value(SETTINGS.target),
    annotations: value(SETTINGS.annotations),
    summary: value(SETTINGS.summary),
    commentInPr: value(SETTINGS.commentInPr),
    commentKey: value(SETTINGS.commentKey),
    insecureRegistries: value(SETTINGS.insecureRegistries),
    waitForImage: value(SETTINGS.waitForImage),
    timeout: value(SETTINGS.timeout),
    cache: value(SETTINGS.cache),
    githubToken: value(SETTINGS.githubToken),
    policy: {
      failOn: value(SETTINGS.failOn),
      ignore: [...(written === null ? [] : parseIgnoreList(written, context)), ...(config?.ignore ?? [])],
    },
  };
}

function valueOf<T>(setting: Setting<T>, sources: readonly SettingSource[]): T {
  const written = firstOf(setting.name, sources);
  return written === null ? setting.fallback : setting.parse(written);
}

function firstOf(name: string, sources: readonly SettingSource[]): ReturnType<SettingSource> {
  for (const source of sources) {
    const written = source(name);
    if (written !== null) return written;
  }
  return null;
}

const PREFIX = 'EXEC_FORMAT_GUARD_';
/** Of the machine, not of the check: where kept layer listings are, and the secret that seals them. */
const MACHINE_VARIABLES: ReadonlySet<string> = new Set([`${PREFIX}CACHE_DIR`, `${PREFIX}CACHE_KEY`]);

/** `EXEC_FORMAT_GUARD_FAIL_ON=warning`; an empty value counts as unset. @throws {Failure} E_USAGE for unknown names */
export function environmentSource(env: Readonly<Record<string, string | undefined>>): SettingSource {
  const names = new Map(
    ALL_SETTINGS.map(({ name }) => [PREFIX + name.replaceAll('-', '_').toUpperCase(), name]),
  );
  const known = [...names.keys()];
  const unknown = Object.keys(env).find(
    (name) => name.startsWith(PREFIX) && !names.has(name) && !MACHINE_VARIABLES.has(name),
  );
  if (unknown !== undefined) {
    throw new Failure('E_USAGE', `unknown environment variable ${unknown}`, suggestion(unknown, known));
  }
  const variables = new Map([...names].map(([variable, name]) => [name, variable]));
  return (name) => {
    const variable = variables.get(name) ?? '';
    const text = env[variable] ?? '';
    return text.trim() === '' ? null : { text, where: variable, code: 'E_USAGE' };
  };
}
