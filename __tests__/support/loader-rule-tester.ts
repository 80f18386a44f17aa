/** What one rule says of an image that starts `/app`: the files are walked, traced and judged by the real code. */
import type { StartRule } from '../../src/rules/rule.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { entry } from './image-facts.ts';
import type { TarItem } from './layer-builder.ts';
import { rootFsOf } from './listed.ts';

export interface Said {
  readonly severity: string;
  /** With `{platforms}` as the rule writes it. */
  readonly title: string;
  readonly path: string | undefined;
  readonly runtimeError: string | undefined;
}

export interface Start {
  readonly platform?: string;
  readonly env?: readonly string[];
}

/** The name of a case, what lies in the image, what is said of it, and how it starts if not on linux/amd64. */
export type Case = readonly [name: string, items: readonly TarItem[], said: readonly Said[], start?: Start];

export async function saidBy(
  rule: StartRule,
  items: readonly TarItem[],
  { platform = 'linux/amd64', env = [] }: Start = {},
): Promise<Said[]> {
  const { image: plain } = entry({ index: platform });
  if (plain === null) throw new Error('the entry has an image');
  const process = { ...plain.config.process, entrypoint: ['/app'], env };
  const image = { ...plain, config: { ...plain.config, process } };
  const trace = traceStart(await rootFsOf(items), image);
  const seen = [...rule.examine({ image, trace, survey: null, filesArchitecture: null })];
  return seen.map(({ severity = rule.severity, title, path, runtimeError }) => {
    return { severity, title, path, runtimeError };
  });
}

/** For `test.each`, which hands over no more than the array holds. */
export function rowsOf(
  cases: readonly Case[],
): [name: string, items: readonly TarItem[], said: readonly Said[], start: Start][] {
  return cases.map(([name, items, said, start = {}]) => [name, items, said, start]);
}
