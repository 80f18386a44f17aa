import { fitsPattern } from '../dockerfile/expand-word.ts';
import type { ResolvedInstruction } from '../dockerfile/resolve-stage.ts';
import type { ProcessConfig } from '../oci/image-config.ts';
import { oneLine } from './command-line.ts';
import type { Location } from './location.ts';
import type { HistoryMatch } from './match-history.ts';
import type { Built } from './place.ts';
import { pointAt } from './pointing.ts';

/** Rules about what the config says, and the instruction that says it. */
const SAID_BY: ReadonlyMap<string, (config: ProcessConfig) => readonly [string, readonly string[]] | null> =
  new Map([
    ['program-not-found', startCommand],
    ['malformed-command', startCommand],
    ['no-start-command', startCommand],
    ['working-directory', ({ workingDir }) => ['WORKDIR', [workingDir]]],
    ['user-not-found', ({ user }) => ['USER', [user]]],
    ['healthcheck-broken', ({ healthcheck }) => (healthcheck === null ? null : ['HEALTHCHECK', healthcheck])],
  ]);

/** ENTRYPOINT decides what runs where there is one. */
function startCommand({ entrypoint, cmd }: ProcessConfig): readonly [string, readonly string[]] | null {
  const [keyword, words] = (entrypoint ?? []).length > 0 ? ['ENTRYPOINT', entrypoint] : ['CMD', cmd];
  const isSaid = words?.some((word) => word !== '') === true;
  return isSaid && typeof keyword === 'string' ? [keyword, words] : null;
}

/** The instruction behind a finding about the config; null unless the file says just what the config has. */
export function locateInConfig(
  rule: string,
  config: ProcessConfig,
  builts: readonly (Built | null)[],
): Location | null {
  const built = builts.find((candidate) => candidate?.match !== null) ?? null;
  if (built?.match === null || built === null) return null;
  const said = SAID_BY.get(rule)?.(config) ?? null;
  if (said === null) return rule === 'no-start-command' ? silentStage(built, built.match) : null;
  const [keyword, words] = said;
  const resolved = built.match.entries.findLast((entry) => entry?.instruction.keyword === keyword);
  if (resolved === undefined || resolved === null || !says(resolved, words)) return null;
  return pointAt(built, resolved.instruction.line, resolved.instruction.endLine);
}

/** Where nothing says what to start there is no line of it: the FROM of the stage that should have had one. */
function silentStage(built: Built, { entries }: HistoryMatch): Location | null {
  const stage = entries.findLast((entry) => entry !== null)?.stage;
  return stage === undefined ? null : pointAt(built, stage.from.line, stage.from.endLine);
}

/** The JSON form word for word; of the shell form its text, which is the last word behind the shell. */
function says({ instruction, words }: ResolvedInstruction, expected: readonly string[]): boolean {
  if (instruction.exec !== null) return instruction.exec.join('\0') === expected.join('\0');
  const last = oneLine(expected.at(-1) ?? '');
  const text = oneLine(words?.[0] ?? instruction.text);
  return fitsPattern(text, last) || text.endsWith(` ${last}`) || text.endsWith(`${JSON.stringify(last)}]`);
}
