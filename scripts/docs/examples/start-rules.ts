/** Examples of the rules about the program that the container starts, and the scripts around it. */
import { buildElf } from '../../../__tests__/support/elf-builder.ts';
import { symlink } from '../../../__tests__/support/layer-builder.ts';
import type { RuleExample } from './example.ts';
import { ALPINE, AMD64, ARM64, DEBIAN, elf, forGlibc, script, TIMEOUT, treeOf } from './files.ts';

const ENTRYPOINT = '#!/bin/sh\nexec /app "$@"\n';
const ARRAY = '#!/bin/sh\nset -e\nflags=(--port 80)\nexec /app "${flags[@]}"\n';
const DOWNLOAD = `FROM debian:11-slim AS download
RUN curl -sL https://example.com/server.gz -o /out/server

FROM scratch
COPY --from=download /out/server /server
ENTRYPOINT ["/server"]
`;

function scripted(text: string): Pick<RuleExample, 'dockerfile' | 'files' | 'layers'> {
  return {
    dockerfile: 'FROM alpine:3.22\nCOPY --chmod=755 entrypoint.sh /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\n',
    files: { 'entrypoint.sh': text },
    layers: { 'linux/amd64': [ALPINE, { 'entrypoint.sh': script(text) }] },
  };
}

export const START_EXAMPLES: Readonly<Record<string, RuleExample>> = {
  'wrong-architecture': {
    story: 'The default of `ARG TARGETARCH` hides the value that BuildKit sets, and both platforms get the program for amd64.',
    dockerfile: `FROM --platform=$BUILDPLATFORM golang:1.25 AS build
WORKDIR /src
COPY . .
ARG TARGETARCH=amd64
RUN GOARCH=$TARGETARCH go build -o /out/server .

FROM scratch
COPY --from=build /out/server /server
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/amd64': [{ server: AMD64 }], 'linux/arm64': [{ server: AMD64 }] },
  },
  'wrong-abi': {
    story: 'A toolchain with `-mx32` was used: `file` says x86-64, and yet no usual kernel runs it.',
    dockerfile: `FROM debian:11 AS build
COPY main.c .
RUN gcc -mx32 -static -o /out/app main.c

FROM scratch
COPY --from=build /out/app /app
ENTRYPOINT ["/app"]
`,
    layers: { 'linux/amd64': [{ app: elf({ machine: 'x32' }) }] },
  },
  'compat-32-bit': {
    story: 'An image for arm64 starts a program for 32-bit ARM.',
    dockerfile: 'FROM scratch\nCOPY app-armhf /app\nENTRYPOINT ["/app"]\n',
    layers: { 'linux/arm64': [{ app: elf({ machine: 'armhf' }) }] },
  },
  'isa-level': {
    story: 'The program was built with `-march=x86-64-v3`, the image is published as plain `linux/amd64`.',
    dockerfile: 'FROM scratch\nCOPY app /app\nENTRYPOINT ["/app"]\n',
    layers: { 'linux/amd64': [{ app: elf({ x86IsaNeeded: 4 }) }] },
  },
  'no-start-command': {
    story: 'The command stands in the build stage; the final stage has none.',
    dockerfile: `FROM golang:1.25 AS build
RUN go build -o /server .
CMD ["/server"]

FROM scratch
COPY --from=build /server /server
`,
    layers: { 'linux/amd64': [{ server: AMD64 }] },
  },
  'malformed-command': {
    story: 'The limit is written as Go writes durations, which timeout does not know.',
    dockerfile:
      'FROM debian:12-slim\nCOPY server /server\nENTRYPOINT ["/usr/bin/timeout", "500ms", "/server"]\n',
    layers: { 'linux/amd64': [{ 'usr/bin/timeout': TIMEOUT }, { server: AMD64 }] },
  },
  'container-not-created': {
    story: 'A script of the build made a directory where the runtime puts a file.',
    dockerfile: 'FROM scratch\nCOPY rootfs/ /\nENTRYPOINT ["/server"]\n',
    layers: { 'linux/amd64': [{ server: AMD64, 'etc/hosts': { flag: '5', mode: 0o755 } }] },
  },
  'program-not-found': {
    story: 'The program is copied to one place and started from another.',
    dockerfile: 'FROM scratch\nCOPY server /usr/bin/server\nENTRYPOINT ["/server"]\n',
    layers: { 'linux/amd64': [{ 'usr/bin/server': AMD64 }] },
  },
  'not-executable': {
    story: 'The program came through `actions/upload-artifact`, which takes the x bit away.',
    dockerfile: 'FROM scratch\nCOPY server /server\nUSER 65532\nENTRYPOINT ["/server"]\n',
    layers: { 'linux/amd64': [{ server: { data: Buffer.from(buildElf()), mode: 0o644 } }] },
  },
  'unknown-format': {
    story: 'The address answered with a web page, and curl saved it as the program.',
    dockerfile: DOWNLOAD,
    layers: { 'linux/amd64': [{ server: script('<!doctype html><html><title>404</title></html>\n') }] },
  },
  'malformed-elf': {
    story: 'The download was cut off.',
    dockerfile: DOWNLOAD,
    layers: { 'linux/amd64': [{ server: { data: Buffer.from(buildElf()).subarray(0, 70), mode: 0o755 } }] },
  },
  'no-shebang': {
    story: 'The entrypoint script begins with its first command.',
    ...scripted('exec /app "$@"\n'),
  },
  'crlf-script': {
    story: 'The script was checked out on Windows and saved with CR LF.',
    ...scripted(ENTRYPOINT.replaceAll('\n', '\r\n')),
  },
  'malformed-shebang': {
    story: 'An editor saved the script with a byte order mark before `#!`.',
    ...scripted(`\ufeff${ENTRYPOINT}`),
  },
  'malformed-script': {
    story: 'An array of bash, in a script for `/bin/sh`, which is dash in Debian.',
    dockerfile: 'FROM debian:11-slim\nCOPY --chmod=755 entrypoint.sh /entrypoint.sh\nENTRYPOINT ["/entrypoint.sh"]\n',
    files: { 'entrypoint.sh': ARRAY },
    layers: {
      'linux/amd64': [
        { ...DEBIAN, ...treeOf(symlink('bin/sh', 'dash')), 'bin/dash': forGlibc() },
        { 'entrypoint.sh': script(ARRAY) },
      ],
    },
  },
  'interpreter-not-found': {
    story: 'The script wants bash, which Alpine does not have.',
    ...scripted('#!/bin/bash\nexec /app "$@"\n'),
  },
  'interpreter-loop': {
    story: 'A script names itself as its interpreter.',
    ...scripted('#!/entrypoint.sh\n'),
  },
  'user-not-found': {
    story: 'The user is added in the build stage; the final stage starts from another base.',
    dockerfile: `FROM debian:11 AS build
RUN useradd app && make

FROM debian:11-slim
COPY --from=build /out/server /server
USER app
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/amd64': [{ ...DEBIAN, 'etc/passwd': 'root:x:0:0::/:/bin/sh\n' }, { server: AMD64 }] },
  },
  'healthcheck-broken': {
    story: 'The probe uses curl, which the base image does not have.',
    dockerfile: `FROM alpine:3.22
COPY server /server
HEALTHCHECK CMD ["curl", "-f", "http://localhost/"]
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/amd64': [ALPINE, { server: AMD64 }] },
  },
  'loader-not-found': {
    story: 'A program for glibc, in an image that has musl.',
    dockerfile: `FROM golang:1.25 AS build
RUN go build -o /out/server .

FROM alpine:3.22
COPY --from=build /out/server /server
ENTRYPOINT ["/server"]
`,
    layers: { 'linux/amd64': [ALPINE, { server: elf({ interpreter: '/lib64/ld-linux-x86-64.so.2' }) }] },
  },
  'loader-mismatch': {
    story: 'A program for amd64 in a base for arm64 whose `/lib64` was filled by hand.',
    dockerfile: `FROM scratch
COPY ld-linux-x86-64.so.2 /lib64/ld-linux-x86-64.so.2
COPY app /app
ENTRYPOINT ["/app"]
`,
    layers: {
      'linux/amd64': [
        { 'lib64/ld-linux-x86-64.so.2': ARM64 },
        { app: elf({ interpreter: '/lib64/ld-linux-x86-64.so.2' }) },
      ],
    },
  },
};
