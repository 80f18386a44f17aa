import type { Outcome } from '../start/refusal.ts';
import { severityOf, startRefusals } from '../start/start-refusals.ts';
import { startRule } from './rule.ts';

export const loaderMismatch = startRule({
  id: 'loader-mismatch',
  title: 'The dynamic loader does not fit the program',
  severity: 'error',
  what: 'The file at the path in `PT_INTERP` is there, but it is no loader that the kernel would start for this program: it is for another machine, it is a script, a text or empty, or it is damaged.',
  why: 'The kernel maps program and loader into one process, so they must be of one kind. People see `exec /app: accessing a corrupted shared library` (ELIBBAD), or a process that is killed before its first instruction. It happens when a userland of another architecture was copied into the image, or when a file was made up to look like the loader.',
  fix: 'Take the loader from the libc package of the image’s own platform, and do not copy `/lib` or `/lib64` from a stage of another platform.',
  *examine({ trace }) {
    for (const { step, refusal, program } of startRefusals(trace, 'loader-mismatch')) {
      const path = step.file?.located.path ?? step.name;
      yield {
        severity: severityOf(step),
        title: `{platforms} cannot start ${program}: its loader ${step.name} does not fit`,
        message: `${program} wants the loader ${step.name}; ${path} ${refusal.text}.`,
        runtimeError: runtimeErrorOf(program, refusal.outcome),
        path,
        ...(step.file?.located.layer == null ? {} : { layer: step.file.located.layer }),
        evidence: { program, loader: step.name, found: refusal.text },
      };
    }
  },
});

function runtimeErrorOf(program: string, outcome: Outcome): string {
  if (outcome.kind === 'signal') return outcome.signal === 'SIGBUS' ? 'Bus error' : 'Segmentation fault';
  const isEio = outcome.errno === 'EIO';
  return `exec ${program}: ${isEio ? 'input/output error' : 'accessing a corrupted shared library'}`;
}
