/**
 * The inputs of the step, as the runner hands them over: `INPUT_FAIL-ON` for `fail-on`, empty for unset. Blank lines
 * alone are unset too, but for `digests`: there they are jobs that left nothing, and the tag is not what they built.
 */
import { Failure } from '../base/failure.ts';
import type { Environment } from '../machine/environment.ts';
import { settingNames } from '../settings/table.ts';
import { type SettingSource, suggestion } from '../settings/written.ts';

const PREFIX = 'INPUT_';

/** @throws {Failure} E_USAGE for an input that there is not */
export function inputSource(env: Environment): SettingSource {
  const known = settingNames('action');
  const unknown = Object.keys(env)
    .filter((variable) => variable.startsWith(PREFIX))
    .map((variable) => variable.slice(PREFIX.length).toLowerCase())
    .find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Failure('E_USAGE', `unknown input "${unknown}"`, suggestion(unknown, known));
  }
  return (name) => {
    const text = env[PREFIX + name.toUpperCase()] ?? '';
    const isUnset = text.trim() === '' && (name !== 'digests' || text === '');
    return isUnset ? null : { text, where: `input ${name}`, code: 'E_USAGE' };
  };
}
