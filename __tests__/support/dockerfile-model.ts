/**
 * Dockerfiles whose history and provenance are known beforehand: each instruction is written together with what
 * BuildKit, docker's classic builder, buildah and kaniko say of it in an image's history.
 */
import { posix } from 'node:path';
import * as fc from 'fast-check';
import type { Digest } from '../../src/oci/digest.ts';
import type { HistoryEntry } from '../../src/oci/image-config.ts';

export type Builder = 'buildkit' | 'classic' | 'buildah' | 'kaniko';

/** One instruction as a person writes it, over one or several lines, and as builders repeat it. */
export interface ModelInstruction {
  readonly lines: readonly string[];
  readonly makesLayer: boolean;
  /** null: this builder cannot build it, or writes no history for it. */
  readonly history: Readonly<Record<Builder, string | null>>;
  /** An ARG: its name, and the value it has in the build. */
  readonly declares?: readonly [string, string];
  readonly workingDir?: string;
}

/** Stands in a history line for the ARGs declared so far, for the value of VERSION, and for the working directory. */
const [ARGS, VERSION, DIRECTORY] = ['\u0001', '\u0002', '\u0003'];

export interface ModelFile {
  readonly text: string;
  /** Of the last stage, with the line each begins at and ends on. */
  readonly instructions: readonly (ModelInstruction & { readonly line: number; readonly endLine: number })[];
}

const HEX = 'c0ffee'.repeat(10) + 'abcd';
const name = fc.constantFrom('app', 'bin/tool', 'conf.d', 'x-1', 'main.go', 'scripts/run.sh');
const folder = fc.constantFrom('/opt', '/usr/local/bin', '/srv/data', '/x');
const command = fc.constantFrom(
  'make',
  'apk add curl',
  'echo "a  b" > /f',
  "sed -i 's/a/b/' /c",
  'go build -o /out/app .',
);

function nop(text: string, gap = ' '): string {
  return `/bin/sh -c #(nop)${gap}${text}`;
}

/** An instruction that makes no layer, in the same words everywhere but for the classic builder's prefix. */
function plain(written: string, said = written): ModelInstruction {
  const history = { buildkit: said, classic: nop(said, '  '), buildah: nop(written), kaniko: null };
  return { lines: [written], makesLayer: false, history };
}

const metadata: fc.Arbitrary<ModelInstruction> = fc.oneof(
  fc.nat(9).map((n) => plain(`ENV LEVEL=${n}`)),
  fc.nat(9).map((n) => plain(`ENV MODE "a b ${n}"`, `ENV MODE=a b ${n}`)),
  fc.nat(9).map((n) => plain(`label version="${n}"`, `LABEL version=${n}`)),
  fc.constant(plain('USER 65532')),
  fc.constant(plain('EXPOSE 80', 'EXPOSE map[80/tcp:{}]')),
  fc.constant(plain('CMD ["serve", "-v"]', 'CMD ["serve" "-v"]')),
  fc.constant(plain('ENTRYPOINT /start now', 'ENTRYPOINT ["/bin/sh" "-c" "/start now"]')),
);

/** An ARG with a default, which the command line may have set to something else. */
const declarations: fc.Arbitrary<ModelInstruction> = fc
  .tuple(fc.constantFrom('VERSION', 'OTHER'), fc.constantFrom('1.2', '9.9'))
  .map(([name, value]) => ({ ...plain(`ARG ${name}=1.2`, `ARG ${name}=${value}`), declares: [name, value] }));

const directories: fc.Arbitrary<ModelInstruction> = fc.constantFrom('/w', 'sub', '../up').map((path) => ({
  lines: [`WORKDIR ${path}`],
  makesLayer: true,
  workingDir: path,
  history: {
    buildkit: `WORKDIR ${DIRECTORY}`,
    classic: nop(`WORKDIR ${DIRECTORY}`),
    buildah: nop(`WORKDIR ${path}`),
    kaniko: `WORKDIR ${path}`,
  },
}));

function copied(
  lines: readonly string[],
  sources: string,
  target: string,
  original: string,
): ModelInstruction {
  const hashed = nop(`COPY file:${HEX} in ${target} `);
  return {
    lines,
    makesLayer: true,
    history: {
      buildkit: `COPY ${sources} ${target} # buildkit`,
      classic: hashed,
      buildah: hashed,
      kaniko: original,
    },
  };
}

const copies: fc.Arbitrary<ModelInstruction> = fc
  .tuple(name, folder, fc.nat(99), fc.nat(4))
  .map(([from, to, n, form]) => {
    const target = `${to}/${n}`;
    if (form === 5) {
      const line = `COPY ${from}-\${VERSION} ${target}`;
      return copied([line], `${from}-${VERSION}`, target, line);
    }
    if (form === 0) return copied([`COPY ${from} ${target}`], from, target, `COPY ${from} ${target}`);
    if (form === 1)
      return copied([`COPY ["${from}", "${target}"]`], from, target, `COPY ["${from}", "${target}"]`);
    const flags = form === 2 ? '--from=tools' : '--from=0 --link';
    if (form !== 4)
      return copied([`copy ${flags} ${from} ${target}`], from, target, `copy ${flags} ${from} ${target}`);
    const lines = ['  COPY --from=tools \\', '  # why', `     ${from} \\`, '', `     ${target}`];
    return copied(lines, from, target, `COPY --from=tools      ${from}      ${target}`);
  });

function ran(lines: readonly string[], text: string, shell = '/bin/sh -c '): ModelInstruction {
  const classic = `${ARGS}${shell}${text}`;
  const history = { buildkit: `RUN ${classic} # buildkit`, classic, buildah: classic, kaniko: `RUN ${text}` };
  return { lines, makesLayer: true, history };
}

const runs: fc.Arbitrary<ModelInstruction> = fc
  .tuple(command, fc.nat(99), fc.nat(4))
  .map(([text, n, form]) => {
    const numbered = `${text} # ${n}`;
    if (form === 0) return ran([`RUN ${numbered}`], numbered);
    if (form === 1)
      return ran([`RUN ${text} \\`, '\t# note', `    && echo ${n}`], `${text}     && echo ${n}`);
    if (form === 2) {
      const exec = ran([`RUN ["echo", "${n}"]`], `echo ${n}`, '');
      return {
        ...exec,
        history: {
          ...exec.history,
          buildah: `${ARGS}/bin/sh -c ["echo", "${n}"]`,
          kaniko: `RUN ["echo", "${n}"]`,
        },
      };
    }
    if (form === 3) {
      const mounted = ran([`RUN --mount=type=cache,target=/c ${numbered}`], numbered);
      const original = `--mount=type=cache,target=/c ${numbered}`;
      return {
        ...mounted,
        history: {
          ...mounted.history,
          classic: null,
          buildah: `${ARGS}/bin/sh -c ${original}`,
          kaniko: `RUN ${original}`,
        },
      };
    }
    const lines = ['RUN <<EOF', text, `COPY ${n} /not-an-instruction`, 'EOF'];
    const body = `${text}\nCOPY ${n} /not-an-instruction\n`;
    const history = {
      buildkit: `RUN ${ARGS}/bin/sh -c ${body} # buildkit`,
      classic: null,
      buildah: `${ARGS}/bin/sh -c <<EOF\n${body.trim()}`,
      kaniko: null,
    };
    return { lines, makesLayer: true, history };
  });

const documents: fc.Arbitrary<ModelInstruction> = fc.tuple(folder, fc.nat(99)).map(([to, n]) => ({
  lines: [`COPY <<-"END" ${to}/${n}.sh`, '\t#!/bin/sh', `\techo ${n} $HOME`, '\tEND'],
  makesLayer: true,
  history: { buildkit: `COPY <<END ${to}/${n}.sh # buildkit`, classic: null, buildah: null, kaniko: null },
}));

const between = fc.constantFrom('', '# a comment', '   ', '#COPY no /no');

/** A file of one stage on a base, after an unrelated first stage, with nothing in it that `builder` cannot build. */
export function modelFile(builder: Builder): fc.Arbitrary<ModelFile> {
  const instruction = fc
    .oneof(metadata, copies, copies, runs, runs, documents, declarations, directories)
    .filter(({ makesLayer, history }) => history[builder] !== null || !makesLayer);
  return fc
    .record({
      head: fc.constantFrom('', '# syntax=docker/dockerfile:1\n', '# escape=\\\n# later\n', '\ufeff'),
      base: fc.constantFrom('scratch', 'alpine:3', 'alpine:3 AS final'),
      body: fc.array(fc.tuple(between, instruction), { minLength: 1, maxLength: 12 }),
    })
    .map(({ head, base, body }) => {
      const lines = `${head}FROM busybox AS tools\nRUN make tools\n\nFROM ${base}`.split('\n');
      const args = new Map<string, string>();
      let directory = '/';
      const instructions = body.map(([gap, model]) => {
        if (gap !== '') lines.push(gap);
        const line = lines.push(...model.lines) - model.lines.length + 1;
        if (model.declares !== undefined) args.set(...model.declares);
        if (model.workingDir !== undefined) directory = posix.resolve(directory, model.workingDir);
        return { ...model, history: filledIn(model.history, args, directory), line, endLine: lines.length };
      });
      return { text: `${lines.join('\n')}\n`, instructions };
    });
}

function filledIn(
  history: ModelInstruction['history'],
  args: ReadonlyMap<string, string>,
  directory: string,
): ModelInstruction['history'] {
  const declared =
    args.size === 0 ? '' : `|${args.size} ${[...args].map(([key, value]) => `${key}=${value} `).join('')}`;
  const fill = (text: string | null): string | null =>
    text === null
      ? null
      : text
          .replaceAll(ARGS, declared)
          .replaceAll(VERSION, args.get('VERSION') ?? '')
          .replaceAll(DIRECTORY, directory);
  const { buildkit, classic, buildah, kaniko } = history;
  return { buildkit: fill(buildkit), classic: fill(classic), buildah: fill(buildah), kaniko: fill(kaniko) };
}

export interface BuiltImage {
  readonly history: readonly HistoryEntry[];
  readonly layers: readonly Digest[];
  /** For each layer the instruction that made it; null for those of the base image. */
  readonly made: readonly (ModelFile['instructions'][number] | null)[];
}

/** The history of an image built from the file, on top of a base image's own. */
export function buildWith(builder: Builder, file: ModelFile): BuiltImage {
  const onImage = !/FROM scratch\n/.test(file.text);
  const base: HistoryEntry[] = onImage
    ? [
        { createdBy: nop(`ADD file:${HEX} in / `), comment: '', emptyLayer: false },
        { createdBy: 'COPY app /opt/1 # buildkit', comment: 'buildkit.dockerfile.v0', emptyLayer: false },
        { createdBy: nop('CMD ["sh"]', '  '), comment: '', emptyLayer: true },
      ]
    : [];
  const comment = builder === 'buildkit' ? 'buildkit.dockerfile.v0' : '';
  const own = file.instructions.flatMap(({ history, makesLayer }): HistoryEntry[] => {
    const createdBy = history[builder];
    return createdBy === null ? [] : [{ createdBy, comment, emptyLayer: !makesLayer }];
  });
  const made = [
    ...base.filter(({ emptyLayer }) => !emptyLayer).map(() => null),
    ...file.instructions.filter(({ makesLayer }) => makesLayer),
  ];
  return { history: [...base, ...own], layers: made.map((_, index) => layerDigest(index)), made };
}

export function layerDigest(index: number): Digest {
  return `sha256:${String(index).padStart(64, '0')}`;
}
