/** The environment of the container's first process, as docker and runc make it from the image's Env. */

/** What runtimes set when the image's Env has no PATH (moby's DefaultPathEnv, containerd's defaultUnixEnv). */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What loaders find libraries by (ld.so(8)). */
export const LOADER_VARIABLES: readonly string[] = ['LD_LIBRARY_PATH', 'LD_PRELOAD'];

/**
 * The last of equal names wins, in PATH too; an entry without `=` removes its name, even the default PATH
 * (ReplaceOrAppendEnvValues of moby, replaceOrAppendEnvValues of containerd, prepareEnv of runc).
 */
export function environmentOf(env: readonly string[]): ReadonlyMap<string, string> {
  const environment = new Map([['PATH', DEFAULT_PATH]]);
  for (const entry of env) {
    const at = entry.indexOf('=');
    if (at < 0) environment.delete(entry);
    else environment.set(entry.slice(0, at), entry.slice(at + 1));
  }
  return environment;
}

interface Names {
  readonly environment: ReadonlyMap<string, string>;
  readonly searchPath?: string | null | undefined;
}

/** Where names are looked for: in a shell's own PATH, or in that of the environment; null where there is none. */
export function searchPathOf({ searchPath, environment }: Names): string | null {
  return searchPath === undefined ? (environment.get('PATH') ?? null) : searchPath;
}
