import { userInfo } from 'node:os';
import type { Environment } from './environment.ts';

/** The home of a user who has none: below a device nothing is found, and nothing can be made, by root either. */
export const NO_HOME = '/dev/null';

/** An empty HOME would make the working folder's `.docker` the user's. A user whom the machine does not know has none. */
export function homeOf(env: Environment): string {
  if (env['HOME'] !== undefined && env['HOME'] !== '') return env['HOME'];
  try {
    return userInfo().homedir;
  } catch {
    return NO_HOME;
  }
}
