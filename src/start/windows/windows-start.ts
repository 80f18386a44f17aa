/**
 * What Windows would start: CreateProcess's search for the program, and the machine of its PE file. Layers hold the
 * files of C: below `Files/`. Left out on purpose: the registry (and the PATH in it), DLLs, and what a shell or a
 * batch file starts when it is not plain.
 */
import { parentOf } from '../../rootfs/path.ts';
import type { Located } from '../../rootfs/entry.ts';
import { argvOf, viaOf } from '../command-line.ts';
import { type ForeignStart, type NamedProgram, traceOf } from '../foreign-system.ts';
import type { StartTrace, Unreadable } from '../start-trace.ts';
import { judgeWindowsProgram } from './windows-program.ts';
import { directoryOf, windowsName, withExtensions, wordsOfCommandLine } from './windows-names.ts';

const SYSTEM_DIRECTORIES = ['/Windows/System32', '/Windows'] as const;
/** What Windows itself has in the registry's PATH. */
const USUAL_PATH = [
  ...SYSTEM_DIRECTORIES,
  '/Windows/System32/Wbem',
  '/Windows/System32/WindowsPowerShell/v1.0',
  '/Windows/System32/OpenSSH',
] as const;
/** The part of PATHEXT that counts for cmd. */
const COMMAND_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd'] as const;
const CMD = /^(?:c:)?(?:[\\/]?windows[\\/]system32[\\/])?cmd(?:\.exe)?$/i;
/** Words of cmd itself, and whatever makes a line more than one program with its arguments. */
const NOT_PLAIN =
  /^(?:assoc|call|cd|chdir|cls|copy|del|dir|echo|endlocal|erase|exit|for|ftype|goto|if|md|mkdir|move|path|pause|popd|prompt|pushd|rd|rem|ren|rename|rmdir|set|setlocal|shift|start|time|title|type|ver|verify|vol)(?:$|[.\s:])|[%!&|<>^()@]/i;

/** @throws {LayerNeeded} */
export function traceWindowsStart(start: ForeignStart): StartTrace {
  const { process } = start.config;
  const [first, ...others] = argvOf(process);
  if (first === undefined) return traceOf(start, [], {});
  const search = new WindowsSearch(start);
  const whole = search.find(first, ['.exe']);
  // In the shell form, and with ArgsEscaped, one word holds the whole command line.
  const words =
    whole.kind === 'found' || !/\s/.test(first)
      ? [first, ...others]
      : [...wordsOfCommandLine(first), ...others];
  const [name = first, ...args] = words;
  if (CMD.test(name)) return traceCmd(start, search, args);
  const found = name === first ? whole : search.find(name, ['.exe']);
  const leftOut = ['what the program needs and starts on Windows: only the program itself is looked at'];
  if (found.kind === 'unknown') return traceOf(start, [], { leftOut, unreadable: [found.unreadable] });
  const { program, doubt } = judgeWindowsProgram(start, { ...found.program, name, via: viaOf(process) });
  return traceOf(start, [program], { leftOut: [...leftOut, ...doubt] });
}

/** cmd.exe is in every Windows image; what it is told to run is looked at where that is plain. */
function traceCmd(start: ForeignStart, search: WindowsSearch, args: readonly string[]): StartTrace {
  const line = args
    .join(' ')
    .replace(/^(?:\/[a-z](?::\w+)?\s+)*/i, '')
    .trim();
  const leftOut = [`what cmd runs: ${line}`];
  const unquoted = line.startsWith('"') && line.endsWith('"') && line.length > 1 ? line.slice(1, -1) : line;
  const [name] = wordsOfCommandLine(unquoted);
  const via = viaOf(start.config.process);
  const shell: NamedProgram = { name: 'cmd', via, searched: [], file: null, refusals: [] };
  if (name === undefined || NOT_PLAIN.test(name)) return search.onlyKnown(start, [shell], leftOut);
  const found = search.find(name, COMMAND_EXTENSIONS);
  if (found.kind === 'unknown' || found.program.file === null)
    return search.onlyKnown(start, [shell], leftOut);
  const { program, doubt } = judgeWindowsProgram(start, { ...found.program, name, via: 'cmd /C' });
  return traceOf(start, [shell, program], { leftOut: [...leftOut, ...doubt] });
}

type Found = { readonly kind: 'found' | 'missing'; readonly program: Omit<NamedProgram, 'name' | 'via'> };
type Unknown = { readonly kind: 'unknown'; readonly unreadable: Unreadable };

class WindowsSearch {
  readonly #start: ForeignStart;
  readonly #workingDir: string;
  /** null: the registry's, which is not read. */
  readonly #path: readonly string[] | null;

  constructor(start: ForeignStart) {
    this.#start = start;
    const { workingDir, env } = start.config.process;
    this.#workingDir = directoryOf(workingDir);
    const path = env.findLast((each) => /^path=/i.test(each))?.slice('path='.length);
    this.#path = path?.split(';').filter((each) => each !== '') ?? null;
  }

  find(written: string, extensions: readonly string[]): Found | Unknown {
    const name = windowsName(written, this.#workingDir);
    if (name.kind === 'outside') return unknown(written, name.why);
    const directories = name.kind === 'path' ? [] : this.#directories();
    const places =
      name.kind === 'path'
        ? [name.path]
        : directories.map((each) => `${each === '/' ? '' : each}/${name.name}`);
    const searched = directories;
    for (const place of places.flatMap((each) => withExtensions(each, extensions))) {
      const located = this.#at(place);
      if (located === null) continue;
      if (located.entry.type === 'symlink') return unknown(written, `it is the link ${located.path}`);
      if (located.entry.type !== 'file') continue;
      return {
        kind: 'found',
        program: { searched, file: { path: located.path, located, hops: [] }, refusals: [] },
      };
    }
    if (name.kind === 'bare') return this.#beyondPath(name.name, extensions, searched);
    const link = this.#linkOn(name.path);
    if (link !== null) return unknown(written, `the way to it leads over the link ${link}`);
    const refusal = { kind: 'missing', at: `/Files${name.path}`, link: null } as const;
    return { kind: 'missing', program: { searched, file: null, refusals: [refusal] } };
  }

  /** Where the registry's PATH decides, the one program of that name, if there is one, is taken for it. */
  #beyondPath(name: string, extensions: readonly string[], searched: readonly string[]): Found | Unknown {
    if (this.#path !== null && !this.#path.some((each) => each.includes('%'))) {
      const refusal = { kind: 'not-in-path', path: this.#path.join(';'), passedOver: [] } as const;
      return { kind: 'missing', program: { searched, file: null, refusals: [refusal] } };
    }
    const names = new Set(withExtensions(`/${name}`, extensions).map((each) => each.toLowerCase()));
    const [only, ...others] = [...this.#start.rootfs.all()].filter(({ path, entry }) => {
      const isOwn = /^\/files\//i.test(path) && !/^\/files\/windows\//i.test(path);
      return isOwn && entry.type === 'file' && names.has(path.slice(path.lastIndexOf('/')).toLowerCase());
    });
    if (only === undefined || others.length > 0) {
      return unknown(name, 'Windows looks for it in the PATH of its registry, which is not read');
    }
    const file = { path: only.path, located: only, hops: [] };
    return { kind: 'found', program: { searched, file, refusals: [] } };
  }

  #linkOn(path: string): string | null {
    for (let above = parentOf(path); above !== '/'; above = parentOf(above)) {
      if (this.#at(above)?.entry.type === 'symlink') return above;
    }
    return null;
  }

  #directories(): readonly string[] {
    const path = this.#path?.filter((each) => !each.includes('%')).map(directoryOf) ?? USUAL_PATH;
    return [...new Set([this.#workingDir, ...SYSTEM_DIRECTORIES, ...path])];
  }

  #at(path: string): Located | null {
    return this.#start.rootfs.lookupIgnoringCase(`/Files${path}`);
  }

  /** Nothing but cmd.exe is known, which must not look like nothing at all. */
  onlyKnown(start: ForeignStart, programs: readonly NamedProgram[], leftOut: readonly string[]): StartTrace {
    const cmd = this.#at('/Windows/System32/cmd.exe');
    const file = cmd === null ? null : { path: cmd.path, located: cmd, hops: [] };
    return traceOf(
      start,
      programs.map((each) => ({ ...each, file })),
      { leftOut },
    );
  }
}

function unknown(path: string, why: string): Unknown {
  return { kind: 'unknown', unreadable: { path, why } };
}
