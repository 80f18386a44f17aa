/** One of the streams of a terminal, or whatever stands in its place. */
export interface Output {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}
