/** Builds a case's layers as directories and asks the kernel of this machine. Needs root and gcc. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { TarItem } from '../support/layer-builder.ts';
import { type KernelCase, ROOT, type RunAs } from './kernel-case.ts';

export interface KernelAnswer {
  readonly starts: boolean;
  /** `execve ENOEXEC`, `signal 11`, `exit 127`, `running` … */
  readonly how: string;
  readonly output: string;
}

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A program that runs for so long has started. */
const SECONDS = 3;

/** Everything of one run lies below one directory, which {@link Judge.close} removes. */
export class Judge {
  readonly #home: string = fs.mkdtempSync(join(tmpdir(), 'kernel-judge-'));
  readonly #binary: string = join(this.#home, 'judge');
  #asked = 0;

  constructor() {
    execFileSync('gcc', ['-O1', '-o', this.#binary, '__tests__/kernel/judge/judge.c']);
  }

  ask(question: KernelCase): KernelAnswer {
    const scratch = join(this.#home, String(this.#asked++));
    fs.mkdirSync(scratch);
    try {
      const layers = question.layers.map((items, index) => this.#layer(join(scratch, `l${index}`), items));
      if (layers.length === 0) layers.push(this.#layer(join(scratch, 'l0'), []));
      const lower = layers.map((layer) => basename(layer)).toReversed();
      return this.#run(scratch, lower, question);
    } finally {
      fs.rmSync(scratch, { recursive: true, force: true });
    }
  }

  close(): void {
    fs.rmSync(this.#home, { recursive: true, force: true });
  }

  #run(scratch: string, lower: readonly string[], question: KernelCase): KernelAnswer {
    const config = question.config ?? {};
    const { uid, gid, groups }: RunAs = question.as ?? ROOT;
    const fields = [
      scratch,
      lower.join(':'),
      config.workingDir || '/',
      uid,
      gid,
      SECONDS,
      ...counted([gid, ...groups]),
      ...counted(argvOf(question)),
      ...counted(environmentOf(config.env ?? [])),
    ];
    const input = Buffer.from(fields.map((field) => `${field}\0`).join(''));
    return parseAnswer(execFileSync(this.#binary, { input, env: {}, maxBuffer: 1 << 20 }).toString('latin1'));
  }

  #layer(directory: string, items: readonly TarItem[]): string {
    fs.mkdirSync(directory);
    fs.chmodSync(directory, 0o755);
    for (const item of items) this.#place(directory, item);
    return directory;
  }

  #place(layer: string, item: TarItem): void {
    const path = join(layer, item.name.toString());
    const name = basename(path);
    makeParents(layer, dirname(path));
    if (name === '.wh..wh..opq') return void execFileSync(this.#binary, ['opaque', dirname(path)]);
    if (name.startsWith('.wh.')) {
      return void execFileSync('mknod', [join(dirname(path), name.slice(4)), 'c', '0', '0']);
    }
    create(layer, path, item);
    if (item.flag === '1') return;
    fs.lchownSync(path, item.uid ?? 0, item.gid ?? 0);
    if (item.flag !== '2') fs.chmodSync(path, item.mode ?? 0o644);
    const capability = item.pax?.['SCHILY.xattr.security.capability'];
    if (capability !== undefined) {
      execFileSync(this.#binary, ['cap', Buffer.from(capability).toString('hex'), path]);
    }
  }
}

function makeParents(layer: string, directory: string): void {
  if (directory.length <= layer.length || fs.existsSync(directory)) return;
  makeParents(layer, dirname(directory));
  fs.mkdirSync(directory);
  fs.chmodSync(directory, 0o755);
}

function create(layer: string, path: string, item: TarItem): void {
  const target = item.linkName?.toString() ?? '';
  switch (item.flag ?? '0') {
    case '5':
      if (!fs.existsSync(path)) fs.mkdirSync(path);
      return;
    case '2':
      return fs.symlinkSync(target, path);
    case '1':
      return fs.linkSync(join(layer, target), path);
    case '3':
    case '4': {
      const [major, minor] = item.device ?? [0, 0];
      execFileSync('mknod', [path, item.flag === '3' ? 'c' : 'b', String(major), String(minor)]);
      return;
    }
    case '6':
      execFileSync('mknod', [path, 'p']);
      return;
    default:
      fs.writeFileSync(path, item.data ?? '');
  }
}

function counted(items: readonly (string | number)[]): readonly (string | number)[] {
  return [items.length, ...items];
}

function argvOf({ config = {}, runs = 'start' }: KernelCase): readonly string[] {
  if (runs === 'start') return [...(config.entrypoint ?? []), ...(config.cmd ?? [])];
  const [kind, ...rest] = config.healthcheck ?? [];
  return kind === 'CMD-SHELL' ? [...(config.shell ?? ['/bin/sh', '-c']), ...rest] : rest;
}

/** Docker's: a default PATH, each name once, names without `=` removed; HOME from the runtime. */
function environmentOf(env: readonly string[]): string[] {
  const names = new Map([['PATH', DEFAULT_PATH]]);
  for (const entry of env) {
    const at = entry.indexOf('=');
    if (at < 0) names.delete(entry);
    else names.set(entry.slice(0, at), entry.slice(at + 1));
  }
  if (!names.get('HOME')) names.set('HOME', '/');
  return [...names].map(([name, value]) => `${name}=${value}`);
}

function parseAnswer(text: string): KernelAnswer {
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
