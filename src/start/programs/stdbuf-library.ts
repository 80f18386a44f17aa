/** stdbuf(1) of coreutils has the program preload a library of its own, and ends where it does not find it. */
import { baseOf, parentOf } from '../../rootfs/path.ts';
import type { Execution } from '../execution.ts';
import { quotesOf } from './locale.ts';
import { quoted } from './quotation.ts';
import { namesItself, type Tool } from '../running-program.ts';

const LIBRARY = 'libstdbuf.so';

/**
 * Whether no file of the image is named so: which directory stdbuf looks in besides its own was decided when it was
 * built (`set_LD_PRELOAD` of src/stdbuf.c). @throws {LayerNeeded}
 */
export function lacksItsLibrary(execution: Execution, tool: Tool): boolean {
  const { recording, rootfs } = execution;
  const { program, name } = tool;
  for (const { path } of rootfs.all()) if (baseOf(path) === LIBRARY) return false;
  recording.add(execution, {
    role: 'preload',
    by: program.step,
    name: LIBRARY,
    via: name,
    searched: [parentOf(program.file.located.path), '/usr/libexec/coreutils'],
    file: null,
    refusals: [
      {
        kind: 'library-not-found',
        error: `${namesItself(tool)}: failed to find ${quoted(LIBRARY, quotesOf(execution, program))}`,
        passedOver: [],
        hosts: { on: 'all' },
        effect: 'stops',
      },
    ],
  });
  return true;
}
