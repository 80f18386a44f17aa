/** A Dockerfile with every way of writing an instruction, and what real builders made of it. */
import type { HistoryEntry } from '../../src/oci/image-config.ts';

export const EVERY_INSTRUCTION = `# escape=\\
ARG BASE=scratch
FROM scratch AS tools
ARG TARGETARCH=amd64
COPY bin/app-\${TARGETARCH} /out/app

FROM \${BASE} AS base
COPY busybox /bin/sh
ENV A=1 B="x y"
ARG VERSION=1.2
# comment
RUN echo hi > /hi && \\
    # inner
    echo "a  b" \\

    > /x
FROM base
LABEL k="v w" other=2
ARG OTHER
ARG VERSION
WORKDIR /srv
WORKDIR sub
RUN echo $VERSION > /v
RUN ["/bin/sh", "-c", "echo exec > /e"]
COPY --from=tools \\
     /out/app \\
     ./app-$VERSION
ADD ["run.sh", "/run.sh"]
COPY bin /opt/bin/
EXPOSE 80 443/udp
USER 65532:65532
VOLUME /data
STOPSIGNAL 9
HEALTHCHECK --interval=5s CMD /run.sh now
ENTRYPOINT ["/run.sh"]
CMD serve -v
`;

/** First and last line of each instruction that may make a layer, in order. */
export const LAYER_LINES: readonly (readonly [number, number])[] = [
  [8, 8],
  [12, 16],
  [21, 21],
  [22, 22],
  [23, 23],
  [24, 24],
  [25, 27],
  [28, 28],
  [29, 29],
];

const hash = (kind: string): string => `${kind}:${'09bc33fb'.repeat(8)}`;
const layer = (createdBy: string): HistoryEntry => ({ createdBy, comment: '', emptyLayer: false });
const empty = (createdBy: string): HistoryEntry => ({ createdBy, comment: '', emptyLayer: true });

/** docker 20.10 with DOCKER_BUILDKIT=0 and --build-arg OTHER=zz. */
export const CLASSIC_HISTORY: readonly HistoryEntry[] = [
  layer(`/bin/sh -c #(nop) COPY ${hash('file')} in /bin/sh `),
  empty('/bin/sh -c #(nop)  ENV A=1 B=x y'),
  empty('/bin/sh -c #(nop)  ARG VERSION=1.2'),
  layer('|1 VERSION=1.2 /bin/sh -c echo hi > /hi &&     echo "a  b"     > /x'),
  empty('/bin/sh -c #(nop)  LABEL k=v w other=2'),
  empty('/bin/sh -c #(nop)  ARG OTHER'),
  empty('/bin/sh -c #(nop)  ARG VERSION'),
  layer('/bin/sh -c #(nop) WORKDIR /srv'),
  layer('/bin/sh -c #(nop) WORKDIR /srv/sub'),
  layer('|1 OTHER=zz /bin/sh -c echo $VERSION > /v'),
  // A command that changes nothing leaves no layer here.
  empty('|1 OTHER=zz /bin/sh -c echo exec > /e'),
  layer(`/bin/sh -c #(nop) COPY ${hash('file')} in ./app- `),
  layer(`/bin/sh -c #(nop) ADD ${hash('file')} in /run.sh `),
  layer(`/bin/sh -c #(nop) COPY ${hash('dir')} in /opt/bin/ `),
  empty('/bin/sh -c #(nop)  EXPOSE 443/udp 80'),
  empty('/bin/sh -c #(nop)  USER 65532:65532'),
  empty('/bin/sh -c #(nop)  VOLUME [/data]'),
  empty('/bin/sh -c #(nop)  STOPSIGNAL 9'),
  empty(`/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "/run.sh now"] "5s" "0s" "0s" '\\x00'}`),
  empty('/bin/sh -c #(nop)  ENTRYPOINT ["/run.sh"]'),
  empty('/bin/sh -c #(nop)  CMD ["/bin/sh" "-c" "serve -v"]'),
];

/** buildah 1.28 with --layers and --build-arg OTHER=zz. */
export const BUILDAH_HISTORY: readonly HistoryEntry[] = [
  layer(`/bin/sh -c #(nop) COPY ${hash('file')} in /bin/sh `),
  empty('/bin/sh -c #(nop) ENV A=1 B="x y"'),
  empty('/bin/sh -c #(nop) ARG VERSION'),
  layer('|1 VERSION=1.2 /bin/sh -c echo hi > /hi &&     echo "a  b"     > /x'),
  empty('/bin/sh -c #(nop) LABEL k="v w" other=2'),
  empty('/bin/sh -c #(nop) ARG OTHER'),
  empty('/bin/sh -c #(nop) ARG OTHER'),
  empty('/bin/sh -c #(nop) WORKDIR /srv'),
  empty('/bin/sh -c #(nop) WORKDIR sub'),
  layer('|1 OTHER=zz /bin/sh -c echo $VERSION > /v'),
  layer('|1 OTHER=zz /bin/sh -c ["/bin/sh", "-c", "echo exec > /e"]'),
  layer(`/bin/sh -c #(nop) COPY ${hash('file')} in ./app-$VERSION `),
  layer(`/bin/sh -c #(nop) ADD ${hash('file')} in /run.sh `),
  layer(`/bin/sh -c #(nop) COPY ${hash('dir')} in /opt/bin/ `),
  empty('/bin/sh -c #(nop) EXPOSE 80 443/udp'),
  empty('/bin/sh -c #(nop) USER 65532:65532'),
  empty('/bin/sh -c #(nop) VOLUME /data'),
  empty('/bin/sh -c #(nop) STOPSIGNAL 9'),
  empty('/bin/sh -c #(nop) HEALTHCHECK --interval=5s CMD /run.sh now'),
  empty('/bin/sh -c #(nop) ENTRYPOINT ["/run.sh"]'),
  empty('/bin/sh -c #(nop) CMD serve -v'),
];
