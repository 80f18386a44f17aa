/** Facts -> observations -> findings: equal observations of several platforms become one finding, worst first. */
import { formatPlatform } from '../oci/platform.ts';
import { arbitraryUserObservations } from '../rules/arbitrary-user-observations.ts';
import { commandObservations } from '../rules/command-observations.ts';
import type { ImageFacts } from '../rules/facts.ts';
import type { Observation, Rule, Severity } from '../rules/rule.ts';
import { startObservations } from '../rules/start-observations.ts';
import type { EntryName, Finding } from '../verdict/finding.ts';
import { listPlatforms } from '../verdict/narrow-finding.ts';
import { withTwins } from './twins.ts';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

interface Sighting {
  readonly rule: Rule;
  readonly observation: Observation;
  readonly platforms: readonly string[];
  /** What of the index was seen, where that is known. */
  readonly entries: readonly EntryName[];
}

export function runRules(rules: readonly Rule[], facts: ImageFacts): readonly Finding[] {
  const merged = new Map<string, Sighting>();
  for (const sighting of sightingsOf(rules, facts)) {
    const key = keyOf(sighting);
    const known = merged.get(key);
    const platforms = [...new Set([...(known?.platforms ?? []), ...sighting.platforms])];
    const entries = [...(known?.entries ?? []), ...sighting.entries];
    merged.set(key, { ...(known ?? sighting), platforms, entries });
  }
  const alike = alikeIn(facts);
  const findings = [...merged.values()].map((sighting) => findingOf(sighting, facts.reference, alike));
  return withTwins(findings).sort(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity),
  );
}

function* sightingsOf(rules: readonly Rule[], facts: ImageFacts): Generator<Sighting> {
  const startRules = rules.filter((rule) => rule.scope === 'start');
  for (const rule of rules) {
    if (rule.scope === 'index') {
      for (const observation of rule.examine(facts)) {
        const platforms = (observation.platforms ?? []).map(formatPlatform);
        const { manifest } = observation;
        const entries =
          manifest === undefined ? [] : platforms.map((platform) => ({ platform, digest: manifest }));
        yield { rule, observation, platforms, entries };
      }
      continue;
    }
    for (const platform of facts.platforms) {
      if (rule.scope === 'image' && platform.survey === null) continue;
      const name = formatPlatform(platform.image.platform);
      const about = {
        platforms: [name],
        entries: [{ platform: name, digest: platform.image.descriptor.digest }],
      };
      const observations =
        rule.scope === 'image'
          ? rule.examine(platform)
          : [
              ...startObservations(rule, platform, startRules),
              ...arbitraryUserObservations(rule, platform, startRules),
              ...commandObservations(rule, platform),
            ];
      for (const observation of observations) yield { rule, observation, ...about };
    }
  }
}

/** What makes two observations one: everything people read, but not the digests that differ from platform to platform. */
function keyOf({ rule, observation }: Sighting): string {
  const { severity, title, message, fix, runtimeError, path } = observation;
  return JSON.stringify([rule.id, severity, title, message, fix, runtimeError, path]);
}

/** Digests of the manifests that the index has for one platform, by the platform's name, where there are several. */
type Alike = ReadonlyMap<string, ReadonlySet<string>>;

function alikeIn({ entries }: ImageFacts): Alike {
  const named = entries.flatMap(({ platform, descriptor: { digest } }) =>
    platform === null ? [] : [[formatPlatform(platform), digest] as const],
  );
  const digests = [...Map.groupBy(named, ([name]) => name)].map(
    ([name, all]) => [name, new Set(all.map(([, digest]) => digest))] as const,
  );
  return new Map(digests.filter(([, all]) => all.size > 1));
}

/** What has to be said beside the platforms' names: which of several entries, unless it is all of them. */
function entriesToName({ platforms, entries }: Sighting, alike: Alike): readonly EntryName[] {
  return platforms.flatMap((platform) => {
    const own = new Set(entries.filter((entry) => entry.platform === platform).map(({ digest }) => digest));
    const isAll = own.size === (alike.get(platform)?.size ?? own.size);
    return isAll ? [] : [...own].map((digest) => ({ platform, digest }));
  });
}

function findingOf(sighting: Sighting, image: string, alike: Alike): Finding {
  const { rule, observation, platforms } = sighting;
  const entries = entriesToName(sighting, alike);
  const named = (text: string): string => withPlatforms(text, platforms, entries);
  return {
    rule: rule.id,
    severity: observation.severity ?? rule.severity,
    image,
    platforms,
    ...(entries.length === 0 ? {} : { entries }),
    path: observation.path ?? null,
    title: named(observation.title),
    message: named(observation.message),
    fix: named(observation.fix ?? rule.fix),
    runtimeError: observation.runtimeError ?? null,
    ...(observation.notes === undefined ? {} : { notes: observation.notes }),
    evidence: observation.evidence,
    layer: observation.layer ?? null,
    createdBy: null,
    location: null,
    related: [],
  };
}

function withPlatforms(text: string, platforms: readonly string[], entries: readonly EntryName[]): string {
  const numbered = text.replace(/\{(\w+)\|(\w+)\}/g, platforms.length > 1 ? '$2' : '$1');
  return numbered.replaceAll('{platforms}', () => listPlatforms(platforms, entries));
}
