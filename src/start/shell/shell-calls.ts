import type { Function as ShellFunction } from 'unbash';
import type { ScriptText } from './shell-place.ts';

/** A function with the text that it stands in. */
export interface DefinedFunction {
  readonly body: ShellFunction['body'];
  readonly script: ScriptText;
  /** `possible`: another one of this name may be called, or a program. */
  readonly certainty: 'certain' | 'possible';
}

/** A function or a file that is being run, and the file that it stands in. */
export interface Frame {
  readonly name: string;
  readonly source: string;
}
