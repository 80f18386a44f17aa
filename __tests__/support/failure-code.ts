import { Failure } from '../../src/base/failure.ts';

const NONE = 'no failure';

/** The code of the Failure that the work throws, `no failure`, or the text of another error. */
export function codeOf(work: () => unknown): string {
  try {
    work();
    return NONE;
  } catch (failure) {
    return failure instanceof Failure ? failure.code : String(failure);
  }
}

/** The same for work that takes its time. */
export async function codeOfPromise(work: Promise<unknown>): Promise<string> {
  return (await failureOf(work))?.code ?? NONE;
}

/** The Failure itself, to look at its message; null when there is none. Other errors are thrown on. */
export async function failureOf(work: Promise<unknown>): Promise<Failure | null> {
  try {
    await work;
    return null;
  } catch (failure) {
    if (failure instanceof Failure) return failure;
    throw failure;
  }
}
