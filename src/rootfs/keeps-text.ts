/**
 * Which files' text is kept as a fact, because execve(2), the loaders or the runtime read them. Decided by base
 * name or the name of the directory, not by the whole path: symlinks may lead to them from anywhere.
 */
import { LIMITS } from '../base/limits.ts';

export interface TextWanted {
  readonly as: 'text' | 'latin1';
  readonly maxBytes: number;
}

const TEXT: TextWanted = { as: 'text', maxBytes: LIMITS.textBytes };
const CACHE: TextWanted = { as: 'latin1', maxBytes: LIMITS.loaderCacheBytes };

const BY_NAME: ReadonlyMap<string, TextWanted> = new Map([
  ['passwd', TEXT], // USER by name
  ['group', TEXT], // USER's group by name
  ['ld.so.conf', TEXT], // what ldconfig would put into the cache
  ['ld.so.cache', CACHE], // glibc: where libraries are
  ['ld.so.preload', TEXT], // glibc: libraries for every program
  ['os-release', TEXT], // which distribution: for people, and for the CPU level it needs
]);

/** How lists of users and groups begin, whatever links lead to them: `name:x:0:`, perhaps behind comments. */
const USERS = /^\s*(?:#[^\n]*\n\s*)*[^:\s]{1,32}:[^:\s]{0,128}:\d{1,10}:/;

/** How ld.so.cache begins, in its new and its old format. */
const CACHE_MAGIC = /^(?:glibc-ld\.so\.cache1|ld\.so-1\.7\.0)/;

/** Null when nothing of the file needs to be kept but what {@link recognise} says. `head`: its first bytes, latin1. */
export function keepsText(path: string, head: string): TextWanted | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  if (name.endsWith('.conf') && directoryName(path, slash) === 'ld.so.conf.d') return TEXT; // included by ld.so.conf
  if (name.startsWith('ld-musl-') && name.endsWith('.path')) return TEXT; // musl: where libraries are
  if (CACHE_MAGIC.test(head)) return CACHE;
  return USERS.test(head) ? TEXT : null;
}

/**
 * Files without `#!` line and x bit that scripts read with `.`: `/venv/bin/activate`, `/etc/default/NAME`, and settings
 * of any program that begin as a script does. `head`: as for {@link keepsText}.
 */
export function sourcedText(path: string, head: string): TextWanted | null {
  const isSettings = SETTINGS_NAME.test(path) && SETTINGS.test(head);
  return isSettings || SOURCED_NAME.test(path) || SOURCED_FROM.test(path) ? SOURCED : null;
}

const SOURCED: TextWanted = { as: 'text', maxBytes: LIMITS.sourcedTextBytes };
const SOURCED_NAME =
  /(?:^|\/)(?:\.?(?:activate|(?:bash\.)?bashrc|bash_profile|env(?:\.\w+)?|envvars|profile)|enable|environment|(?:init-)?functions|[^/]*\.(?:bash|env|envsh|rc))$/;
const SETTINGS_NAME = /(?:^|\/)(?:[^/]*\.(?:cfg|conf|defaults|functions|inc|properties)|config|setenv|vars)$/;
/** Comments, and an assignment where they end. */
const SETTINGS = /^\s*(?:#[^\n]*(?:\n\s*|$))*(?:(?:export\s+)?[A-Za-z_]\w*=|$)/;
const SOURCED_FROM = /(?:^|\/)etc\/(?:default|env\.d|profile\.d|sysconfig)\/[^/]+$/;

/** The database of installed packages that a path names, if any. */
export function packageDatabaseOf(path: string): 'dpkg' | 'apk' | 'rpm' | null {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const directory = directoryName(path, slash);
  if (name === 'status' && directory === 'dpkg') return 'dpkg';
  if (directory === 'status.d' && !name.endsWith('.md5sums')) return 'dpkg';
  if (name === 'rpmdb.sqlite' || (directory === 'rpm' && /^Packages(?:\.db)?$/.test(name))) return 'rpm';
  return name === 'installed' && directory === 'db' ? 'apk' : null;
}

function directoryName(path: string, slash: number): string {
  return path.slice(path.lastIndexOf('/', slash - 1) + 1, Math.max(slash, 0));
}
