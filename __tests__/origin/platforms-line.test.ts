import { describe, expect, test } from '@jest/globals';
import { parsePlatform } from '../../src/oci/platform.ts';
import { locatePlatformsLine, platformFiles } from '../../src/origin/platforms-line.ts';
import { checkout } from '../support/checkout.ts';

const AMD64 = [parsePlatform('linux/amd64')];
const TWO = ['linux/amd64', 'linux/arm64/v8'].map(parsePlatform);

/** `file:first-last` of the line that asks for the platforms. */
function find(
  present: readonly (typeof AMD64)[number][],
  files: Readonly<Record<string, string>>,
): string | null {
  const location = locatePlatformsLine(
    present,
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
  return location && `${location.by} ${location.file}:${location.line}-${location.endLine}`;
}

const CI = '.github/workflows/ci.yml';
const step = (uses: string, platforms: string): string => `jobs:
  build:
    steps:
      - name: Build
        uses: ${uses}
        with:
          push: true
          ${platforms}
      - uses: acme/exec-format-guard@v1
        with:
          platforms: linux/amd64,linux/arm64
`;

describe('the line that asks for the platforms', () => {
  test.each([
    ['a plain value', step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64'), 'workflow'],
    [
      'a quoted value and a comment',
      step('docker/build-push-action@v6', 'platforms: "linux/amd64, linux/arm64" # both'),
      'workflow',
    ],
    [
      'a flow list',
      step('docker/build-push-action@abc', 'platforms: [linux/amd64, linux/arm64]'),
      'workflow',
    ],
  ])('of a build step: %s', (_, text) => {
    expect(find(TWO, { [CI]: text })).toBe(`workflow ${CI}:8-8`);
  });

  test('of a build step: a block over several lines', () => {
    const block = 'platforms: |\n            linux/amd64\n            linux/arm64';
    expect(find(TWO, { [CI]: step('docker/build-push-action@v6', block) })).toBe(`workflow ${CI}:8-10`);
  });

  test('of a step that begins with `with`', () => {
    const text =
      'steps:\n  - with:\n      platforms: linux/amd64\n    uses: docker/build-push-action@v6\n  - run: x\n';
    expect(find(AMD64, { [CI]: text })).toBe(`workflow ${CI}:3-3`);
  });

  test('of a reusable workflow', () => {
    const text =
      'jobs:\n  build:\n    uses: docker/github-builder/.github/workflows/build.yml@v1\n    with:\n      platforms: linux/amd64\n';
    expect(find(AMD64, { [CI]: text })).toBe(`workflow ${CI}:5-5`);
  });

  test('of a command and of a bake file', () => {
    const run = 'steps:\n  - run: docker buildx build --push --platform linux/amd64 .\n';
    expect(find(AMD64, { [CI]: run })).toBe(`workflow ${CI}:2-2`);
    const bake = 'target "app" {\n  platforms = ["linux/amd64"]\n}\n';
    expect(find(AMD64, { 'docker-bake.hcl': bake })).toBe('repository docker-bake.hcl:2-2');
  });

  test.each([
    [
      'lists other platforms than the image has',
      step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/s390x'),
    ],
    ['has an expression', step('docker/build-push-action@v6', 'platforms: ${{ inputs.platforms }}')],
    [
      'belongs to an action that does not build',
      step('docker/setup-qemu-action@v3', 'platforms: linux/amd64,linux/arm64'),
    ],
    ['is not under with', 'on: {}\nplatforms: linux/amd64,linux/arm64\n'],
    ['stands in a comment', '# platforms: linux/amd64,linux/arm64\n'],
  ])('is not one that %s', (_, text) => {
    expect(find(TWO, { [CI]: text })).toBeNull();
  });

  test('is none of two that fit alike', () => {
    const text = step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64');
    expect(find(TWO, { [CI]: text, '.github/workflows/other.yml': text })).toBeNull();
  });

  test('is looked for in the running workflow and in the bake file', () => {
    const repository = checkout({ [CI]: 'name: x', 'docker-bake.hcl': '' });
    expect(platformFiles(repository, `acme/shop/${CI}@refs/heads/main`).map(({ path }) => path)).toEqual([
      CI,
      'docker-bake.hcl',
    ]);
    expect(platformFiles(checkout({}), 'acme/shop/../../etc/passwd@x')).toEqual([]);
    expect(platformFiles(repository, null)).toHaveLength(1);
  });
});
