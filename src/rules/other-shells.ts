/**
 * What mksh R59, ksh93u+m 1.0, zsh 5.9 and yash 2.53 say of what they cannot start, open or enter. Where they stand is
 * left out: their scripts are read as those of any shell, and lines are counted by each in its own way.
 */
import type { Attempt } from './attempt.ts';
import { type Errno, ERRNO_TEXTS } from './errno.ts';

interface Words {
  readonly start: (attempt: Attempt) => string | null;
  /** A directory behind `cd`. */
  readonly enter: (name: string, errno: Errno) => string;
  /** A script, or a file behind `.`. */
  readonly open: (name: string, errno: Errno, what: 'script' | 'sourced') => string;
}

const said = (errno: Errno): string => ERRNO_TEXTS[errno];
/** zsh writes them in small letters. */
const lower = (errno: Errno): string => said(errno).toLowerCase();

const WORDS: Readonly<Record<string, Words>> = {
  mksh: {
    start: ({ name, errno, isDirectory, path }) => {
      const isLost = errno === 'ENOENT' || (errno === 'ELOOP' && !name.includes('/'));
      if (isLost && path === null) return `${name}: inaccessible or not found`;
      if (errno === 'ENOEXEC') return `${name}: not executable`;
      if (isDirectory) return `${name}: can't execute: ${said('EISDIR')}`;
      return errno === 'EACCES' && path !== null ? `${name}: can't execute: ${said(errno)}` : `${name}: `;
    },
    enter: (name, errno) => `cd: ${name}: ${said(errno)}`,
    open: (name, errno) => `${name}: ${said(errno)}`,
  },
  ksh: {
    start: ({ name, errno, isDirectory }) => {
      if (errno === 'ENOENT') return `${name}: not found`;
      return `${name}: cannot execute [${said(isDirectory ? 'EISDIR' : errno)}]`;
    },
    enter: (name, errno) => `cd: ${name}: [${said(errno)}]`,
    open: (name, errno, what) =>
      what === 'script' && errno === 'ENOENT'
        ? `${name}: not found`
        : `${name}: cannot open [${said(errno)}]`,
  },
  zsh: {
    start: ({ name, errno, path, interpreter }) => {
      if (path === null && !name.includes('/') && errno !== 'ELOOP') return `command not found: ${name}`;
      if (interpreter !== null) return `${name}: bad interpreter: ${interpreter}: ${lower(errno)}`;
      return `${lower(errno)}: ${name}`;
    },
    enter: (name, errno) => `${lower(errno)}: ${name}`,
    open: (name, errno, what) =>
      what === 'script' ? `can't open input file: ${name}` : `${lower(errno)}: ${name}`,
  },
  yash: {
    start: ({ name, errno, path, isDirectory }) => {
      if (path === null && !name.includes('/')) return `no such command \`${name}'`;
      if (errno === 'ENOEXEC') return null;
      return `cannot execute command \`${name}': ${said(isDirectory ? 'EISDIR' : errno)}`;
    },
    enter: (name, errno) => `cd: \`${name}': ${said(errno)}`,
    open: (name, errno) => `cannot open file \`${name}': ${said(errno)}`,
  },
};

/** null: a shell that may be any. */
export function otherShell(name: string | undefined): Words | null {
  const own = name === 'lksh' ? 'mksh' : name === 'ksh93' ? 'ksh' : (name ?? '');
  return Object.hasOwn(WORDS, own) ? (WORDS[own] ?? null) : null;
}
