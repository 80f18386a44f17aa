/** stdbuf(1) of coreutils has the program preload a library of its own, and ends where it does not find it. */
import { baseOf, parentOf } from '../../rootfs/path.ts';
import type { Execution } from '../execution.ts';
import { quotesOf } from './locale.ts';
import { quoted } from './quotation.ts';
import { namesItself, type Tool } from '../running-program.ts';

const LIBRARY = 'libstdbuf.so';

/**
 * The same execution with the preload, null where stdbuf ends: no file of the image is named so. Which directory it
 * looks in besides its own was decided when it was built (`set_LD_PRELOAD` of src/stdbuf.c); where that leaves more than
 * one answer nothing is preloaded. @throws {LayerNeeded}
 */
export function withItsLibrary(execution: Execution, tool: Tool): Execution | null {
  const { recording, rootfs, environment } = execution;
  const { program, name } = tool;
  const searched = [parentOf(program.file.located.path), '/usr/libexec/coreutils'];
  const found: string[] = [];
  for (const { path } of rootfs.all()) if (baseOf(path) === LIBRARY) found.push(path);
  const [path, ...others] = found;
  if (path !== undefined) {
    if (others.length > 0 || !searched.includes(parentOf(path))) return execution;
    const preloads = environment.get('LD_PRELOAD');
    const all = preloads === undefined ? path : `${preloads}:${path}`;
    return { ...execution, environment: new Map(environment).set('LD_PRELOAD', all) };
  }
  recording.add(execution, {
    role: 'preload',
    by: program.step,
    name: LIBRARY,
    via: name,
    searched,
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
  return null;
}
