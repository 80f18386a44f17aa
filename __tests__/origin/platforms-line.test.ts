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

const bakeStep = (more: string): string => `steps:\n  - uses: docker/bake-action@v6\n${more}`;

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

  test('of a command over several lines', () => {
    const run =
      'steps:\n  - run: |\n      docker buildx build \\\n        --push \\\n        --platform linux/amd64,linux/arm64 \\\n        .\n';
    expect(find(TWO, { [CI]: run })).toBe(`workflow ${CI}:5-5`);
  });

  test('of a step beside one that loads an image for tests', () => {
    const load = '      - uses: docker/build-push-action@v6\n        with:\n          load: true\n';
    const text = step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64') + load;
    expect(find(TWO, { [CI]: text })).toBe(`workflow ${CI}:8-8`);
    const one = step('docker/build-push-action@v6', 'platforms: linux/amd64') + load;
    expect(find(AMD64, { [CI]: one })).toBeNull();
  });

  test('of a bake file that the workflow builds by', () => {
    const bake = 'target "app" {\n  platforms = ["linux/amd64", "linux/arm64"]\n}\n';
    expect(find(TWO, { [CI]: bakeStep(''), 'docker-bake.hcl': bake })).toBe('repository docker-bake.hcl:2-2');
    const set = bakeStep('    with:\n      set: "*.platform=linux/amd64,linux/arm64"\n');
    expect(find(TWO, { [CI]: set, 'docker-bake.hcl': bake })).toBeNull();
    const other = step('docker/build-push-action@v6', 'platforms: linux/s390x');
    expect(find(TWO, { [CI]: other, 'docker-bake.hcl': bake })).toBeNull();
  });

  test('of a bake file with one target only, where the image has one platform', () => {
    const bake = 'target "app" {}\ntarget "docs" {\n  platforms = ["linux/amd64"]\n}\n';
    expect(find(AMD64, { 'docker-bake.hcl': bake })).toBeNull();
  });

  test.each([
    [
      'whose platforms are an expression',
      '- uses: docker/build-push-action@v6\n        with:\n          platforms: ${{ matrix.platform }}',
    ],
    [
      'whose platforms are an anchor',
      '- uses: docker/build-push-action@v6\n        with:\n          platforms: *all',
    ],
    ['that is a command with a variable', '- run: docker buildx build --platform "$PLATFORMS" --push .'],
    ['that joins the legs of a matrix', '- run: docker buildx imagetools create -t shop:1 $DIGESTS'],
    ['in another workflow', '- uses: ./.github/workflows/build-image.yml'],
  ])('is none beside a build %s', (_, other) => {
    const text = step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64');
    expect(find(TWO, { [CI]: `${text}      ${other}\n` })).toBeNull();
    const command = 'steps:\n  - run: docker buildx build --platform linux/amd64,linux/arm64 .\n';
    expect(find(TWO, { [CI]: `${command}  ${other.replaceAll('\n    ', '\n')}\n` })).toBeNull();
  });

  test.each([
    ['a comment', '# docker buildx build --platform linux/amd64,linux/arm64 .'],
    ['a commented input', '#   platforms: linux/amd64,linux/arm64'],
    ['the name of a step', '- name: docker build for linux/amd64'],
  ])('is not disturbed by %s', (_, line) => {
    const text = step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64');
    expect(find(TWO, { [CI]: `${text}      ${line}\n` })).toBe(`workflow ${CI}:8-8`);
    expect(find(TWO, { [CI]: `jobs:\n  x:\n    steps:\n      ${line}\n` })).toBeNull();
  });

  test('is not looked for in a file of many thousand lines', () => {
    const text = step('docker/build-push-action@v6', 'platforms: linux/amd64,linux/arm64');
    expect(find(TWO, { [CI]: text + '\n'.repeat(1_000) })).not.toBeNull();
    expect(find(TWO, { [CI]: text + 'docker build \\\n'.repeat(500_000) })).toBeNull();
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
