/**
 * Files for other machines that healthy images have on purpose. Each kind has a name under which reports count it and
 * under which it can be switched off; its fields make the docs page.
 */
import type { BinaryFile, Fit } from '../binary-file.ts';
import type { ImageView } from '../image-view.ts';
import type { BuildsAnswer } from '../platform-builds.ts';

export interface Exemption {
  /** Never renamed: people switch exemptions off by it. */
  readonly name: string;
  /** Which files. */
  readonly covers: string;
  /** Why they are no fault. */
  readonly reason: string;
  /**
   * `place`: the directory says so, which does not count for what PATH or a supervisor calls. `name`: the path says
   * so; of what PATH calls only the file's own name counts, and not where PATH has a link of another name to it.
   */
  readonly judgedBy: 'place' | 'name' | 'file';
  applies(file: BinaryFile, about: About): boolean;
}

/** What is known of the file beside itself. */
export interface About {
  readonly fit: Exclude<Fit, 'native'>;
  readonly builds: BuildsAnswer;
  readonly image: ImageView;
}

export function exemption(fields: Exemption): Exemption {
  return fields;
}
