/**
 * The `digests` input: what the legs of a matrix build pushed by digest. A list, or the folder into which
 * docs.docker.com/build/ci/github-actions/multi-platform ("Distribute build across multiple runners") puts one empty
 * file for each, named by the digest's hexadecimal part.
 */
import { Failure } from '../base/failure.ts';
import { type Digest, isDigest } from '../oci/digest.ts';

/** Each digest once, in order. `listFiles` gives the files below a folder by path. @throws {Failure} E_CONFIG */
export async function readDigests(
  input: readonly string[],
  listFiles: (folder: string) => Promise<readonly string[]>,
): Promise<readonly Digest[]> {
  const [folder = '', second] = input;
  if (second === undefined && folder !== '' && digestOf(folder) === null) {
    return digestsOfFolder(await listFiles(folder), folder);
  }
  return [
    ...new Set(
      input.map((text) => digestOf(text) ?? fail(`digests: "${text.slice(0, 80)}" is not a digest`)),
    ),
  ];
}

/** @throws {Failure} E_CONFIG for a file named otherwise, and when there is none: a leg that left nothing is no pass */
function digestsOfFolder(paths: readonly string[], folder: string): readonly Digest[] {
  const digests = paths.map((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (
      digestOf(name) ??
      fail(`digests: the file "${path.slice(0, 120)}" in ${folder} is not named by a digest`)
    );
  });
  if (digests.length === 0) fail(`digests: the folder ${folder} holds no file`);
  return [...new Set(digests)];
}

/** `sha256:…`, its hexadecimal part alone, or `sha256-…`, because artifacts have no colon in their names. */
function digestOf(text: string): Digest | null {
  const [, hex] = /^(?:sha256-)?([0-9a-f]{64})$/.exec(text) ?? [];
  const digest = hex === undefined ? text : `sha256:${hex}`;
  return isDigest(digest) ? digest : null;
}

function fail(message: string): never {
  throw new Failure(
    'E_CONFIG',
    message,
    'give a list of sha256:… digests, or the folder with one file for each, named by it (touch "$folder/${digest#sha256:}")',
  );
}
