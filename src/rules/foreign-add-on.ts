import type { ForeignGroup } from '../survey/survey.ts';
import type { ForeignArchive } from '../survey/archives.ts';
import type { OtherLibc } from '../survey/other-libc.ts';
import type { MissingBuild } from '../survey/missing-builds.ts';
import { examplesOf, namedFiles, placeOfGroup } from './foreign-words.ts';
import { imageRule, type Observation } from './rule.ts';

export const foreignAddOn = imageRule({
  id: 'foreign-add-on',
  title: 'An add-on for an interpreter is for another platform',
  severity: 'error',
  what: 'A compiled add-on (`.node`, an extension of Python, Ruby, Perl or PHP) is for another machine or system than the image; or a package has builds for other platforms (`prebuilds/`, `@scope/package-linux-x64`) and none for this one; or it was compiled against the other libc (glibc, musl). With `archives: true` jars, wheels and zips count as such packages too. It is an error where the interpreter loads the very file, and a warning where the package may do without.',
  why: 'The program starts and fails at `require` or `import`: `Error: …/addon.node: cannot open shared object file: No such file or directory`, `invalid ELF header`, `ImportError: …: cannot open shared object file`, `No native build was found for platform=linux arch=arm64`, `Cannot find module @rollup/rollup-linux-arm64-musl`. It happens when `node_modules` or a virtual environment is copied from the machine or stage that built it, where another architecture, system or libc was installed for.',
  fix: 'Install dependencies in a stage of the target platform (`RUN npm ci`, `pip install` after a plain `FROM`), and put `node_modules` and `.venv` into `.dockerignore`.',
  *examine({ survey }) {
    for (const group of survey?.foreign ?? []) {
      if (group.place === 'extension' || group.place === 'add-on') yield foreignFile(group);
    }
    for (const group of survey?.otherLibc ?? []) yield otherLibc(group);
    for (const archive of survey?.archives ?? []) yield foreignArchive(archive);
    for (const missing of survey?.missingBuilds ?? []) yield missingBuild(missing);
  },
});

function foreignFile(group: ForeignGroup): Observation {
  const { evidence, ...place } = placeOfGroup(group);
  const because = /^(?:macOS|Windows)/.test(group.machine)
    ? 'invalid ELF header'
    : 'cannot open shared object file: No such file or directory';
  const what = group.count === 1 ? 'an add-on' : 'add-ons';
  return {
    ...place,
    severity: group.place === 'extension' || group.misnamed ? 'error' : 'warning',
    title: `{platforms} {has|have} ${what} for ${group.machine}: ${namedFiles(group)}`,
    message: `${namedFiles(group)}${examplesOf(group)} ${group.count === 1 ? 'is' : 'are'} for ${group.machine}${group.misnamed ? ', whatever the name says' : ''}.`,
    runtimeError: `${group.paths[0] ?? group.path}: ${because}`,
    evidence: { ...evidence, machine: group.machine },
  };
}

function otherLibc(group: OtherLibc): Observation {
  const { evidence, ...place } = placeOfGroup(group);
  const { libc, needed, count } = group;
  const own = libc === 'musl' ? 'glibc' : 'musl';
  return {
    ...place,
    severity: group.place === 'extension' ? 'error' : 'warning',
    title: `{platforms} {has|have} ${count === 1 ? 'an add-on' : 'add-ons'} for ${libc}: ${namedFiles(group)}`,
    message: `${namedFiles(group)}${examplesOf(group)} ${count === 1 ? 'needs' : 'need'} ${needed} of ${libc}, and the image has ${own} alone.`,
    runtimeError:
      own === 'musl'
        ? `Error loading shared library ${needed}: No such file or directory (needed by ${group.paths[0] ?? group.path})`
        : `${needed}: cannot open shared object file: No such file or directory`,
    evidence: { ...evidence, libc, needed },
  };
}

function missingBuild(missing: MissingBuild): Observation {
  const { evidence, ...place } = placeOfGroup(missing);
  const present = missing.present.join(', ');
  return {
    ...place,
    severity: 'warning',
    title: `{platforms} {has|have} ${shortName(missing.family)} only for ${present}`,
    message: `${missing.family} has builds for ${present}, and none for {platforms}${/\((?:musl|glibc)\)/.test(present) ? ' with the libc of this image' : ''}.`,
    evidence: { ...evidence, family: missing.family, present: missing.present },
  };
}

function foreignArchive(archive: ForeignArchive): Observation {
  const { evidence, ...place } = placeOfGroup(archive);
  const present = archive.present.map((architecture) => `linux/${architecture}`).join(', ');
  return {
    ...place,
    severity: 'warning',
    title: `{platforms} {has|have} ${namedFiles(archive)} with native code only for ${present}`,
    message: `${namedFiles(archive)} ${archive.count === 1 ? 'has' : 'have'} native code for ${present} (${archive.natives.slice(0, 3).join(', ')}), and none for {platforms}.`,
    runtimeError: `java.lang.UnsatisfiedLinkError: ${archive.natives[0] ?? ''}: cannot open shared object file`,
    evidence: { ...evidence, present: archive.present, natives: archive.natives },
  };
}

/** From the package's name on: `@esbuild/*`, `bufferutil/prebuilds/*`. */
function shortName(family: string): string {
  const modules = family.lastIndexOf('/node_modules/');
  return modules < 0 ? family : family.slice(modules + '/node_modules/'.length);
}
