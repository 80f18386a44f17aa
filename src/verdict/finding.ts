import type { Digest } from '../oci/digest.ts';
import type { JsonValue, Severity } from '../rules/rule.ts';

/** Where a line of the user's files is to blame. */
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

/** The image is wrong: plain data, for every reporter. Texts hold untrusted strings: printers escape. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly image: string;
  /** Every platform it holds for, as formatPlatform prints them; empty for the index as a whole. */
  readonly platforms: readonly string[];
  readonly path: string | null;
  /** The effect in plain words, lower case, no full stop, naming the platforms. */
  readonly title: string;
  /** One or two sentences: what was found against what was expected. */
  readonly message: string;
  /** One thing to do. */
  readonly fix: string;
  /** What people see at run time, because that is what they search for; null where nothing is printed. */
  readonly runtimeError: string | null;
  /** What is good to know beside it: `docker run` under emulation may hide the problem. */
  readonly notes?: readonly string[];
  readonly evidence: Readonly<Record<string, JsonValue>>;
  /** The layer that brought the file; null where no file is to blame. */
  readonly layer: Digest | null;
  /** The history line of that layer (`COPY --from=build …`); null when unknown. */
  readonly createdBy: string | null;
  readonly location: Location | null;
  readonly related: readonly RelatedLocation[];
}
