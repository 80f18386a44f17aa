/** Names and command lines as Windows reads them: CommandLineToArgvW, drive letters, extensions that may be left out. */

/** Separators, drive and case taken out: `C:\App\run.exe` is `/App/run.exe`. */
export type WindowsName =
  | { readonly kind: 'path'; readonly path: string }
  /** Looked for in directories. */
  | { readonly kind: 'bare'; readonly name: string }
  /** Another drive, a share, or a variable: not the image's to tell. */
  | { readonly kind: 'outside'; readonly why: string };

/** `workingDir` is where relative paths begin. */
export function windowsName(written: string, workingDir: string): WindowsName {
  const name = written.replaceAll('\\', '/');
  if (/[%$]/.test(name)) return { kind: 'outside', why: `${written} has a variable in it` };
  if (name.startsWith('//')) return { kind: 'outside', why: `${written} is not a path of the image` };
  const [, drive, rest] = /^([a-z]):(.*)$/is.exec(name) ?? [];
  if (drive !== undefined && drive.toLowerCase() !== 'c') {
    return { kind: 'outside', why: `${written} is on drive ${drive.toUpperCase()}:` };
  }
  const plain = rest ?? name;
  if (drive === undefined && !plain.includes('/')) return { kind: 'bare', name: plain };
  return {
    kind: 'path',
    path: cleaned(plain.startsWith('/') ? plain : `${directoryOf(workingDir)}/${plain}`),
  };
}

/** The directory that a text names, below C:; the root for any other. */
export function directoryOf(written: string): string {
  const path = written.replaceAll('\\', '/').replace(/^c:/i, '');
  return /^[a-z]:/i.test(path) ? '/' : cleaned(path);
}

function cleaned(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

/** CreateProcess puts .exe to a name without an extension. */
export function withExtensions(path: string, extensions: readonly string[]): readonly string[] {
  const hasOne = /\.[^./]*$/.test(path);
  return hasOne
    ? [path, ...extensions.slice(0, 1).map((each) => path + each)]
    : [path, ...extensions.map((each) => path + each)];
}

/** The words of a command line: blanks divide, quotes keep together, `\"` is a quote. */
export function wordsOfCommandLine(line: string): readonly string[] {
  return [...line.matchAll(/(?:\\"|"(?:\\"|[^"])*"?|[^\s"])+/g)].map(([word]) =>
    word.replaceAll(/\\"|"/g, (quote) => (quote === '"' ? '' : '"')),
  );
}
