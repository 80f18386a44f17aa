/** A dockerd of this machine with folders of its own, and without networks. Needs root. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DockerAnswer {
  readonly status: number;
  readonly body: string;
}

export class DockerEngine {
  readonly dataRoot: string;
  readonly socket: string;
  readonly #process: ChildProcess;

  private constructor(scratch: string) {
    this.dataRoot = join(scratch, 'data');
    this.socket = join(scratch, 'docker.sock');
    const folders = ['--data-root', this.dataRoot, '--exec-root', join(scratch, 'exec')];
    const quiet = ['--iptables=false', '--bridge=none', '--storage-driver=vfs'];
    const place = ['--pidfile', join(scratch, 'pid'), '-H', `unix://${this.socket}`];
    this.#process = spawn('dockerd', [...folders, ...quiet, ...place], { stdio: 'ignore' });
  }

  static async start(scratch: string): Promise<DockerEngine> {
    const engine = new DockerEngine(scratch);
    for (let tries = 0; tries < 200; tries++) {
      const answer = await engine.api('GET', '/_ping').catch(() => null);
      if (answer?.status === 200) return engine;
      await sleep(100);
    }
    throw new Error('dockerd does not answer');
  }

  /** The docker command, always for this engine. */
  docker(...args: string[]): Promise<{ readonly stdout: string }> {
    return run('docker', ['-H', `unix://${this.socket}`, ...args]);
  }

  /** The engine's API, without a process for each question. */
  api(method: 'GET' | 'POST', path: string, question: unknown = null): Promise<DockerAnswer> {
    const headers = { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.socket, method, path, headers }, (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString('latin1') }),
        );
      });
      asked.on('error', reject);
      asked.end(question === null ? '' : JSON.stringify(question));
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill();
    await ended;
  }
}
