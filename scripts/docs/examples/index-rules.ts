/** Examples of the rules about the index. */
import type { RuleExample } from './example.ts';
import { AMD64, ARM64, elf } from './files.ts';

const DOCKERFILE = `FROM --platform=$BUILDPLATFORM golang:1.25 AS build
ARG TARGETARCH
COPY . .
RUN GOARCH=$TARGETARCH go build -o /out/server .

FROM scratch
COPY --from=build /out/server /server
ENTRYPOINT ["/server"]
`;

const WORKFLOW = `jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v7
        with:
          push: true
          platforms: linux/amd64
`;

const I386 = elf({ machine: 'i386' });
const BOTH = { 'linux/amd64': [{ server: AMD64 }], 'linux/arm64': [{ server: ARM64 }] };

export const INDEX_EXAMPLES: Readonly<Record<string, RuleExample>> = {
  'missing-platform': {
    story: 'The workflow pushes `linux/amd64` alone, and the guard was told `platforms: linux/amd64,linux/arm64`.',
    dockerfile: DOCKERFILE,
    layers: { 'linux/amd64': [{ server: AMD64 }] },
    platforms: ['linux/amd64', 'linux/arm64'],
    files: { '.github/workflows/ci.yml': WORKFLOW },
  },
  'unexpected-platform': {
    story: 'The guard was told `platforms: linux/amd64` and `exact-platforms: true`, and the index has a platform more.',
    dockerfile: DOCKERFILE,
    layers: BOTH,
    platforms: ['linux/amd64'],
    exactPlatforms: 'required-only',
    files: { '.github/workflows/ci.yml': WORKFLOW.replace('linux/amd64', 'linux/amd64,linux/arm64') },
  },
  'unexpected-index': {
    story: 'Two platforms were pushed under one tag for an AWS Lambda function, and the guard was told `forbid-index: true`.',
    dockerfile: DOCKERFILE,
    layers: BOTH,
    index: 'forbidden',
  },
  'duplicate-platform': {
    story: 'A second image for `linux/amd64` was appended to the index with `docker buildx imagetools create --append`.',
    dockerfile: DOCKERFILE,
    layers: { 'linux/amd64': [{ server: AMD64 }], 'linux/amd64/v1': [{ server: elf({ padding: 1 }) }] },
  },
  'malformed-platform': {
    story: 'An index was made by hand with `docker manifest annotate --arch armv8`.',
    dockerfile: DOCKERFILE,
    layers: { 'linux/amd64': [{ server: AMD64 }], 'linux/armv8': [{ server: ARM64 }] },
  },
  'platform-mismatch': {
    story: 'A program for arm64 was built on an amd64 machine and pushed as it is; `docker manifest annotate --arch arm64` put it into the index.',
    dockerfile: DOCKERFILE,
    layers: { 'linux/arm64': [{ server: ARM64 }] },
    configFields: { architecture: 'amd64' },
  },
  'same-content': {
    story: 'One program for 386 was copied into both platforms. Most amd64 hosts run it all the same, so no error speaks of it.',
    dockerfile: 'FROM scratch\nCOPY server /server\nENTRYPOINT ["/server"]\n',
    layers: { 'linux/386': [{ server: I386 }], 'linux/amd64': [{ server: I386 }] },
  },
  'tag-mismatch': {
    story: 'Another job pushed to the tag after this build; the guard was given `digest: ${{ steps.build.outputs.digest }}`.',
    dockerfile: DOCKERFILE,
    layers: BOTH,
    digest: 'of-another-build',
  },
  'unpinned-reference': {
    story: 'The guard was given a tag and no `digest`.',
    dockerfile: DOCKERFILE,
    layers: BOTH,
    digest: 'none',
  },
  'layer-media-type': {
    story: 'The build wrote zstd layers into a manifest of Docker’s own type.',
    dockerfile: DOCKERFILE,
    layers: { 'linux/amd64': [{ server: AMD64 }] },
    image: { mediaTypes: 'docker' },
    compression: 'zstd',
  },
};
