import { formatPlatform } from '../oci/platform.ts';
import type { PlatformFacts } from './facts.ts';
import { indexRule, type Observation } from './rule.ts';

export const sameContent = indexRule({
  id: 'same-content',
  title: 'Two platforms hold the same program',
  severity: 'note',
  what: 'Images of two different architectures start byte for byte the same ELF program, have the same layers with programs in them, or share programs that are for one of the two alone. Scripts, data, Java and WebAssembly may well be the same and are not reported. Where an error already says that the file is for the wrong machine, this is its proof and not a finding of its own.',
  why: 'A compiled program is for one machine. The same file under two platforms means that one of them got the file of the other, usually because a stage was built once and copied into both.',
  fix: 'Build for `TARGETARCH`: leave `ARG TARGETARCH` without a default, or take `--platform` off the stage that compiles.',
  *examine({ platforms }) {
    for (const facts of platforms) {
      const others = platforms.filter((other) => differs(facts, other));
      const seen = sameProgram(facts, others) ?? sameFiles(facts, others);
      if (seen !== null)
        yield { ...seen, platforms: [facts.image.platform], manifest: facts.image.descriptor.digest };
    }
  },
});

function sameProgram(facts: PlatformFacts, others: readonly PlatformFacts[]): Observation | null {
  const program = programOf(facts);
  if (program === null || facts.filesArchitecture === facts.image.platform.architecture) return null;
  const twin = others.find((other) => programOf(other)?.sha256 === program.sha256);
  if (twin === undefined) return null;
  const sameLayers = twin.image.config.diffIds.join() === facts.image.config.diffIds.join();
  const name = formatPlatform(twin.image.platform);
  return {
    path: program.path,
    title: sameLayers
      ? `{platforms} {has|have} the file system of ${name}`
      : `{platforms} {starts|start} the very file of ${name}`,
    message: sameLayers
      ? `Every layer is one of ${name}, programs included.`
      : `${program.path} is byte for byte the file in ${name}.`,
    evidence: { path: program.path, sha256: program.sha256, twin: name, sameLayers },
  };
}

/** Files for another machine that are right in the image of another platform. */
function sameFiles({ survey }: PlatformFacts, others: readonly PlatformFacts[]): Observation | null {
  for (const other of others) {
    const right = other.survey?.nativeDigests;
    const shared = [...(survey?.foreignDigests ?? [])].filter(([sha256]) => right?.has(sha256) === true);
    const [first] = shared;
    if (first === undefined) continue;
    const [[sha256, path], name] = [first, formatPlatform(other.image.platform)];
    const what = shared.length === 1 ? path : `${path} and ${shared.length - 1} more files`;
    return {
      path,
      title: `{platforms} {has|have} ${shared.length === 1 ? 'a program' : `${shared.length} programs`} of ${name}`,
      message: `${what} ${shared.length === 1 ? 'is' : 'are'} byte for byte what ${name} has.`,
      evidence: { path, sha256, twin: name, count: shared.length },
    };
  }
  return null;
}

function differs(one: PlatformFacts, other: PlatformFacts): boolean {
  return one.image.platform.architecture !== other.image.platform.architecture;
}

/** The first ELF file that the container starts. */
function programOf({ trace }: PlatformFacts): { readonly path: string; readonly sha256: string } | null {
  for (const { file } of trace.steps) {
    const content = file?.located.entry.content;
    if (file !== null && content?.kind === 'elf') return { path: file.located.path, sha256: content.sha256 };
  }
  return null;
}
