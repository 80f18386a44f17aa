/** Facts -> observations -> findings: equal observations of several platforms become one finding, worst first. */
import { formatPlatform } from '../oci/platform.ts';
import { arbitraryUserObservations } from '../rules/arbitrary-user-observations.ts';
import { commandObservations } from '../rules/command-observations.ts';
import type { ImageFacts } from '../rules/facts.ts';
import type { Observation, Rule, Severity } from '../rules/rule.ts';
import type { Finding } from '../verdict/finding.ts';
import { listPlatforms } from '../verdict/narrow-finding.ts';
import { withTwins } from './twins.ts';

const ORDER: readonly Severity[] = ['error', 'warning', 'note'];

interface Sighting {
  readonly rule: Rule;
  readonly observation: Observation;
  readonly platforms: readonly string[];
}

export function runRules(rules: readonly Rule[], facts: ImageFacts): readonly Finding[] {
  const merged = new Map<string, Sighting>();
  for (const sighting of sightingsOf(rules, facts)) {
    const key = keyOf(sighting);
    const known = merged.get(key);
    const platforms = [...new Set([...(known?.platforms ?? []), ...sighting.platforms])];
    merged.set(key, { ...(known ?? sighting), platforms });
  }
  const findings = [...merged.values()].map((sighting) => findingOf(sighting, facts.reference));
  return withTwins(findings).sort(
    (one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity),
  );
}

function* sightingsOf(rules: readonly Rule[], facts: ImageFacts): Generator<Sighting> {
  for (const rule of rules) {
    if (rule.scope === 'index') {
      for (const observation of rule.examine(facts)) {
        const platforms = (observation.platforms ?? []).map(formatPlatform);
        yield { rule, observation, platforms };
      }
      continue;
    }
    for (const platform of facts.platforms) {
      if (rule.scope === 'image' && platform.survey === null) continue;
      const platforms = [formatPlatform(platform.image.platform)];
      for (const observation of rule.examine(platform)) yield { rule, observation, platforms };
      if (rule.scope !== 'start') continue;
      for (const observation of arbitraryUserObservations(rule, platform))
        yield { rule, observation, platforms };
      for (const observation of commandObservations(rule, platform)) yield { rule, observation, platforms };
    }
  }
}

/** What makes two observations one: everything people read, but not the digests that differ from platform to platform. */
function keyOf({ rule, observation }: Sighting): string {
  const { severity, title, message, fix, runtimeError, path } = observation;
  return JSON.stringify([rule.id, severity, title, message, fix, runtimeError, path]);
}

function findingOf({ rule, observation, platforms }: Sighting, image: string): Finding {
  return {
    rule: rule.id,
    severity: observation.severity ?? rule.severity,
    image,
    platforms,
    path: observation.path ?? null,
    title: withPlatforms(observation.title, platforms),
    message: withPlatforms(observation.message, platforms),
    fix: withPlatforms(observation.fix ?? rule.fix, platforms),
    runtimeError: observation.runtimeError ?? null,
    ...(observation.notes === undefined ? {} : { notes: observation.notes }),
    evidence: observation.evidence,
    layer: observation.layer ?? null,
    createdBy: null,
    location: null,
    related: [],
  };
}

function withPlatforms(text: string, platforms: readonly string[]): string {
  const numbered = text.replace(/\{(\w+)\|(\w+)\}/g, platforms.length > 1 ? '$2' : '$1');
  return numbered.replaceAll('{platforms}', () => listPlatforms(platforms));
}
