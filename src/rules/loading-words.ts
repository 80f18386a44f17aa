/** What the rules about loaders and libraries have in common. */
import type { Hosts, LibraryFaultFacts } from '../start/loader/library-refusal.ts';
import type { StartStep, StartTrace, StepRole } from '../start/start-trace.ts';
import { about, askerOf, type RefusedStep } from './start-words.ts';

export const LOADERS: readonly StepRole[] = ['loader'];
export const LIBRARIES: readonly StepRole[] = ['library', 'preload', 'loader'];

export interface Loading {
  /** The path of the program that is loaded. */
  readonly program: string;
  /** The path of who asked: the program or one of its libraries. */
  readonly asker: string;
  readonly base: ReturnType<typeof about>;
  /** `base` where the file to blame is not the one that was looked for. */
  readonly placeless: Omit<ReturnType<typeof about>, 'path' | 'layer'>;
}

export function loadingOf(trace: StartTrace, found: RefusedStep): Loading {
  const program = programOf(trace, found.step);
  const asker = askerOf(trace, found.step);
  const { path, layer, ...rest } = about(trace, found);
  const placeless = { ...rest, evidence: { ...rest.evidence, program } };
  const place = { ...(path === undefined ? {} : { path }), ...(layer === undefined ? {} : { layer }) };
  return { program, asker, base: { ...placeless, ...place }, placeless };
}

/** Up from libraries and loaders to the program that they are for. */
function programOf(trace: StartTrace, step: StartStep): string {
  const asker = step.by === null ? undefined : trace.steps[step.by];
  return LIBRARIES.includes(step.role) && asker !== undefined
    ? programOf(trace, asker)
    : (step.file?.path ?? step.name);
}

const EFFECTS: Readonly<Record<LibraryFaultFacts['effect'], string>> = {
  stops: 'cannot start',
  perhaps: 'may be unable to start',
  ignored: '{starts|start} without a preload:',
};

/** `cannot start /app on x86-64-v3 processors`, or that it starts without what was to be preloaded. */
export function effectOn(
  program: string,
  hosts: Hosts,
  effect: LibraryFaultFacts['effect'] = 'stops',
): string {
  const fails = EFFECTS[effect];
  return `{platforms} ${fails} ${program}${hosts.on === 'all' ? '' : ` on ${hosts.processors}`}`;
}
