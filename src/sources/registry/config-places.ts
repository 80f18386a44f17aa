import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { fileFailure } from '../regular-file.ts';
import type { SourceHost } from '../source-host.ts';
import type { Target } from './target.ts';
import { parseDockerConfig, type DockerConfig } from './docker-config.ts';
import { dialledHost } from './endpoint.ts';

/**
 * Every place that may hold a log-in for the repository, the first one first: buildx's scoped log-ins
 * (docker/login-action with `scope`), the variable DOCKER_AUTH_CONFIG, docker's own config.json.
 * @throws {Failure} E_CONFIG, E_FILE
 */
export async function readDockerConfigs(target: Target, host: SourceHost): Promise<readonly DockerConfig[]> {
  const folder = dockerFolder(host);
  const buildx = host.env['BUILDX_CONFIG'] || join(folder, 'buildx');
  const scoped = await scopedFolders(join(buildx, 'config'), target);
  const inline = host.env['DOCKER_AUTH_CONFIG'] ?? '';
  const first = await Promise.all(scoped.map(readConfig));
  const second = inline.trim() === '' ? null : parseDockerConfig(Buffer.from(inline), 'DOCKER_AUTH_CONFIG');
  return [...first, second, await readConfig(folder)].filter((config) => config !== null);
}

/** Where docker's own log-ins are. */
export function configFileOf(host: SourceHost): string {
  return join(dockerFolder(host), 'config.json');
}

function dockerFolder({ env, home }: SourceHost): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker');
}

async function readConfig(folder: string): Promise<DockerConfig | null> {
  const file = join(folder, 'config.json');
  try {
    return parseDockerConfig(await readFile(file), file);
  } catch (cause) {
    const failure = cause instanceof Failure ? cause : fileFailure(file, cause);
    if (failure.code === 'E_NOT_FOUND') return null;
    throw failure;
  }
}

/** Folders `HOST/NAME@SCOPES` and `HOST@SCOPES` (buildx, util/dockerutil/dockerconfig) that are good for pulling. */
async function scopedFolders(base: string, { registry, repository }: Target): Promise<readonly string[]> {
  const hostName = dialledHost(registry);
  const paths = [posix.join(hostName, repository), hostName];
  const found = await Promise.all(paths.map((path) => foldersNamed(join(base, path))));
  return found.flat();
}

/** `PATH@pull`, then `PATH` itself. */
async function foldersNamed(path: string): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(dirname(path)).catch(() => []);
  const wanted = posix.basename(path);
  const fitting = names.filter((name) => {
    const [main, scopes = ''] = name.split('@');
    return main === wanted && (scopes === '' || scopes.split(',').includes('pull'));
  });
  return fitting.sort((one, other) => other.length - one.length).map((name) => join(dirname(path), name));
}
