import { describeElf } from '../elf/describe-elf.ts';
import { startRefusals, severityOf } from '../start/start-refusals.ts';
import { startRule } from './rule.ts';

export const wrongAbi = startRule({
  id: 'wrong-abi',
  title: 'A program is for another ABI of the platform’s machine',
  severity: 'error',
  what: 'The program is for the right family of processors but for a calling convention or a mode that the platform’s kernels do not run: x32 on amd64, ILP32 on arm64, the old ABI (OABI) or FDPIC on arm, the other byte order or ELFv1 on POWER, n32 or 2008 NaNs on MIPS.',
  why: 'It looks right at a glance (`file` says x86-64), yet execve(2) answers ENOEXEC, `exec /app: exec format error`, or the process dies at its first system call.',
  fix: 'Build for the platform’s usual ABI: check `--target`, `-mabi`, `-m32`/`-mx32`, `GOARCH` and the target triple of the toolchain.',
  *examine({ trace }) {
    for (const { step, refusal, program } of startRefusals(trace, 'wrong-abi')) {
      if (refusal.abi.kind !== 'wrong-abi') continue;
      const content = step.file?.located.entry.content;
      yield {
        severity: severityOf(step),
        title: `{platforms} cannot start ${program}: it is for ${refusal.abi.abi}`,
        message: `${program} is ${content?.kind === 'elf' ? describeElf(content) : 'a program'} for ${refusal.abi.abi}, which kernels of {platforms} do not run.`,
        runtimeError: `exec ${program}: exec format error`,
        path: step.file?.located.path ?? program,
        ...(step.file?.located.layer == null ? {} : { layer: step.file.located.layer }),
        evidence: { program, role: step.role, abi: refusal.abi.abi },
      };
    }
  },
});
