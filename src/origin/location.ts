/** Where a line of the user's files is to blame: plain data, which findings carry on to every reporter. */
export interface Location {
  /** Relative to the repository (or as the user named it). */
  readonly file: string;
  /** 1-based; `endLine` for instructions that go over several lines. */
  readonly line: number;
  readonly endLine: number;
  readonly snippet: string;
  /** The words of the snippet's last line to underline; the whole line when absent. */
  readonly highlight?: string;
  /** How we know: build provenance, the Dockerfile matched against the config's history, or the repository itself. */
  readonly by: 'provenance' | 'history' | 'repository' | 'workflow';
}

/** A second place that explains the first: the ARG default, the stage's FROM, the command in the other stage. */
export interface RelatedLocation extends Location {
  readonly label: string;
  /** `true` only where it is proven, else the printers write "likely cause". */
  readonly proven: boolean;
}
