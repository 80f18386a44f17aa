import { Failure } from '../base/failure.ts';

/** Aborted by SIGINT or SIGTERM. The second one ends the process at once, as without us. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      controller.abort(new Failure('E_CANCELLED', `stopped by ${name}`, 'run it again'));
    });
  }
  return controller.signal;
}
