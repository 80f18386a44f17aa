import type { Execution, Launcher } from '../execution.ts';
import { appletsOf } from './busybox-applets.ts';
import { quotesOf } from './locale.ts';
import { namesItself, type Tool } from '../running-program.ts';

/** How a tool looks up and starts its child. */
export function launcherOf(execution: Execution, tool: Tool, search: Launcher['search']): Launcher {
  const name = tool.family === 'own' ? namesItself(tool) : `${tool.family} ${tool.name}`;
  return {
    name,
    quotes: quotesOf(execution, tool.program),
    search,
    unknownFile: search === 'LookPath' ? 'refused' : unknownFileOf(tool),
    // Some builds run their applets without any file (FEATURE_PREFER_APPLETS).
    ...(tool.family === 'busybox' && { builtIn: appletsOf(tool.program.elf) }),
  };
}

/**
 * Behind ENOEXEC glibc's execvp starts /bin/sh with the file (maybe_script_execute of posix/execvpe.c); musl's does
 * not. A static tool shows that it was linked with glibc, but not that it was linked with anything else.
 */
function unknownFileOf({ program }: Tool): Launcher['unknownFile'] {
  const loader = program.elf.interpreter?.path;
  if (program.elf.loader?.libc === 'static-glibc') return 'read-by-shell';
  if (loader === undefined) return 'perhaps-read-by-shell';
  return loader.includes('ld-musl') ? 'refused' : 'read-by-shell';
}
