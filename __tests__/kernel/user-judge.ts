/** Asks a real engine who a USER is: one container runs on, its /etc is written anew for each question. Needs root. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerEngine } from '../support/docker-engine.ts';
import { layerOf, type TarItem } from '../support/layer-builder.ts';
import { type RunAs, program } from './kernel-case.ts';
import { writeLayer } from './layer-directory.ts';
import { PROGRAMS } from './programs.ts';

export type UserVerdict = { readonly as: RunAs } | { readonly refused: string };

export class UserJudge {
  readonly #scratch: string;
  readonly #engine: DockerEngine;
  readonly #container: string;
  readonly #root: string;

  private constructor(scratch: string, engine: DockerEngine, container: string) {
    this.#scratch = scratch;
    this.#engine = engine;
    this.#container = container;
    const mounts = join(engine.dataRoot, 'image/vfs/layerdb/mounts', container);
    this.#root = join(engine.dataRoot, 'vfs/dir', readFileSync(join(mounts, 'mount-id'), 'utf8'));
  }

  static async start(): Promise<UserJudge> {
    const scratch = mkdtempSync(join(tmpdir(), 'user-judge-'));
    const engine = await DockerEngine.start(scratch);
    const tar = join(scratch, 'base.tar');
    writeFileSync(tar, layerOf([program('busybox', PROGRAMS.busybox)], 'none').bytes);
    await engine.docker('import', tar, 'base');
    const quiet = ['--detach', '--network', 'none', '--init=false'];
    const { stdout } = await engine.docker('run', ...quiet, 'base', '/busybox', 'sleep', '3600');
    return new UserJudge(scratch, engine, stdout.trim());
  }

  /** `files`: whatever lies in /etc and is led to from there. */
  async ask(files: readonly TarItem[], spec: string): Promise<UserVerdict> {
    const names = new Set(files.map(({ name }) => name.toString().split('/').slice(0, 2).join('/')));
    mkdirSync(join(this.#root, 'etc'), { recursive: true });
    writeLayer(this.#root, files);
    try {
      const Cmd = ['/busybox', 'cat', '/proc/self/status'];
      const question = { User: spec === '' ? ':' : spec, AttachStdout: true, AttachStderr: true, Cmd };
      const made = await this.#engine.api('POST', `/containers/${this.#container}/exec`, question);
      if (made.status !== 201) return { refused: made.body };
      const id = /"Id":"(\w+)"/.exec(made.body)?.[1];
      const { body } = await this.#engine.api('POST', `/exec/${id}/start`, { Detach: false, Tty: false });
      return verdictOf(body);
    } finally {
      for (const name of names) rmSync(join(this.#root, name), { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    await this.#engine.docker('rm', '--force', this.#container);
    await this.#engine.stop();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

function verdictOf(body: string): UserVerdict {
  const numbersOf = (name: string) =>
    new RegExp(`^${name}:\t(.*)$`, 'm').exec(body)?.[1]?.trim().split(/\s+/).map(Number);
  const [uid] = numbersOf('Uid') ?? [];
  const [gid] = numbersOf('Gid') ?? [];
  if (uid === undefined || gid === undefined) return { refused: body };
  const groups = new Set(numbersOf('Groups'));
  groups.delete(gid);
  return { as: { uid, gid, groups: [...groups] } };
}

/** The kernel has groups in order, each once, and the primary one wherever it is listed. */
export function asKernelHas({ uid, gid, groups }: RunAs): RunAs {
  const others = new Set(groups);
  others.delete(gid);
  return { uid, gid, groups: [...others].toSorted((one, other) => one - other) };
}
