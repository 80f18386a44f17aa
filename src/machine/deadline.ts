import { Failure } from '../base/failure.ts';

export interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

/** The longest time that Node can wait for. */
const LONGEST = 2 ** 31 - 1;

/** Aborted when the time for a run is over: what is unfinished then is not verified. 0: never. */
export function startDeadline(milliseconds: number): Deadline {
  const controller = new AbortController();
  if (milliseconds === 0) return { signal: controller.signal, end: () => {} };
  const timer = setTimeout(
    () => {
      const time = `${milliseconds / 1_000} s`;
      controller.abort(
        new Failure(
          'E_TIMEOUT',
          `not finished within ${time}`,
          'run it again, or give it more time (timeout)',
        ),
      );
    },
    Math.min(milliseconds, LONGEST),
  );
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
