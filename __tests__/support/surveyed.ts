/** A platform image made of files, walked, traced and surveyed by the real code. */
import { parsePlatform } from '../../src/oci/platform.ts';
import type { PlatformFacts } from '../../src/rules/facts.ts';
import type { ImageRule } from '../../src/rules/rule.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { surveyImage } from '../../src/survey/survey.ts';
import { buildElf } from './elf-builder.ts';
import type { ElfSpec } from './elf-spec.ts';
import { entry } from './image-facts.ts';
import { itemsOfTree, type Tree } from './image-builder.ts';
import { rootFsOf } from './listed.ts';

export interface SurveyedImage {
  readonly platform?: string;
  /** The lowest first. */
  readonly layers: readonly Tree[];
  readonly entrypoint?: readonly string[];
  readonly env?: readonly string[];
  readonly binaries?: readonly string[];
  readonly exemptionsOff?: readonly string[];
}

/** A built ELF file with the x bits, for a {@link Tree}. */
export function program(spec: ElfSpec): { readonly data: Buffer; readonly mode: number } {
  return { data: Buffer.from(buildElf(spec)), mode: 0o755 };
}

export async function surveyed(spec: SurveyedImage): Promise<PlatformFacts> {
  const platform = parsePlatform(spec.platform ?? 'linux/arm64');
  const { image: plain } = entry({ index: platform });
  if (plain === null) throw new Error('the entry has an image');
  const process = { ...plain.config.process, entrypoint: spec.entrypoint ?? null, env: spec.env ?? [] };
  const image = { ...plain, config: { ...plain.config, process } };
  const rootfs = await rootFsOf(...spec.layers.map(itemsOfTree));
  const trace = traceStart(rootfs, image);
  const { binaries = [], exemptionsOff = [] } = spec;
  const survey = surveyImage(rootfs, { platform, config: image.config, trace, binaries, exemptionsOff });
  return { image, trace, survey, filesArchitecture: survey.majorityArchitecture };
}

/** What the rule says of the image, as `severity: title`. */
export async function saysOf(rule: ImageRule, spec: SurveyedImage): Promise<string[]> {
  return [...rule.examine(await surveyed(spec))].map(
    (seen) => `${seen.severity ?? rule.severity}: ${seen.title.replace(/\{(\w+)\|\w+\}/g, '$1')}`,
  );
}
