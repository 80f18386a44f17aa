import { userInfo } from 'node:os';
import type { Environment } from './guard-host.ts';

/** An empty HOME would make the working folder's `.docker` the user's. A user whom the machine does not know has none. */
export function homeOf(env: Environment): string {
  if (env['HOME'] !== undefined && env['HOME'] !== '') return env['HOME'];
  try {
    return userInfo().homedir;
  } catch {
    return '/nonexistent';
  }
}
