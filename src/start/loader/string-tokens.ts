/** `$ORIGIN`, `$LIB` and `$PLATFORM` in paths of libraries: `_dl_dst_substitute` of glibc's elf/dl-load.c. */

export interface TokenValues {
  /** The directory of the object that says the path. */
  readonly ORIGIN: string | null;
  readonly LIB: string | null;
  readonly PLATFORM: string | null;
}

/** A token ends where a name ends, and `${LIBRARY}` or `$LIBX` is none: other text stays as it is. */
const TOKEN = /\$(?:\{(ORIGIN|LIB|PLATFORM)\}|(ORIGIN|LIB|PLATFORM)(?![A-Za-z0-9_]))/g;

export function tokensIn(text: string): readonly (keyof TokenValues)[] {
  return [...text.matchAll(TOKEN)].map((match) => tokenOf(match[1] ?? match[2]));
}

/** Null where a token has no value: the loader then leaves the whole path out. */
export function expandTokens(text: string, values: TokenValues): string | null {
  let isComplete = true;
  const expanded = text.replace(TOKEN, (_, inBraces?: string, bare?: string) => {
    const value = values[tokenOf(inBraces ?? bare)];
    if (value === null) isComplete = false;
    return value ?? '';
  });
  return isComplete ? expanded : null;
}

function tokenOf(name: string | undefined): keyof TokenValues {
  return name === 'LIB' || name === 'PLATFORM' ? name : 'ORIGIN';
}

/** In a set-uid program `$ORIGIN` counts only as the first component of a path. */
export function startsWithOrigin(text: string): boolean {
  return /^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(text) && tokensIn(text).lastIndexOf('ORIGIN') === 0;
}

/** `is_trusted_path_normalize`: whether a path, `.` and `..` taken out, lies below one of the directories. */
export function isBelow(path: string, directories: readonly string[]): boolean {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const normal = `/${parts.join('/')}/`;
  return directories.some((directory) => normal.startsWith(`${directory}/`));
}
