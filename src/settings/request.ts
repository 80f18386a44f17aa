import { Failure } from '../base/failure.ts';
import type { GuardRequest } from '../guard.ts';
import type { Settings } from './settings.ts';

/** What the guard is asked to do. @throws {Failure} E_USAGE when nothing names an image */
export function requestOf(settings: Settings): GuardRequest {
  const { images, digests, metadata } = settings;
  if (images.length === 0 && digests.length === 0 && metadata === null) {
    throw new Failure(
      'E_USAGE',
      'no image to check',
      'name one, for example ghcr.io/acme/shop:1.4; in a workflow: image: ${{ steps.meta.outputs.tags }}',
    );
  }
  return {
    images,
    digest: settings.digest,
    platforms: settings.platforms,
    exactPlatforms: settings.exactPlatforms ? 'required-only' : 'any',
    scope: settings.scope,
    binaries: settings.binaries,
    dockerfile: settings.dockerfile,
    context: settings.context,
    target: settings.target,
    policy: settings.policy,
  };
}
