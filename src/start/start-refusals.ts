import type { Hosts, LibraryFaultFacts } from './loader-refusal.ts';
import type { Refusal } from './refusal.ts';
import type { StartStep, StartTrace } from './start-trace.ts';

export interface RefusedStep<Kind extends Refusal['kind']> {
  readonly step: StartStep;
  readonly refusal: Extract<Refusal, { readonly kind: Kind }>;
  /** The path of the program that it is about: whom the config, a script or a wrapper asked for. */
  readonly program: string;
  /** The path of who asked for this step; the program itself when the config did. */
  readonly asker: string;
}

/** Refusals of one kind in the container's own start; HEALTHCHECK's chain has its own rule. */
export function* startRefusals<Kind extends Refusal['kind']>(
  { steps }: StartTrace,
  kind: Kind,
): Generator<RefusedStep<Kind>> {
  for (const step of steps) {
    if (step.chain !== 'start') continue;
    for (const refusal of step.refusals) {
      if (!isOfKind(refusal, kind)) continue;
      const program = programOf(step, steps);
      const by = step.by === null ? undefined : steps[step.by];
      yield { step, refusal, program, asker: by?.file?.path ?? program };
    }
  }
}

function isOfKind<Kind extends Refusal['kind']>(
  refusal: Refusal,
  kind: Kind,
): refusal is Extract<Refusal, { readonly kind: Kind }> {
  return refusal.kind === kind;
}

/** Up from libraries and loaders to the program that they are for. */
function programOf(step: StartStep, steps: readonly StartStep[]): string {
  const asker = step.by === null ? undefined : steps[step.by];
  const isPart = step.role === 'library' || step.role === 'preload' || step.role === 'loader';
  if (isPart && asker !== undefined) return programOf(asker, steps);
  return step.file?.path ?? step.name;
}

/** What fails only if something else happens, or only on some hosts, is a warning. */
export function severityOf({ reach }: StartStep, hosts: Hosts = { on: 'all' }): 'error' | 'warning' {
  return reach === 'certain' && hosts.on === 'all' ? 'error' : 'warning';
}

/** ` on x86-64-v3 processors`, or nothing when it is everywhere. */
export function onHosts(hosts: Hosts): string {
  return hosts.on === 'all' ? '' : ` on ${hosts.processors}`;
}

/** `cannot start /app on x86-64-v3 processors`, or that it starts without what was to be preloaded. */
export function effectOf({ refusal, program }: RefusedLibrary): string {
  const effect = refusal.effect === 'stops' ? 'cannot start' : 'starts without a preload:';
  return `{platforms} ${effect} ${program}${onHosts(refusal.hosts)}`;
}

export function severityOfFault({ refusal, step }: RefusedLibrary): Severity {
  return refusal.effect === 'ignored' ? 'note' : severityOf(step, refusal.hosts);
}

type Severity = 'error' | 'warning' | 'note';

interface RefusedLibrary {
  readonly step: StartStep;
  readonly program: string;
  readonly refusal: LibraryFaultFacts;
}
