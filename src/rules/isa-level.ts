import { isaShortfallsOf, isOfSomeParts, type StartShortfall } from '../start/kernel/isa-level.ts';
import { SIGNAL_WORDS } from '../start/loader/loading-fault.ts';
import type { StartTrace } from '../start/start-trace.ts';
import { startRule } from './rule.ts';

export const isaLevel = startRule({
  id: 'isa-level',
  title: 'A program needs a newer processor than the platform promises',
  severity: 'warning',
  what: 'The platform promises a level of processors: `linux/amd64` any x86-64, `linux/amd64/v3` those with AVX2, `linux/arm/v6` a first Raspberry Pi. What starts was built for a higher one: it says so in `GNU_PROPERTY_X86_ISA_1_NEEDED`, in `.ARM.attributes`, or in Go’s build information (`GOAMD64`, `GOARM`, `GOARM64`, `GOPPC64`, `GORISCV64`). `.ARM.attributes` speak for the newest part of a program, which may be one that it calls only where the processor has it: that is a warning.',
  why: 'It runs on the machine that built it and not on older ones: `CPU ISA level is lower than required` (glibc’s loader), `This program can only be run on AMD64 processors with v3 microarchitecture support` (Go), `Fatal glibc error: CPU does not support x86-64-v2`, or `Illegal instruction` and exit status 132. Debian’s armhf is ARMv7, so an image for `linux/arm/v6` made from it stops on a Raspberry Pi Zero.',
  fix: 'Lower `-march`, `GOAMD64` or `GOARM` to what the platform promises, take a base image that is built for it, or publish the image under the variant that it needs, such as `linux/amd64/v3` or `linux/arm/v7`.',
  *examine({ trace }) {
    const [first, ...others] = isaShortfallsOf(trace);
    if (first === undefined) return;
    const { path, layer, needs, promised, proof, certainty } = first;
    const more = others.length === 0 ? '' : `, and so do ${others.length} other files that start with it`;
    yield {
      severity: certainty === 'surely' ? 'error' : [first, ...others].every(mayChoose) ? 'note' : 'warning',
      title: `{platforms} {starts|start} ${path}, which needs ${needs}`,
      message: `${path} needs ${needs} (${proof})${more}; {platforms} promises ${promised}.`,
      ...errorOf(trace, first),
      path,
      ...(layer === null ? {} : { layer }),
      evidence: { needs, promised, proof, files: [first, ...others].map((file) => file.path).slice(0, 50) },
    };
  },
});

/**
 * A library's Tag_CPU_arch is the highest of all its parts, also of those that it calls only where the processor has
 * them: Debian's libatomic and libgcrypt for ARM are like that. A libc or loader is taken at its word.
 */
function mayChoose(file: StartShortfall): boolean {
  const { path, proof, certainty } = file;
  const isLibrary = proof.startsWith('Tag_CPU_arch') && /\/lib(?!c\.so|c-2)[^/]*\.so[.0-9]*$/.test(path);
  return isLibrary || (certainty === 'perhaps' && isOfSomeParts(file));
}

/**
 * What people see on a processor that lacks it; nothing for the levels of which that is not known. Loaders of glibc
 * compare levels since 2.33, from which on they say of which version they are.
 */
function errorOf({ steps }: StartTrace, { path, proof }: StartShortfall): { readonly runtimeError?: string } {
  const level = /^GOAMD64=(v\d)$/.exec(proof)?.[1];
  if (level !== undefined)
    return {
      runtimeError: `This program can only be run on AMD64 processors with ${level} microarchitecture support.`,
    };
  if (/^GO(?!ARM=)/.test(proof)) return {};
  const isLoaded = steps.some(({ file, role }) => {
    const { located } = file ?? {};
    const content = located?.path === path ? located.entry.content : undefined;
    return content?.kind === 'elf' && (role === 'library' || content.interpreter !== null);
  });
  const compares = steps.some(({ file, role }) => {
    const content = role === 'loader' ? file?.located.entry.content : undefined;
    return content?.kind === 'elf' && content.loader?.libc === 'glibc' && content.loader.version !== null;
  });
  const isSaid = proof.startsWith('GNU_PROPERTY') && isLoaded && compares;
  return { runtimeError: isSaid ? 'CPU ISA level is lower than required' : SIGNAL_WORDS.SIGILL };
}
