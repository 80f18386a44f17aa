import type { EmptyFacts, OtherFacts } from '../rootfs/content-facts.ts';
import {
  IMAGE_SUBSYSTEM_WINDOWS_CUI,
  IMAGE_SUBSYSTEM_WINDOWS_GUI,
  type PortableExecutable,
} from '../rootfs/portable-executable.ts';
import { expectedOf } from './platform-nouns.ts';
import { startRule } from './rule.ts';
import { about, nameOf, refusedSteps } from './start-words.ts';

export const unknownFormat = startRule({
  id: 'unknown-format',
  title: 'The file to start is no program',
  severity: 'error',
  what: 'A file that the container starts is neither an ELF program nor a script with a `#!` line. The rule says what it is: a program for macOS or Windows, a web page that was saved instead of a download, an archive that was never unpacked, a Git LFS pointer, an empty file …',
  why: 'The kernel knows only ELF and `#!`, and answers `exec /server: exec format error` to everything else. A download that ended in an error page or an empty file passes every build step up to here.',
  fix: 'Look at the step that puts the file into the image. Let downloads fail on errors (`curl --fail`), unpack archives, run `git lfs pull` before the build, and compile for `GOOS=linux`.',
  *examine({ trace }) {
    for (const found of refusedSteps(trace, ['unknown-format'])) {
      const name = nameOf(trace, found.step);
      const what = describe(found.refusal.content);
      yield {
        ...about(trace, found),
        title: `{platforms} cannot start: ${name} is ${what}`,
        message: `${found.step.file?.located.path ?? found.step.name} is ${what}, and not ${expectedOf(trace.platform)}.`,
      };
    }
  },
});

const FORMATS: Readonly<Record<OtherFacts['format'], string>> = {
  text: 'a text',
  'script-after-bom': 'a script behind a byte order mark',
  'script-after-blank': 'a script behind blank lines',
  html: 'a web page (HTML)',
  json: 'a JSON text',
  'git-lfs-pointer': 'a Git LFS pointer instead of the file itself',
  'mach-o': 'a program for macOS (Mach-O)',
  pe: 'a program for Windows (PE)',
  wasm: 'a WebAssembly module',
  gzip: 'gzip data',
  xz: 'xz data',
  bzip2: 'bzip2 data',
  zstd: 'zstd data',
  zip: 'a zip archive',
  tar: 'a tar archive',
  ar: 'an ar archive (a static library or a Debian package)',
  'java-class': 'a Java class file',
  'python-bytecode': 'Python bytecode',
  'llvm-bitcode': 'LLVM bitcode',
  zeros: 'nothing but NUL bytes',
  data: 'data of an unknown format',
};

function describe(content: OtherFacts | EmptyFacts): string {
  if (content.kind === 'empty') return 'empty';
  const what = content.pe === undefined ? FORMATS[content.format] : kindOfPe(content.pe);
  return content.detail === null ? what : `${what}, ${content.detail}`;
}

function kindOfPe({ isLibrary, subsystem }: PortableExecutable): string {
  if (isLibrary) return 'a library for Windows (DLL)';
  const isProgram =
    subsystem === 0 || subsystem === IMAGE_SUBSYSTEM_WINDOWS_GUI || subsystem === IMAGE_SUBSYSTEM_WINDOWS_CUI;
  return isProgram ? FORMATS.pe : 'a driver or EFI program (PE)';
}
