import { formatPlatform } from '../oci/platform.ts';
import type { PlatformFacts } from './facts.ts';
import { indexRule } from './rule.ts';

export const sameContent = indexRule({
  id: 'same-content',
  title: 'Two platforms hold the same program',
  severity: 'note',
  what: 'Images of two different architectures start byte for byte the same ELF program, or have the same layers with programs in them. Scripts, data, Java and WebAssembly may well be the same and are not reported.',
  why: 'A compiled program is for one machine. The same file under two platforms means that one of them got the file of the other, usually because a stage was built once and copied into both.',
  fix: 'Build the program for `TARGETARCH`: leave `ARG TARGETARCH` without a default, and take `--platform` off the stage that compiles unless it cross-compiles.',
  *examine({ platforms }) {
    for (const [position, facts] of platforms.entries()) {
      const program = programOf(facts);
      if (program === null || facts.filesArchitecture === facts.image.platform.architecture) continue;
      const twin = platforms.find(
        (other, index) =>
          index !== position && programOf(other)?.sha256 === program.sha256 && differs(facts, other),
      );
      if (twin === undefined) continue;
      const sameLayers = twin.image.config.diffIds.join() === facts.image.config.diffIds.join();
      const others = formatPlatform(twin.image.platform);
      yield {
        platforms: [facts.image.platform],
        path: program.path,
        title: sameLayers
          ? `{platforms} {has|have} the file system of ${others}`
          : `{platforms} {starts|start} the very file of ${others}`,
        message: sameLayers
          ? `Every layer is one of ${others}, programs included.`
          : `${program.path} is byte for byte the file in ${others}.`,
        evidence: { path: program.path, sha256: program.sha256, twin: others, sameLayers },
      };
    }
  },
});

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
