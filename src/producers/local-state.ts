/**
 * buildx's note of where a build's Dockerfile and context lie on this machine: `refs/BUILDER/NODE/ID` in its own
 * folder (buildx localstate), written by the build and read by later steps of the same job. A help to find the
 * Dockerfile, so whatever is missing or odd about it is passed over.
 */
import { Failure } from '../base/failure.ts';
import { Fields } from '../oci/fields.ts';
import type { BuildOutput } from './build-output.ts';

/** What is known of the machine that buildx ran on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** The output with paths below GITHUB_WORKSPACE, where buildx noted them. */
export async function withLocalState(
  output: BuildOutput,
  { env, home }: Surroundings,
  readFile: (path: string) => Promise<Uint8Array>,
): Promise<BuildOutput> {
  const workspace = env['GITHUB_WORKSPACE'] ?? '';
  if (output.ref === null || workspace === '') return output;
  const folder = env['BUILDX_CONFIG'] ?? `${env['DOCKER_CONFIG'] ?? `${home}/.docker`}/buildx`;
  try {
    const path = `${folder}/refs/${output.ref}`;
    const state = Fields.parse(await readFile(path), path);
    return {
      ...output,
      dockerfile: below(workspace, state.text('DockerfilePath')) ?? output.dockerfile,
      context: below(workspace, state.text('LocalPath')) ?? output.context,
    };
  } catch (error) {
    if (error instanceof Failure) return output;
    throw error;
  }
}

function below(folder: string, path: string | undefined): string | null {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  return path?.startsWith(prefix) === true ? path.slice(prefix.length) : null;
}
