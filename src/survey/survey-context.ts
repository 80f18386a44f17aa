import type { ImageConfig } from '../oci/image-config.ts';
import type { Platform } from '../oci/platform.ts';
import type { StartTrace } from '../start/start-trace.ts';

/** What a survey is told beside the file system. */
export interface SurveyContext {
  readonly platform: Platform;
  readonly config: ImageConfig;
  readonly trace: StartTrace;
  /** Globs of files that are held to the strictness of the start chain. */
  readonly binaries: readonly string[];
  /** Exemptions by name that are not to apply. */
  readonly exemptionsOff: readonly string[];
}
