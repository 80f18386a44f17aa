import type { ForeignGroup } from '../survey/survey.ts';
import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import { imageRule, type Severity } from './rule.ts';

const FIX =
  'Use `TARGETARCH` in the URL, or copy from a stage of the same platform (`FROM image` without `--platform=$BUILDPLATFORM`).';

export const foreignBinary = imageRule({
  id: 'foreign-binary',
  title: 'A program or library in the image is for another machine',
  severity: 'error',
  what: 'A program or library in the image is for another machine (or another system) than the platform of the image. It is an error where commands, libraries and services lie (`PATH`, `/lib`, `/usr/lib`, s6-overlay, buildpack layers, the program of `HEALTHCHECK`, the `binaries` you named) and a warning elsewhere, as in what packages of npm, pip and RubyGems bring beside their add-ons. Files with one cause are one finding: those of one layer, directory and machine.',
  why: 'The container may start and fail later, when a health probe, a helper or a plug-in is called: `exec format error`, `cannot execute binary file`; or a library is passed over in silence: `cannot open shared object file: No such file or directory`. Typical causes are a download URL with a fixed architecture (`…-linux-amd64`), `COPY --from` of an image or stage of another platform, and a cache shared by several platforms.',
  fix: `${FIX} If the files are there on purpose, ignore the finding by its path: \`foreign-binary:/path/**\`.`,
  *examine({ survey }) {
    for (const group of survey?.foreign ?? []) {
      if (group.place === 'extension' || group.place === 'add-on') continue;
      const { evidence, ...place } = placeOfGroup(group);
      yield {
        ...place,
        severity: severityAt(group),
        title: `{platforms} {has|have} ${group.machine} code: ${namedFiles(group)}`,
        message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'is' : 'are'} for ${group.machine}, which no kernel of {platforms} runs${misnamed(group)}.`,
        fix: `${FIX} ${onPurpose(group)}`,
        runtimeError: runtimeErrorOf(group),
        evidence: { ...evidence, machine: group.machine, place: group.place },
      };
    }
  },
});

function onPurpose({ path, count }: ForeignGroup): string {
  const [are, glob] =
    count === 1 ? ['the file is', path] : ['the files are', `${path === '/' ? '' : path}/**`];
  return `If ${are} there on purpose, ignore the finding by its path: \`foreign-binary:${glob}\`.`;
}

function severityAt({ place }: ForeignGroup): Severity {
  return place === 'elsewhere' ? 'warning' : 'error';
}

function misnamed(group: ForeignGroup): string {
  return group.misnamed ? ', whatever the name says' : '';
}

function runtimeErrorOf({ paths: [first = ''], machine }: ForeignGroup): string {
  if (!/\.so(?:\.[0-9.]+)?$/.test(first)) return `${first}: cannot execute binary file: Exec format error`;
  const because = /^(?:macOS|Windows)/.test(machine)
    ? 'invalid ELF header'
    : 'cannot open shared object file: No such file or directory';
  return `${first.slice(first.lastIndexOf('/') + 1)}: ${because}`;
}
