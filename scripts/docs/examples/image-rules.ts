/** Examples of the rules about every other file of the image. */
import type { RuleExample } from './example.ts';
import { AMD64, ARM64, elf } from './files.ts';

const SYSTEM = { 'bin/sh': ARM64, 'lib/libc.so.6': elf({ machine: 'arm64', soname: 'libc.so.6' }) };

export const IMAGE_EXAMPLES: Readonly<Record<string, RuleExample>> = {
  'foreign-binary': {
    story: 'The server is right; the tool that it calls was downloaded for amd64 whatever the platform.',
    dockerfile: `FROM debian:13-slim
COPY server /server
RUN curl -fsSLo /usr/local/bin/kubectl https://dl.k8s.io/v1.34.0/bin/linux/amd64/kubectl
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/arm64': [SYSTEM, { server: ARM64 }, { 'usr/local/bin/kubectl': AMD64 }] },
  },
  'foreign-userland': {
    story: 'The base is pinned by the digest of its amd64 image.',
    dockerfile: `FROM alpine@sha256:${'4b'.repeat(32)}
COPY server /server
ENTRYPOINT ["/server"]
`,
    layers: {
      'linux/arm64': [
        { 'bin/sh': AMD64, 'bin/busybox': AMD64, 'lib/ld-musl-x86_64.so.1': AMD64 },
        { server: ARM64 },
      ],
    },
  },
  'foreign-add-on': {
    story: '`node_modules` was copied from the build stage, which runs on the builder’s own platform.',
    dockerfile: `FROM --platform=$BUILDPLATFORM node:24 AS build
WORKDIR /app
COPY . .
RUN npm ci

FROM node:24-slim
COPY --from=build /app /app
CMD ["node", "/app/index.js"]
`,
    layers: {
      'linux/arm64': [
        { ...SYSTEM, 'usr/local/bin/node': ARM64 },
        { 'app/index.js': '', 'app/node_modules/sharp/build/Release/sharp.node': AMD64 },
      ],
    },
  },
  'page-size': {
    story: 'A library for arm64 that was linked for pages of 4K.',
    dockerfile: 'FROM debian:13-slim\nCOPY libvips.so.42 /usr/lib/libvips.so.42\nCOPY server /server\nENTRYPOINT ["/server"]\n',
    layers: {
      'linux/arm64': [
        SYSTEM,
        { 'usr/lib/libvips.so.42': elf({ machine: 'arm64', soname: 'libvips.so.42', align: 0x1000 }) },
        { server: ARM64 },
      ],
    },
  },
  'exec-stack': {
    story: 'One assembly file without `.note.GNU-stack` marks the library, and the image has glibc 2.41.',
    dockerfile: 'FROM debian:13-slim\nCOPY libfast.so /usr/lib/libfast.so\nCOPY server /server\nENTRYPOINT ["/server"]\n',
    layers: {
      'linux/amd64': [
        {
          'bin/sh': AMD64,
          'lib/libc.so.6': elf({ soname: 'libc.so.6', versionsDefined: ['GLIBC_2.17', 'GLIBC_2.41'] }),
        },
        { 'usr/lib/libfast.so': elf({ soname: 'libfast.so', stack: 'executable' }) },
        { server: AMD64 },
      ],
    },
  },
};
