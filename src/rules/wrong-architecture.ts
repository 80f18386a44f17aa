import { machineOf, programFor } from './machine-words.ts';
import { hostOf, machineIn } from './platform-nouns.ts';
import { startRule } from './rule.ts';
import { about, nameOf, refusedSteps } from './start-words.ts';

export const wrongArchitecture = startRule({
  id: 'wrong-architecture',
  title: 'The program to start is for another architecture',
  severity: 'error',
  what: 'A program that the container starts (the program itself, the interpreter of a script, or what a wrapper starts) is an ELF file for another machine than the platform of the image. The same is asked of the PE file that a Windows image starts, and of the module of a WebAssembly image.',
  why: 'On that platform the container ends at once: `exec /server: exec format error`. The build and `docker run` on a developer’s machine do not notice, because emulation (binfmt with QEMU, Rosetta) runs the wrong program there. The usual causes are `ARG TARGETARCH=amd64` (a default hides the value that BuildKit sets), a download URL or `GOARCH` with a fixed architecture, and a base image pinned by the digest of one platform.',
  fix: 'Build for `TARGETARCH`: declare `ARG TARGETARCH` without a value in the stage that compiles or downloads, and use it there.',
  *examine({ trace }) {
    const { platform } = trace;
    const expected = machineOf(platform.architecture);
    for (const found of refusedSteps(trace, ['wrong-abi'])) {
      const content = found.step.file?.located.entry.content;
      if (found.refusal.abi.kind !== 'wrong-machine' || content === undefined) continue;
      const machine = machineIn(content, platform);
      const what = programFor(machine);
      const starts = found.step.role === 'program' ? what : `${nameOf(trace, found.step)}, ${what}`;
      const base = about(trace, found);
      yield {
        ...base,
        title: `{platforms} {starts|start} ${starts}`,
        message: `${found.step.file?.located.path ?? found.step.name} is for ${machine}, which ${hostOf(platform)} does not run.`,
        ...(platform.os === 'linux' && { notes: [emulated(machine)] }),
        evidence: {
          ...base.evidence,
          machine,
          expected,
          ...(content.kind === 'elf' && { sha256: content.sha256 }),
        },
      };
    }
  },
});

function emulated(machine: string): string {
  return `on ${machine} machines \`docker run\` may start it all the same, and so hide the fault`;
}
