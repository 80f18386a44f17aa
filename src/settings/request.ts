import type { GuardRequest } from '../guard.ts';
import type { Settings } from './settings.ts';

/** What the guard is asked to do. */
export function requestOf(settings: Settings): GuardRequest {
  const {
    images,
    digest,
    digests,
    metadata,
    platforms,
    scope,
    binaries,
    exemptionsOff,
    dockerfile,
    context,
    target,
    policy,
  } = settings;
  const exactPlatforms = settings.exactPlatforms ? 'required-only' : 'any';
  const index = settings.forbidIndex ? 'forbidden' : 'any';
  const users = settings.arbitraryUser ? 'image-and-arbitrary-user' : 'image-user';
  return {
    images,
    digest,
    digests,
    metadata,
    platforms,
    exactPlatforms,
    index,
    scope,
    users,
    binaries,
    exemptionsOff,
    archives: settings.archives ? 'opened' : 'closed',
    dockerfile,
    context,
    target,
    policy,
  };
}
