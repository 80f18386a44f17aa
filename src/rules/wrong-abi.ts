import { startRule } from './rule.ts';
import { about, formatOf, nameOf, refusedSteps } from './start-words.ts';

export const wrongAbi = startRule({
  id: 'wrong-abi',
  title: 'A program is for another ABI of the platform’s machine',
  severity: 'error',
  what: 'The program is for the right family of processors but for a calling convention or a mode that the platform’s kernels do not run: x32 on amd64, ILP32 on arm64, the old ABI (OABI) or FDPIC on arm, the other byte order or ELFv1 on POWER, n32 on 32-bit MIPS, or a static program for FreeBSD, NetBSD or another system. Warnings are about what some kernels run: ARM programs without a version of the EABI, 2008 NaNs on MIPS.',
  why: 'It looks right at a glance (`file` says x86-64), yet execve(2) answers ENOEXEC, `exec /app: exec format error`, or the process dies at its first system call.',
  fix: 'Build for the platform’s usual ABI: check `--target`, `-mabi`, `-m32`/`-mx32`, `GOARCH`, `GOOS` and the target triple of the toolchain.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['wrong-abi'])) {
      const { abi } = found.refusal;
      if (abi.kind !== 'wrong-abi' && abi.kind !== 'rare-abi') continue;
      const name = nameOf(trace, found.step);
      const base = about(trace, found);
      yield {
        ...base,
        title: `{platforms} ${abi.kind === 'rare-abi' ? 'may not start' : 'cannot start'} ${name}: it is for ${abi.abi}`,
        message: `${found.step.file?.located.path ?? name} is for ${abi.abi}, which ${abi.kind === 'rare-abi' ? 'many ' : ''}kernels of {platforms} do not run.`,
        evidence: { ...base.evidence, abi: abi.abi, format: formatOf(found.step) },
      };
    }
  },
});
