/** Facts about an index for rules to judge: everything that is not given is ordinary. */
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { NO_PROCESS } from '../../src/oci/image-config.ts';
import type { Digest } from '../../src/oci/digest.ts';
import { parsePlatform, type Platform } from '../../src/oci/platform.ts';
import type { ImageFacts, IndexEntry, PlatformImage } from '../../src/rules/facts.ts';
import type { IndexRule, Observation } from '../../src/rules/rule.ts';

export function digest(letter: string): Digest {
  return `sha256:${letter.repeat(64)}`;
}

export function descriptor(letter: string, more: Partial<Descriptor> = {}): Descriptor {
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: digest(letter),
    size: 500,
    annotations: {},
    ...more,
  };
}

export interface EntryOptions {
  /** The platform in the index, parsed leniently; null: the descriptor has none. */
  readonly index?: string | Platform | null;
  /** The platform in the config; as in the index. */
  readonly config?: string | Platform;
  readonly letter?: string;
  readonly diffIds?: readonly Digest[];
  readonly manifestType?: string;
  readonly layerType?: string;
}

export function entry(options: EntryOptions = {}): IndexEntry {
  const claimed = options.index === null ? null : platformOf(options.index ?? 'linux/amd64');
  const own = platformOf(options.config ?? claimed ?? 'linux/amd64');
  const found = descriptor(options.letter ?? 'a', claimed === null ? {} : { platform: claimed });
  const diffIds = options.diffIds ?? [digest('1')];
  const image: PlatformImage = {
    platform: claimed ?? own,
    claimed,
    descriptor: found,
    manifest: {
      mediaType: options.manifestType ?? 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor('c'),
      layers: diffIds.map(() =>
        descriptor('b', { mediaType: options.layerType ?? 'application/vnd.oci.image.layer.v1.tar+gzip' }),
      ),
      annotations: {},
    },
    config: {
      platform: own,
      diffIds,
      history: [],
      process: NO_PROCESS,
      labels: {},
    },
  };
  return { descriptor: found, platform: image.platform, image, failure: null };
}

export function imageFacts(more: Partial<ImageFacts> = {}): ImageFacts {
  return {
    reference: 'registry.example/shop:1',
    root: descriptor('r', { mediaType: 'application/vnd.oci.image.index.v1+json' }),
    isIndex: true,
    required: [],
    exactPlatforms: 'any',
    index: 'any',
    entries: [entry()],
    attestations: 0,
    platforms: [],
    expectedDigest: null,
    tags: [],
    unpinned: false,
    ...more,
  };
}

/** What the rule says, as `severity: title`. */
export function says(rule: IndexRule, facts: ImageFacts): string[] {
  return [...rule.examine(facts)].map(
    (seen: Observation) => `${seen.severity ?? rule.severity}: ${seen.title}`,
  );
}

function platformOf(platform: string | Platform): Platform {
  return typeof platform === 'string' ? parsePlatform(platform) : platform;
}
