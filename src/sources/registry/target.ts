/** What one log-in is for. */
export interface Target {
  readonly registry: string;
  readonly repository: string;
}
