/**
 * The docker engine, through its command line (`docker save`), whichever engine and context it is set to. The
 * archive is spooled into a private file, because what it holds is known only at its end.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import type { ImageSource } from '../oci/image-source.ts';
import { sourceOfDockerArchive } from './docker-archive.ts';
import { errorCode } from './error-code.ts';
import type { FileTree } from './file-tree.ts';
import type { SourceHost } from './source-host.ts';
import { openTarTree } from './tar-tree.ts';

export function openDockerEngine(
  reference: { readonly text: string; readonly name: string },
  host: SourceHost,
): ImageSource {
  return sourceOfDockerArchive({ text: reference.text, path: '' }, (signal) =>
    spool(reference, host, signal),
  );
}

async function spool(
  reference: { readonly text: string; readonly name: string },
  host: SourceHost,
  signal: AbortSignal,
): Promise<FileTree> {
  const folder = await mkdtemp(join(host.temporaryDirectory, 'exec-format-guard-')).catch(
    (cause: unknown) => {
      throw notWritten(host.temporaryDirectory, cause);
    },
  );
  try {
    const file = join(folder, 'image.tar');
    await save(reference, file, host, signal);
    const tree = await openTarTree(file, reference.text, signal);
    const close = async (): Promise<void> => {
      await tree.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { ...tree, close };
  } catch (failure) {
    await rm(folder, { recursive: true, force: true });
    throw failure;
  }
}

async function save(
  reference: { readonly text: string; readonly name: string },
  file: string,
  host: SourceHost,
  signal: AbortSignal,
): Promise<void> {
  const output = openSync(file, 'wx', 0o600);
  const full = new AbortController();
  try {
    const onStdout = (chunk: Uint8Array): void => {
      if (full.signal.aborted) return;
      try {
        writeWhole(output, chunk);
      } catch (cause) {
        full.abort(notWritten(host.temporaryDirectory, cause));
      }
      host.progress({ kind: 'bytes', name: reference.text, amount: chunk.length });
    };
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, full.signal]);
    const outcome = await host
      .runProgram('docker', ['save', withTag(reference.name)], { onStdout, signal: either })
      .catch((cause: unknown) => {
        either.throwIfAborted();
        throw notStarted(reference, cause);
      });
    full.signal.throwIfAborted();
    if (outcome.status !== 0) throw engineFailure(reference, outcome.stderr);
  } finally {
    closeSync(output);
  }
}

/** A disk that is nearly full takes a part of what it is given. */
function writeWhole(output: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(output, chunk, at);
}

function notWritten(folder: string, cause: unknown): Failure {
  const code = errorCode(cause);
  const why = code === 'ENOSPC' ? 'its disk is full' : code;
  const hint = 'TMPDIR (in a workflow RUNNER_TEMP) names a folder with room for the whole image';
  return new Failure('E_FILE', `the temporary folder ${folder} cannot be written: ${why}`, hint, { cause });
}

/** Without a tag, `docker save` writes every tag of the name. */
function withTag(name: string): string {
  const isId = /^(?:sha256:)?[0-9a-f]{12,64}$/.test(name);
  return isId || name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')
    ? name
    : `${name}:latest`;
}

function notStarted({ text }: { readonly text: string }, cause: unknown): Failure {
  return new Failure(
    'E_ENGINE',
    `${text}: the docker command could not be run`,
    'install docker, or name the image in its registry',
    {
      cause,
    },
  );
}

function engineFailure(reference: { readonly text: string }, stderr: string): Failure {
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  const absent = /no such image|not found|does not exist/i.test(said);
  return new Failure(
    absent ? 'E_NOT_FOUND' : 'E_ENGINE',
    `${reference.text}: docker save failed: ${said === '' ? 'it said nothing' : said}`,
    absent
      ? 'build or load the image first (docker images lists what is there)'
      : 'check that docker runs: docker info',
  );
}
