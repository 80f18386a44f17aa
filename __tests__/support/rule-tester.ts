/** What one rule about the start says of an image made of files: walked, traced and judged by the real code. */
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import type { Observation, StartRule } from '../../src/rules/rule.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { buildElf } from './elf-builder.ts';
import type { MachineName } from './elf-machines.ts';
import { entry } from './image-facts.ts';
import { itemsOfTree, type Tree } from './image-builder.ts';
import { rootFsOf } from './listed.ts';

export async function observedOfStart(
  rule: StartRule,
  tree: Tree,
  process: Partial<ProcessConfig>,
): Promise<readonly Observation[]> {
  const { image: plain } = entry({ index: 'linux/amd64' });
  if (plain === null) throw new Error('the entry has an image');
  const image = { ...plain, config: { ...plain.config, process: { ...plain.config.process, ...process } } };
  const trace = traceStart(await rootFsOf(itemsOfTree(tree)), image);
  return [...rule.examine({ image, trace, survey: null, filesArchitecture: null })];
}

/** `severity: title | what people see`, with `{platforms}` as the rule writes it. */
export async function saysOfStart(
  rule: StartRule,
  tree: Tree,
  process: Partial<ProcessConfig>,
): Promise<string[]> {
  return (await observedOfStart(rule, tree, process)).map(
    ({ severity = rule.severity, title, runtimeError }) => `${severity}: ${title} | ${runtimeError ?? ''}`,
  );
}

/** A built program that does nothing but end, for a {@link Tree}. */
export function elf(
  machine: MachineName = 'amd64',
  mode = 0o755,
): { readonly data: Buffer; readonly mode: number } {
  return { data: Buffer.from(buildElf({ machine })), mode };
}
