import type { Refusal } from './refusal.ts';
import type { Quotes } from './programs/quotation.ts';
import type { ShellPlace } from './shell/shell-place.ts';
import type { StartStep, Unreadable } from './start-trace.ts';

type Circumstances = Pick<StartStep, 'chain' | 'reach' | 'credentials'>;

export type NewStep = Omit<StartStep, 'index' | keyof Circumstances>;

interface Manner {
  readonly at?: ShellPlace | undefined;
  readonly quotes?: Quotes | undefined;
  readonly isDenied?: boolean;
}

/** In which manner the caller says it. */
export function mannerOf({ at, quotes, isDenied }: Manner): Pick<NewStep, 'at' | 'quotes' | 'isDenied'> {
  return {
    ...(at !== undefined && { at }),
    ...(quotes !== undefined && { quotes }),
    ...(isDenied === true && { isDenied }),
  };
}

/** Where a trace is put together. One trace, one recording. */
export class Recording {
  readonly #steps: StartStep[] = [];
  readonly #leftOut: Set<string> = new Set();
  readonly #unreadable: Unreadable[] = [];

  /** The index of the new step. */
  add({ chain, reach, credentials }: Circumstances, step: NewStep): number {
    const index = this.#steps.length;
    this.#steps.push({ ...step, index, chain, reach, credentials });
    return index;
  }

  /** Adds to what is wrong with a step. */
  refuse(index: number, refusal: Refusal): void {
    const step = this.#steps[index];
    if (step !== undefined) this.#steps[index] = { ...step, refusals: [...step.refusals, refusal] };
  }

  /** Notes what cannot be known without running. */
  leaveOut(words: string): void {
    this.#leftOut.add(words);
  }

  /** Notes what the verdict rests on and could not be read. */
  unreadable(path: string, why: string): void {
    if (this.#unreadable.every((known) => known.path !== path || known.why !== why)) {
      this.#unreadable.push({ path, why });
    }
  }

  get steps(): readonly StartStep[] {
    return this.#steps;
  }

  get leftOut(): readonly string[] {
    return [...this.#leftOut];
  }

  get unread(): readonly Unreadable[] {
    return this.#unreadable;
  }
}
