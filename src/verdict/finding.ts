import type { Digest } from '../oci/digest.ts';
import type { Location, RelatedLocation } from '../origin/location.ts';
import type { JsonValue, Severity } from '../rules/rule.ts';

export type { Location, RelatedLocation };

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
