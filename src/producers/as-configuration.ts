import { Failure } from '../base/failure.ts';

/** The same work, where a broken document is not the image's fault but that of whoever configured the step. */
export function asConfiguration<T>(hint: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Failure) || !error.code.startsWith('E_JSON')) throw error;
    throw new Failure('E_CONFIG', error.message, hint, { cause: error });
  }
}
