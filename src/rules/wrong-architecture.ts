import { startRule } from './rule.ts';
import { hostOf, machineOf } from './platform-nouns.ts';
import { about, nameOf, refusedSteps } from './start-words.ts';

export const wrongArchitecture = startRule({
  id: 'wrong-architecture',
  title: 'The program to start is for another architecture',
  severity: 'error',
  what: 'A program that the container starts (the program itself, the interpreter of a script, or what a wrapper starts) is an ELF file for another machine than the platform of the image. The same is asked of the PE file that a Windows image starts, and of the module of a WebAssembly image.',
  why: 'On that platform the container ends at once: `exec /server: exec format error`. The build and `docker run` on a developer’s machine do not notice, because emulation (binfmt with QEMU, Rosetta) runs the wrong program there. The usual causes are `ARG TARGETARCH=amd64` (a default hides the value that BuildKit sets), a download URL or `GOARCH` with a fixed architecture, and a base image pinned by the digest of one platform.',
  fix: 'Build for `TARGETARCH`: declare `ARG TARGETARCH` without a value in the stage that compiles or downloads, and use it there.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['wrong-abi'])) {
      const content = found.step.file?.located.entry.content;
      if (found.refusal.abi.kind !== 'wrong-machine' || content === undefined) continue;
      const machine = machineOf(content, trace.platform);
      const starts =
        found.step.role === 'program'
          ? `a program for ${machine}`
          : `${nameOf(trace, found.step)}, a program for ${machine}`;
      const base = about(trace, found);
      yield {
        ...base,
        title: `{platforms} {starts|start} ${starts}`,
        message: `${found.step.file?.located.path ?? found.step.name} is for ${machine}, which ${hostOf(trace.platform)} does not run.`,
        evidence: { ...base.evidence, machine, ...(content.kind === 'elf' && { sha256: content.sha256 }) },
      };
    }
  },
});
