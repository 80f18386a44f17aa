import type { Digest } from '../oci/digest.ts';
import type { Location, RelatedLocation } from '../origin/location.ts';
import type { JsonValue, Severity } from '../rules/rule.ts';

export type { Location, RelatedLocation };

/** One of several entries of the index that are for one platform. */
export interface EntryName {
  readonly platform: string;
  /** Of its manifest. */
  readonly digest: string;
}

/** The image is wrong: plain data, for every reporter. Texts hold untrusted strings: printers escape. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly image: string;
  /** Every platform it holds for, as formatPlatform prints them; empty for the index as a whole. */
  readonly platforms: readonly string[];
  /** Where the index has several entries of one of them: the entries that it holds for, of all those platforms. */
  readonly entries?: readonly EntryName[];
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

/** Whether it is about this entry of the index. */
export function holdsFor({ platforms, entries }: Finding, { platform, digest }: EntryName): boolean {
  const named = entries?.filter((entry) => entry.platform === platform) ?? [];
  return (
    platforms.includes(platform) && (named.length === 0 || named.some((entry) => entry.digest === digest))
  );
}
