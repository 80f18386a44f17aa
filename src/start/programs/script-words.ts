/**
 * What interpreters of other languages say of a script that they cannot open, as Python 3.8 to 3.14, Perl 5.36, Ruby 3.1,
 * Node 18 to 24, PHP 8.2, Lua 5.4, Tcl 8.6, gawk 5.2, mawk 1.3.4, sed 4.9, make 4.3, execline 2.9, Java 17 to 25 and
 * busybox 1.35 do.
 */
import { baseOf, wholePath } from '../../rootfs/path.ts';
import type { Tool } from '../running-program.ts';

/** Why not, and what was to be opened: `path` as it was asked for, `real` where its symlinks lead. */
export interface Unopened {
  readonly path: string;
  readonly real: string;
  readonly errno: 'EACCES' | 'ENOENT' | 'ENOTDIR';
  readonly workingDir: string;
}

const TEXTS = {
  EACCES: { number: 13, text: 'Permission denied' },
  ENOENT: { number: 2, text: 'No such file or directory' },
  ENOTDIR: { number: 20, text: 'Not a directory' },
} as const;

/** null where that is not known. */
export function unopenedError(tool: Tool, unopened: Unopened): string | null {
  const { path, errno } = unopened;
  const { text } = TEXTS[errno];
  const [zero = tool.name] = tool.program.argv;
  const [language = ''] = /^[a-zA-Z]+/.exec(tool.name) ?? [];
  if (tool.family === 'busybox') return ofApplet(language, path, text);
  switch (language) {
    case 'python':
      return ofPython(tool.name, zero, unopened);
    case 'perl':
      return `Can't open perl script "${path}": ${text}`;
    case 'ruby':
      // Of control characters it makes others.
      return /^[ -~]*$/.test(path) ? `${zero}: ${text} -- ${path} (LoadError)` : `${zero}: ${text} -- `;
    case 'node':
    case 'nodejs':
      return ofNode(unopened);
    case 'php':
      return `Could not open input file: ${path}`;
    case 'java':
      return `Error: Unable to access jarfile ${path}`;
    case 'lua':
      return `${zero}: cannot open ${path}: ${text}`;
    case 'tclsh':
      return `couldn't read file "${path}": ${text.toLowerCase()}`;
    case 'gawk':
      // `error: cannot`, `fatal: cannot` or `fatal: can't`.
      return `open source file \`${path}' for reading`;
    case 'mawk':
      return `${baseOf(zero)}: cannot open ${path} (${text})`;
    case 'sed':
      return `${zero}: couldn't open file ${path}: ${text}`;
    case 'make':
      return `${baseOf(zero)}: ${path}: ${text}`;
    case 'execlineb':
      return `execlineb: fatal: unable to open ${path} for reading: ${text}`;
    default:
      return null;
  }
}

function ofApplet(applet: string, path: string, text: string): string | null {
  switch (applet) {
    case 'awk':
      return `awk: can't open '${path}': ${text}`;
    case 'sed':
      return `sed: ${path}: ${text}`;
    default:
      return null;
  }
}

/** Since 3.9 it says the whole path, which it joins without a look at either part. */
function ofPython(name: string, zero: string, { path, errno, workingDir }: Unopened): string {
  const { number, text } = TEXTS[errno];
  const why = `[Errno ${number}] ${text}`;
  // It writes names as repr() does.
  if (!/^[ -~]*$/.test(path) || /['"\\]/.test(path)) return why;
  const minor = Number(/^python3\.(\d+)$/.exec(name)?.[1] ?? 0);
  if (path.startsWith('/')) return `${zero}: can't open file '${path}': ${why}`;
  if (minor < 9 || workingDir === '/') return `${path}': ${why}`;
  return `${zero}: can't open file '${workingDir}/${path}': ${why}`;
}

function ofNode({ path, real, errno, workingDir }: Unopened): string {
  if (errno === 'EACCES') return `Error: EACCES: permission denied, open '${real}'`;
  const whole = wholePath(workingDir, path);
  return `Error: Cannot find module '${whole}'`;
}
