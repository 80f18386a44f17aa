/**
 * What the rules about the start say of commands that the container does not start by itself: the same fault, the
 * same words, one degree milder.
 */
import type { RefusedCommand } from '../survey/refused-commands.ts';
import type { PlatformFacts } from './facts.ts';
import type { Observation, Severity, StartRule } from './rule.ts';

/** Rules about one file and what it needs; the others are about the config, or have a counterpart for all files. */
const ABOUT_FILES: ReadonlySet<string> = new Set([
  'crlf-script',
  'interpreter-loop',
  'interpreter-not-found',
  'isa-level',
  'library-mismatch',
  'library-not-found',
  'loader-mismatch',
  'loader-not-found',
  'malformed-elf',
  'malformed-script',
  'malformed-shebang',
  'program-not-found',
  'symbol-not-found',
  'symbol-version-not-found',
  'unknown-format',
]);

const SHOWN = 5;

export function* commandObservations(rule: StartRule, facts: PlatformFacts): Generator<Observation> {
  if (!ABOUT_FILES.has(rule.id)) return;
  for (const command of facts.survey?.commands ?? []) {
    for (const seen of rule.examine({ ...facts, trace: command.trace, survey: null })) {
      yield aboutCommand(seen, seen.severity ?? rule.severity, command);
    }
  }
}

function aboutCommand(seen: Observation, severity: Severity, { paths, why }: RefusedCommand): Observation {
  if (why === 'wanted') return { ...seen, evidence: { ...seen.evidence, stage: 'later' } };
  const others = paths.slice(1);
  const more = others.length > SHOWN ? ` and ${others.length - SHOWN} more` : '';
  const alike = others.length === 0 ? '' : ` So do ${others.slice(0, SHOWN).join(', ')}${more}.`;
  return {
    ...seen,
    severity: why === 'script' || severity !== 'error' ? 'note' : 'warning',
    message: `${seen.message}${alike} The container does not start ${others.length === 0 ? 'it' : 'them'} by itself.`,
    evidence: { ...seen.evidence, commands: paths.slice(0, 50), count: paths.length },
  };
}
