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
  const folder = await mkdtemp(join(host.temporaryDirectory, 'exec-format-guard-'));
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
  try {
    const onStdout = (chunk: Uint8Array): void => {
      writeSync(output, chunk);
      host.progress({ kind: 'bytes', name: reference.text, amount: chunk.length });
    };
    signal.throwIfAborted();
    const outcome = await host
      .runProgram('docker', ['save', withTag(reference.name)], { onStdout, signal })
      .catch((cause: unknown) => {
        signal.throwIfAborted();
        throw notStarted(reference, cause);
      });
    if (outcome.status !== 0) throw engineFailure(reference, outcome.stderr);
  } finally {
    closeSync(output);
  }
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
