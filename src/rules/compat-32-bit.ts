import { startRule } from './rule.ts';
import { about, formatOf, nameOf, refusedSteps } from './start-words.ts';

export const compat32Bit = startRule({
  id: 'compat-32-bit',
  title: 'A 32-bit program under a 64-bit platform',
  severity: 'warning',
  what: 'The program is for the 32-bit mode of the platform’s processors: i386 on amd64, ARM on arm64, 31-bit on s390x, 32-bit PowerPC or MIPS on their 64-bit kind.',
  why: 'Whether it runs is decided by the host. Kernels for amd64 mostly still run i386 programs, but it can be switched off (`ia32_emulation=0`), and managed and minimal kernels do so. Many arm64 processors have no 32-bit mode at all (Apple, Neoverse V and N2 of the cloud providers): `exec /app: exec format error`. Emulators and some build hosts hide it.',
  fix: 'Build the program for the 64-bit platform, or publish the image as `linux/386` or `linux/arm/v7`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['wrong-abi'])) {
      const { abi } = found.refusal;
      if (abi.kind !== 'compat-32-bit') continue;
      const name = nameOf(trace, found.step);
      const hosts = abi.hosts === 'few' ? 'few hosts run' : 'some hosts do not run';
      const base = about(trace, found);
      yield {
        ...base,
        title: `{platforms} {starts|start} a 32-bit program, ${name}, which ${hosts}`,
        message: `${found.step.file?.located.path ?? name} is ${formatOf(found.step) ?? 'a 32-bit program'}.`,
        evidence: { ...base.evidence, format: formatOf(found.step) },
      };
    }
  },
});
