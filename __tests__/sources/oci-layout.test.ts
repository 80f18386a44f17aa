import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { openSource } from '../../src/sources/index.ts';
import { verified } from '../../src/sources/verified.ts';
import { codeOfPromise, failureOf } from '../support/failure-code.ts';
import { buildImage, layoutFiles, writeFiles, writeLayout } from '../support/image-builder.ts';
import { never, testHost } from '../support/source-host.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const one = buildImage({ platforms: [{ platform: 'linux/amd64', layers: [{ a: '1' }] }] });
const two = buildImage({ platforms: [{ platform: 'linux/arm64', layers: [{ a: '2' }] }] });
const host = testHost();
let count = 0;

function fresh(): string {
  return join(folder, String(count++));
}

function resolve(reference: string): Promise<Descriptor> {
  return openSource(parseReference(reference), host).resolve(never());
}

describe('which image of a layout is meant', () => {
  const both = writeLayout(fresh(), { '1.0': one, 'docker.io/acme/shop:2': two });

  test.each([
    [':1.0', one],
    [':docker.io/acme/shop:2', two],
    [':acme/shop:2', two],
    [`@${two.root.digest}`, two],
    [`:1.0@${one.root.digest}`, one],
  ])('%s chooses it', async (choice, image) => {
    expect((await resolve(`oci:${both}${choice}`)).digest).toBe(image.root.digest);
  });

  test('I02 without a choice E_AMBIGUOUS_REFERENCE lists what there is', async () => {
    const failure = await failureOf(resolve(`oci:${both}`));
    expect(failure).toMatchObject({ code: 'E_AMBIGUOUS_REFERENCE' });
    expect(failure?.message).toContain('1.0, docker.io/acme/shop:2');
  });

  test('a name that is not there lists what there is', async () => {
    const failure = await failureOf(resolve(`oci:${both}:3`));
    expect(failure).toMatchObject({ code: 'E_NOT_FOUND' });
    expect(failure?.message).toContain('1.0, docker.io/acme/shop:2');
  });

  test('I02 two entries under one name are E_AMBIGUOUS_REFERENCE, two names of one image are not', async () => {
    const files = layoutFiles({ a: one, b: two });
    const index = (names: readonly string[]): Buffer =>
      Buffer.from(
        JSON.stringify({
          manifests: [one.root, names[1] === 'a' ? two.root : one.root].map((root, at) => ({
            ...root,
            annotations: { 'org.opencontainers.image.ref.name': names[at] },
          })),
        }),
      );
    const twice = writeFiles(fresh(), { ...files, 'index.json': index(['a', 'a']) });
    expect(await codeOfPromise(resolve(`oci:${twice}:a`))).toBe('E_AMBIGUOUS_REFERENCE');
    const twoNames = writeFiles(fresh(), { ...files, 'index.json': index(['a', 'b']) });
    expect((await resolve(`oci:${twoNames}`)).digest).toBe(one.root.digest);
  });

  test('an index.json that lists platforms without names is itself the image', async () => {
    const entries = [one, two].map(({ manifests }, at) => ({
      ...manifests[0],
      platform: { os: 'linux', architecture: at === 0 ? 'amd64' : 'arm64' },
    }));
    const indexJson = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: entries }));
    const path = writeFiles(fresh(), { ...layoutFiles({ a: one, b: two }), 'index.json': indexJson });
    const source = verified(openSource(parseReference(`oci:${path}`), host));
    const root = await source.resolve(never());
    expect(root).toMatchObject({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      size: indexJson.length,
    });
    expect(Buffer.from(await source.readBytes(root, 10_000, never()))).toEqual(indexJson);
  });

  test('a platform in index.json is dropped: writers put their own machine there', async () => {
    const entry = { ...one.manifests[0], platform: { os: 'linux', architecture: 's390x' } };
    const indexJson = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
    const path = writeFiles(fresh(), { ...layoutFiles({ a: one }), 'index.json': indexJson });
    expect(await resolve(`oci:${path}`)).not.toHaveProperty('platform');
  });
});

describe('what is no layout', () => {
  const good = layoutFiles({ a: one });
  test.each([
    ['an empty folder', 'E_NOT_FOUND', {}],
    ['no oci-layout', 'E_NOT_FOUND', { 'index.json': good['index.json'] ?? Buffer.of() }],
    ['no index.json', 'E_NOT_FOUND', { 'oci-layout': good['oci-layout'] ?? Buffer.of() }],
    [
      'another version',
      'E_UNSUPPORTED',
      { ...good, 'oci-layout': Buffer.from('{"imageLayoutVersion":"2.0.0"}') },
    ],
    ['no image', 'E_NOT_FOUND', { ...good, 'index.json': Buffer.from('{"manifests":[]}') }],
    ['a broken index.json', 'E_JSON', { ...good, 'index.json': Buffer.from('{"manifests":[') }],
    [
      'C01 an index.json with two lists',
      'E_JSON_AMBIGUOUS',
      { ...good, 'index.json': Buffer.from('{"manifests":[],"Manifests":[]}') },
    ],
    [
      'C07 an index.json over 4 MiB',
      'E_LIMIT',
      { ...good, 'index.json': Buffer.alloc(4 * 1024 * 1024 + 1, ' ') },
    ],
  ])('%s is %s', async (_, code, files) => {
    const path = fresh();
    writeFiles(path, files);
    expect(await codeOfPromise(resolve(`oci:${path}`))).toBe(code);
  });

  test('a path where nothing is, or a file, is told as such', async () => {
    const path = writeFiles(fresh(), { 'layout.tar': Buffer.of() });
    await expect(resolve(`oci:${path}/typo`)).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      message: `${path}/typo does not exist`,
    });
    await expect(resolve(`oci:${path}/layout.tar`)).rejects.toMatchObject({
      code: 'E_FILE',
      hint: expect.stringMatching(/^write oci-archive: /),
    });
  });
});

describe('I01 blobs that are no regular files', () => {
  const layer = one.blobs.keys().next().value ?? '';
  const descriptor = { ...one.root, annotations: {}, size: 10_000 };

  async function readWith(replace: (path: string) => void): Promise<string> {
    const path = writeLayout(fresh(), { a: one });
    const blob = join(path, 'blobs', one.root.digest.replace(':', '/'));
    rmSync(blob);
    replace(blob);
    const source = verified(openSource(parseReference(`oci:${path}`), host));
    return codeOfPromise(source.readBytes(descriptor, 20_000, never()));
  }

  test.each([
    ['a symlink to a file outside', (path: string) => symlinkSync('/etc/passwd', path), 'E_FILE'],
    ['a symlink to /dev/zero', (path: string) => symlinkSync('/dev/zero', path), 'E_FILE'],
    ['a folder', (path: string) => mkdirSync(path), 'E_FILE'],
    ['a FIFO', (path: string) => execFileSync('mkfifo', [path]), 'E_FILE'],
    ['a dangling symlink', (path: string) => symlinkSync('nowhere', path), 'E_FILE'],
    ['nothing', () => {}, 'E_NOT_FOUND'],
    [
      'a hard link to a file with other content',
      (path: string) => {
        writeFileSync(`${path}.other`, layer);
        linkSync(`${path}.other`, path);
      },
      'E_SIZE',
    ],
  ])('%s is refused', async (_, replace, code) => {
    expect(await readWith(replace)).toBe(code);
  });
});
