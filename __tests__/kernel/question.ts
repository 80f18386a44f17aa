/** What the judge is asked and what it says, as judge.c reads and writes it. */
import { constants } from 'node:os';
import { type KernelCase, ROOT } from './kernel-case.ts';

export interface KernelAnswer {
  readonly starts: boolean;
  /** `execve ENOEXEC`, `signal 11`, `exit 127`, `running` … */
  readonly how: string;
  readonly output: string;
}

/** Where the question's layers lie on the machine that is asked. */
export interface Place {
  readonly scratch: string;
  /** Top first; relative to `scratch` or absolute. */
  readonly lower: readonly string[];
  /** A program that runs for so long has started. */
  readonly seconds: number;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export function formatQuestion(question: KernelCase, { scratch, lower, seconds }: Place): Buffer {
  const { workingDir, env = [] } = question.config ?? {};
  const { uid, gid, groups } = question.as ?? ROOT;
  const who = [uid, gid, seconds, ...counted([gid, ...groups])];
  const what = [...counted(argvOf(question)), ...counted(environmentOf(env))];
  const fields = [scratch, lower.join(':'), workingDir || '/', ...who, ...what];
  return Buffer.from(fields.map((field) => `${field}\0`).join(''));
}

function counted(items: readonly (string | number)[]): readonly (string | number)[] {
  return [items.length, ...items];
}

export function argvOf({ config = {}, runs = 'start' }: KernelCase): readonly string[] {
  if (runs === 'start') return [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const [kind, ...rest] = config.healthcheck ?? [];
  return kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...rest] : rest;
}

/** Docker's: a default PATH, each name once, names without `=` removed; HOME from the runtime. */
export function environmentOf(env: readonly string[]): string[] {
  const names = new Map([['PATH', DEFAULT_PATH]]);
  for (const entry of env) {
    const at = entry.indexOf('=');
    if (at < 0) names.delete(entry);
    else names.set(entry.slice(0, at), entry.slice(at + 1));
  }
  if (!names.get('HOME')) names.set('HOME', '/');
  return [...names].map(([name, value]) => `${name}=${value}`);
}

export function parseAnswer(text: string): KernelAnswer {
  const end = text.indexOf('\n');
  const [phase = '', ...numbers] = text.slice(0, end).split(' ');
  const [error = 0, status = 0, signal = 0, running = 0] = numbers.map(Number);
  const output = text.slice(end + 1);
  const starts = phase === 'ran' && (running === 1 || (status === 0 && signal === 0));
  const ended = signal === 0 ? `exit ${status}` : `signal ${signal}`;
  const how = phase !== 'ran' ? `${phase} ${errnoName(error)}` : running === 1 ? 'running' : ended;
  return { starts, how, output };
}

function errnoName(error: number): string {
  const known = Object.entries(constants.errno).find(([, value]) => value === error);
  return known?.[0] ?? (error === 80 ? 'ELIBBAD' : String(error));
}
