/**
 * `node bench/soak.ts [IMAGES]`: a thousand images, one after the other, through one process: how many a minute, and
 * whether memory and open files come back. Each has a base of an alpine's size (4 MiB, 500 files) and a program of
 * its own; nothing is kept between them. The registry is a process of its own, so that only the guard is measured.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildElf } from '../__tests__/support/elf-builder.ts';
import { guardHost, guardRequest } from '../__tests__/support/guard-host.ts';
import { buildImage } from '../__tests__/support/image-builder.ts';
import { startRegistry } from '../__tests__/support/in-memory-registry.ts';
import { guard } from '../src/guard.ts';

const IMAGES = Number(process.argv[2] ?? 1_000);
/** What the engine itself takes first: its code, its heaps. */
const WARM_UP = 100;

if (process.send === undefined) await soak();
else process.send(await serve());

async function serve(): Promise<string> {
  const registry = await startRegistry();
  const base = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`usr/share/data-${at}`, noise(at, 8 * 1024)]),
  );
  const program = Buffer.from(buildElf({ machine: 'amd64' }));
  for (let at = 0; at < IMAGES; at++) {
    const app = { app: { data: program, mode: 0o755 }, version: `${at}` };
    const platform = { platform: 'linux/amd64', config: { Entrypoint: ['/app'] }, layers: [base, app] };
    registry.push(`soak/image-${at}:1`, buildImage({ platforms: [platform] }));
  }
  return registry.host;
}

async function soak(): Promise<void> {
  const registry = fork(import.meta.filename, [String(IMAGES)]);
  const [host] = await once(registry, 'message');
  const world = guardHost();
  let [memory, files, begun] = ['', 0, 0];
  for (let at = 0; at < IMAGES; at++) {
    if (at === WARM_UP) [memory, files, begun] = [await liveMiB(), openFiles(), performance.now()];
    const { verdict } = await guard(guardRequest([`${host}/soak/image-${at}:1`], ['linux/amd64']), world);
    if (verdict !== 'pass') throw new Error(`image ${at}: ${verdict}`);
  }
  const minutes = (performance.now() - begun) / 60_000;
  registry.kill();
  process.stdout.write(`${Math.round((IMAGES - WARM_UP) / minutes)} images a minute\n`);
  process.stdout.write(
    `live memory ${memory} MiB after ${WARM_UP} images, ${await liveMiB()} MiB at the end\n`,
  );
  process.stdout.write(`open files  ${files} after ${WARM_UP} images, ${openFiles()} at the end\n`);
}

/** The same for the same seed, and hardly to be compressed. */
function noise(seed: number, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(`${seed}`).digest();
}

/** What is still in use after a collection; the resident size is the engine's choice. */
async function liveMiB(): Promise<string> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  // Twice: what streams hold is let go of between the two.
  for (let round = 0; round < 2; round++) {
    collect();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return ((heapUsed + external) / 1024 ** 2).toFixed(1);
}

function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
