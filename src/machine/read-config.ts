import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import type { ConfigFile } from '../settings/config-file.ts';
import type { IgnoreContext } from '../settings/ignore-entry.ts';
import { errorCode } from '../sources/error-code.ts';
import { DEFAULT_CONFIG_FILE } from '../settings/settings.ts';

/**
 * The config file of a checkout: the named one, or the usual one if it is there. The YAML parser is loaded only
 * when there is something to parse. @throws {Failure} E_CONFIG
 */
export async function readConfig(
  named: string | null,
  folder: string,
  context: IgnoreContext,
): Promise<ConfigFile | null> {
  const file = named ?? DEFAULT_CONFIG_FILE;
  const text = await readFile(resolve(folder, file), 'utf8').catch((cause: unknown) => {
    const code = errorCode(cause);
    if (named === null && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw new Failure('E_CONFIG', `${file}: cannot be read: ${code}`, 'check config-file', { cause });
  });
  if (text === null) return null;
  const { parseConfigFile } = await import('../settings/config-file.ts');
  return parseConfigFile(text, file, context);
}
