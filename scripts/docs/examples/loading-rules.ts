/** Examples of the rules about libraries. */
import type { RuleExample } from './example.ts';
import { ALPINE, DEBIAN, elf, forGlibc, forMusl } from './files.ts';

const BUILT = `FROM debian:13 AS build
COPY . .
RUN make && cp server /out/server

FROM debian:11-slim
COPY --from=build /out/server /server
ENTRYPOINT ["/server"]
`;

const NEEDS_NEWER = [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', weak: false }] }];

export const LOADING_EXAMPLES: Readonly<Record<string, RuleExample>> = {
  'library-not-found': {
    story: 'The program is linked with OpenSSL, which the final stage never installs.',
    dockerfile: BUILT,
    layers: { 'linux/amd64': [DEBIAN, { server: forGlibc({ needed: ['libssl.so.3', 'libc.so.6'] }) }] },
  },
  'library-mismatch': {
    story: 'A library of the arm64 stage was copied into the image for amd64.',
    dockerfile: `FROM debian:11-slim
COPY libpq.so.5 /usr/lib/libpq.so.5
COPY server /server
ENTRYPOINT ["/server"]
`,
    layers: {
      'linux/amd64': [
        DEBIAN,
        { 'usr/lib/libpq.so.5': elf({ machine: 'arm64', soname: 'libpq.so.5' }) },
        { server: forGlibc({ needed: ['libpq.so.5', 'libc.so.6'] }) },
      ],
    },
  },
  'symbol-version-not-found': {
    story: 'Built on Debian 13, run on Debian 11.',
    dockerfile: BUILT,
    layers: { 'linux/amd64': [DEBIAN, { server: forGlibc({ versionsNeeded: NEEDS_NEWER }) }] },
  },
  'symbol-not-found': {
    story: 'The program was built against glibc; Alpine’s `gcompat` gives it a loader, but not this function.',
    dockerfile: `FROM alpine:3.22
COPY server /server
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/amd64': [ALPINE, { server: forMusl({ undefined: ['__memcpy_chk'] }) }] },
  },
};
