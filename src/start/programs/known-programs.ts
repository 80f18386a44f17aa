/** What programs start once they run, where their arguments say it: env, wrappers, shells. */
import { envChild } from './env-command.ts';
import { BUSYBOX_APPLETS } from './busybox-applets.ts';
import { baseOf } from '../../rootfs/path.ts';
import { type Child, type Execution, UNKNOWN } from '../execution.ts';
import { readsScript } from './script-reader.ts';
import { type RunningProgram, type Tool, toolOf } from '../running-program.ts';
import { shellChildren } from '../shell/shell-command.ts';
import { isShell } from '../shell/shell-dialect.ts';
import { wrappedChild } from './wrappers.ts';

export function childrenOf(execution: Execution, program: RunningProgram): readonly Child[] {
  const tool = toolOf(execution.rootfs, asTool(execution, program));
  if (tool === null) return [];
  const isNamed = tool.name !== '' || tool.tail === 'end';
  if (execution.isAnyUser === true || !isNamed || tool.name.includes(UNKNOWN)) {
    execution.recording.leaveOut(`what ${program.path} starts, if anything: only running tells`);
    return [];
  }
  if (!hasApplet(execution, tool)) return [];
  if (tool.name === 'env') return envChild(execution, tool);
  if (isShell(tool.name)) return shellChildren(execution, tool);
  return wrappedChild(execution, tool) ?? readsScript(execution, tool);
}

/**
 * coreutils as one program, whose tools are scripts that name it (`--enable-single-binary=shebangs`): it takes the
 * script for the tool (src/coreutils.c), and so do those who read what becomes of it.
 */
function asTool({ recording }: Execution, program: RunningProgram): RunningProgram {
  const [, option = '', script] = program.argv;
  if (program.elf.project !== 'coreutils' || !option.startsWith(IN_SHEBANG) || script === undefined)
    return program;
  const called = recording.steps[recording.steps[program.step]?.by ?? program.step];
  const argv = [option.slice(IN_SHEBANG.length), ...program.argv.slice(3)];
  if (called?.role === 'interpreter') return { ...program, argv, step: called.by ?? called.index };
  return { ...program, argv, step: called?.index ?? program.step, role: 'child' };
}

const IN_SHEBANG = '--coreutils-prog-shebang=';

/** Whether it goes on. Links are there under the names of applets that a busybox has, where it does not say itself. */
function hasApplet(execution: Execution, { family, name, all, program }: Tool): boolean {
  if (family !== 'busybox' || name === '') return true; // alone it lists what it has
  const { recording } = execution;
  const { applets } = program.elf;
  const isNamed = all.args.length === program.argv.length - 2;
  // `#!/bin/busybox sh -e`: no applet has a blank in its name.
  const error = `${baseOf(name)}: applet not found`;
  if (isNamed && program.role === 'interpreter' && /\s/.test(name)) {
    recording.refuse(program.step, { kind: 'malformed-shebang', fault: 'options-in-one-word', error });
    return false;
  }
  if (isNamed ? ALWAYS_THERE.test(name) : applets === null && BUSYBOX_APPLETS.has(name)) return true;
  if (applets === null) recording.leaveOut(`whether ${program.path} has ${name}`);
  if (applets === null || applets.includes(baseOf(name))) return true;
  const refusal = {
    kind: 'missing',
    at: name,
    link: null,
    error,
    busybox: program.file.located.path,
  } as const;
  recording.refuse(program.step, refusal);
  return false;
}

const ALWAYS_THERE = /^(?:sh|ash|env|--help|--list|--install|--list-full)$/;
