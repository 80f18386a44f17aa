import { describe, expect, test } from '@jest/globals';
import type { HistoryEntry } from '../../src/oci/image-config.ts';
import { type Origin, originsOf } from '../../src/origin/locate.ts';
import { parseProvenance } from '../../src/origin/provenance.ts';
import type { ContentFacts } from '../../src/rootfs/content-facts.ts';
import { checkout } from '../support/checkout.ts';
import { layerDigest } from '../support/dockerfile-model.ts';
import { configWith, originSources } from '../support/origin-sources.ts';
import { plainElf } from '../support/plain-elf.ts';
import { statementOf } from '../support/provenance-builder.ts';

const buildkit = (createdBy: string): HistoryEntry => ({
  createdBy,
  comment: 'buildkit.dockerfile.v0',
  emptyLayer: !/^(?:COPY|ADD|RUN)/.test(createdBy),
});

interface Scene {
  readonly dockerfile: string;
  /** Lines of the history above the base image. */
  readonly history: readonly string[];
  readonly rule?: string;
  readonly path?: string;
  readonly content?: ContentFacts;
  readonly mode?: number;
  /** Whether the build attested to it, and with which arguments. */
  readonly attested?: Readonly<Record<string, string>>;
  readonly baseLayers?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly executable?: boolean;
  /** Of the location, where it is not the second. */
  readonly line?: number;
}

/** Asks about the file of the top layer in the linux/arm64 image; an x86-64 program unless said otherwise. */
function ask(scene: Scene): Origin {
  const { dockerfile, files = {}, attested, baseLayers = 0, path = '/app', content = plainElf() } = scene;
  const base = Array.from({ length: baseLayers }, () => buildkit('COPY rootfs / # buildkit'));
  const history = [...base, ...scene.history.map(buildkit)];
  const layers = history.filter(({ emptyLayer }) => !emptyLayer).map((_, index) => layerDigest(index));
  const statement = attested && statementOf('v1', { dockerfile, args: attested });
  const sources = originSources({
    layers,
    config: configWith(history),
    provenance: statement === undefined ? null : parseProvenance(statement),
    repository: checkout({ Dockerfile: dockerfile, ...files }, null, scene.executable ?? true),
  });
  const entry = { type: 'file', mode: scene.mode ?? 0o755, uid: 0, gid: 0, size: 4096, content } as const;
  const layer = layers.at(-1) ?? null;
  return originsOf(sources)({ rule: scene.rule ?? 'wrong-architecture', path, layer, entry, versions: [] });
}

/** `line: label`, with a question mark where it is not proven. */
const remarks = ({ related }: Origin): string[] =>
  related.map(({ line, label, proven }) => `${line}: ${label}${proven ? '' : '?'}`);

const HIDES = 'this default hides the value BuildKit sets for each platform';
const SAME = 'this takes the same file of the build context for every platform';

describe('why a file is for another architecture', () => {
  const go = 'FROM golang AS build\n';
  const final = 'FROM scratch\nCOPY --from=build /out/app /app\n';
  const copied = ['COPY /out/app /app # buildkit'];
  test.each<[string, Scene, string[], string | null]>([
    [
      'a default for TARGETARCH that a command uses',
      {
        dockerfile: `${go}ARG TARGETARCH=amd64\nRUN GOARCH=$TARGETARCH go build -o /out/app\n${final}`,
        history: copied,
      },
      [`2: ${HIDES}?`, '3: this command, which makes the file?'],
      'write `ARG TARGETARCH` without a value on line 2',
    ],
    [
      'a default before FROM, declared again in the stage',
      {
        dockerfile: `ARG TARGETARCH=amd64\n${go}ARG TARGETARCH\nCOPY bin/\${TARGETARCH} /out/app\n${final}`,
        history: copied,
        attested: {},
      },
      [`1: ${HIDES}`, '4: the file comes from here'],
      'write `ARG TARGETARCH` without a value on line 1',
    ],
    [
      'the value that the command line gave, in place of the default',
      {
        dockerfile: `${go}ARG TARGETARCH=amd64\nCOPY bin/\${TARGETARCH} /out/app\n${final}`,
        history: copied,
        attested: { 'build-arg:TARGETARCH': 'amd64' },
      },
      ['2: the build was given TARGETARCH=amd64', '3: the file comes from here'],
      'build without `--build-arg TARGETARCH=amd64`, and take the architecture from TARGETARCH',
    ],
    [
      'ENV GOARCH in the stage',
      { dockerfile: `${go}ENV GOARCH=amd64\nRUN go build -o /out/app .\n${final}`, history: copied },
      ['2: GOARCH is amd64 whatever the platform?', '3: this command, which makes the file?'],
      'take the architecture from TARGETARCH instead of `GOARCH=amd64` on line 2',
    ],
    [
      'an ARG of our own in a URL',
      {
        dockerfile: 'FROM alpine\nARG ARCH=x86_64\nRUN curl -o /app https://dl/tool-${ARCH}\n',
        history: [
          'ARG ARCH=x86_64',
          'RUN |1 ARCH=x86_64 /bin/sh -c curl -o /app https://dl/tool-${ARCH} # buildkit',
        ],
        baseLayers: 2,
      },
      ['2: ARCH is x86_64 whatever the platform?'],
      'take the architecture from TARGETARCH instead of `ARCH=x86_64` on line 2',
    ],
    [
      'a name written into one line of a long command',
      {
        dockerfile:
          'FROM alpine\nRUN apk add curl && \\\n    curl -L https://dl/tool-linux-amd64.tgz \\\n    | tar x\n',
        history: [
          'RUN /bin/sh -c apk add curl &&     curl -L https://dl/tool-linux-amd64.tgz     | tar x # buildkit',
        ],
        baseLayers: 1,
      },
      ['3: amd64 is written here whatever the platform?'],
      'use `TARGETARCH` in place of `amd64` on line 3',
    ],
    [
      'not a command that knows both architectures',
      {
        dockerfile: 'FROM alpine\nRUN case $(uname -m) in aarch64) a=arm64;; *) a=amd64;; esac && get $a\n',
        history: [
          'RUN /bin/sh -c case $(uname -m) in aarch64) a=arm64;; *) a=amd64;; esac && get $a # buildkit',
        ],
      },
      [],
      null,
    ],
    [
      'a stage of one platform',
      {
        dockerfile: `FROM --platform=linux/amd64 golang AS build\nRUN go build -o /out/app .\n${final}`,
        history: copied,
      },
      ['1: this stage is linux/amd64 whatever the platform?', '2: this command, which makes the file?'],
      'drop `--platform=linux/amd64` on line 1',
    ],
    [
      "a stage on the builder's platform that never asks for the target's",
      {
        dockerfile: `FROM --platform=$BUILDPLATFORM golang AS build\nRUN go build -o /out/app .\n${final}`,
        history: copied,
        attested: {},
      },
      [
        "1: this stage runs on the builder's platform and never asks for the target's?",
        '2: this command, which makes the file?',
      ],
      'declare `ARG TARGETARCH` in the stage and build for it, or drop `--platform=$BUILDPLATFORM` on line 1',
    ],
    [
      'not one that cross-compiles',
      {
        dockerfile: `FROM --platform=$BUILDPLATFORM golang AS build\nARG TARGETARCH\nRUN GOARCH=$TARGETARCH go build -o /out/app .\n${final}`,
        history: copied,
      },
      ['3: this command, which makes the file?'],
      null,
    ],
    [
      'one file of the context for all, copied over a stage',
      { dockerfile: `${go}COPY app /out/\n${final}`, history: copied },
      [`2: ${SAME}?`],
      'put one file for each platform into the build context and choose it by `${TARGETARCH}`',
    ],
    [
      'nothing, when the stage cannot be followed',
      { dockerfile: `${go}COPY . .\nRUN make install\n${final}`, history: copied },
      [],
      null,
    ],
  ])('%s', (_, scene, expected, fix) => {
    const origin = ask(scene);
    expect(origin.location).not.toBeNull();
    expect(remarks(origin)).toEqual(expected);
    expect(origin.fix).toBe(fix);
  });
});

describe('a file of the base image', () => {
  const history = ['CMD ["x"]'];
  const baseLayers = 1;
  const pinned = `alpine@sha256:${'a'.repeat(64)}`;
  test.each<[string, Scene, number | null, string[]]>([
    [
      'of one platform',
      { dockerfile: 'FROM --platform=linux/amd64 alpine\nCMD x\n', history, baseLayers },
      1,
      ['1: this stage is linux/amd64 whatever the platform?'],
    ],
    [
      "of the builder's platform",
      { dockerfile: 'FROM --platform=$BUILDPLATFORM alpine\nCMD x\n', history, baseLayers },
      1,
      ["1: this is the builder's platform, not the image's?"],
    ],
    [
      'pinned by a digest',
      { dockerfile: `FROM ${pinned}\nCMD x\n`, history, baseLayers },
      null,
      ["1: this digest may name one platform's manifest, which is then taken for all?"],
    ],
    [
      'of which the history alone speaks',
      { dockerfile: 'FROM alpine\nCMD x\n', history, baseLayers },
      null,
      ['1: the file comes with this base image?'],
    ],
  ])('%s', (_, scene, line, expected) => {
    const origin = ask(scene);
    expect(origin.location?.line ?? null).toBe(line);
    expect(remarks(origin)).toEqual(expected);
  });

  test('with provenance FROM is to blame for certain', () => {
    const dockerfile = 'FROM --platform=$BUILDPLATFORM alpine\nCOPY a /a\n';
    const layers = [layerDigest(0), layerDigest(1)];
    const steps = [
      { source: 'docker-image://alpine', lines: [[1, 1]] as const, layers: layers.slice(0, 1) },
      { lines: [[2, 2]] as const, layers },
    ];
    const provenance = parseProvenance(statementOf('v1', { dockerfile, steps }));
    const locate = originsOf(
      originSources({ layers, provenance, repository: checkout({ Dockerfile: dockerfile }) }),
    );
    const entry = { type: 'file', mode: 0o755, uid: 0, gid: 0, size: 1, content: plainElf() } as const;
    const origin = locate({
      rule: 'foreign-userland',
      path: '/bin/sh',
      layer: layerDigest(0),
      entry,
      versions: [],
    });
    expect(origin.location).toMatchObject({ line: 1, by: 'provenance' });
    expect(remarks(origin)).toEqual(["1: this is the builder's platform, not the image's"]);
    expect(origin.fix).toBe('drop `--platform=$BUILDPLATFORM` on line 1');
  });
});

describe('why a file has lost its x bit', () => {
  const text = '#!/bin/sh\n';
  const content = { kind: 'script', head: text, text, crlfLines: 0 } as const;
  const lost = { rule: 'not-executable', path: '/run.sh', mode: 0o644, content };
  const copy = {
    dockerfile: 'FROM scratch\nCOPY run.sh /run.sh\n',
    history: ['COPY run.sh /run.sh # buildkit'],
  };
  test.each<[string, Scene, string[], string]>([
    ['nothing more is known', { ...lost, ...copy }, [], 'add `--chmod=755` to COPY on line 2'],
    [
      'the repository has none either',
      { ...lost, ...copy, files: { 'run.sh': '#!/bin/sh\n' }, executable: false },
      ['1: this file has no x bit in the repository either'],
      'run `git update-index --chmod=+x run.sh` and commit, or add `--chmod=755` to COPY on line 2',
    ],
    [
      'the instruction takes it away',
      {
        ...lost,
        dockerfile: 'FROM scratch\nCOPY --chmod=644 run.sh /run.sh\n',
        history: ['COPY --chmod=644 run.sh /run.sh # buildkit'],
      },
      ['2: this mode has no x bit'],
      'write `--chmod=755` on line 2',
    ],
    [
      'a here-document has none',
      {
        ...lost,
        dockerfile: 'FROM scratch\nCOPY <<EOF /run.sh\n#!/bin/sh\nEOF\n',
        history: ['COPY <<EOF /run.sh # buildkit'],
      },
      ['2: here-documents are written without an x bit'],
      'add `--chmod=755` to COPY on line 2',
    ],
    [
      'it came with a whole folder: the mode is given to this file alone',
      {
        ...lost,
        dockerfile: 'FROM scratch AS all\nCOPY . /src/\nFROM scratch\nCOPY --from=all /src/run.sh /run.sh\n',
        history: ['COPY /src/run.sh /run.sh # buildkit'],
        files: { 'run.sh': '#!/bin/sh\n' },
        line: 4,
      },
      ['1: this is the file in the repository', '2: this line, which brings the file?'],
      'add `--chmod=755` to COPY on line 4',
    ],
  ])('%s', (_, scene, expected, fix) => {
    const origin = ask(scene);
    expect(origin.location).toMatchObject({ line: scene.line ?? 2 });
    expect(remarks(origin)).toEqual(expected);
    expect(origin.fix).toBe(fix);
  });
});

describe('a file of the build context', () => {
  const elf = {
    kind: 'elf',
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  } as const;
  const content = plainElf({ ...elf, machine: 183 });
  test.each([
    ['under its name', 'COPY app /app', 'COPY app /app # buildkit', '/app', 'app'],
    ['in a folder', 'COPY ./bin /opt', 'COPY ./bin /opt # buildkit', '/opt/app', 'bin/app'],
    ['among all', 'COPY . /srv/', 'COPY . /srv/ # buildkit', '/srv/deep/app', 'deep/app'],
    ['by a pattern', 'COPY bin/a* /opt/', 'COPY bin/a* /opt/ # buildkit', '/opt/app', 'bin/app'],
    ['over /bin -> usr/bin', 'COPY app /bin/', 'COPY app /bin/ # buildkit', '/usr/bin/app', 'app'],
    [
      'with its parents',
      'COPY --parents a/./b/app /opt',
      'COPY --parents a/./b/app /opt # buildkit',
      '/opt/b/app',
      'a/b/app',
    ],
  ])("%s: is the repository's file of the same content", (_, line, history, path, file) => {
    const scene = { dockerfile: `FROM scratch\n${line}\n`, history: [history], path, content };
    const origin = ask({ ...scene, files: { [file]: 'test' } });
    expect(origin.related).toMatchObject([{ file, line: 1, label: 'this is the file in the repository' }]);
    expect(ask({ ...scene, files: { [file]: 'other' } }).related).toEqual([]);
  });
});
