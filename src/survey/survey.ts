/**
 * Every file of the image that the start trace may never touch: binaries for another machine, grouped by where they
 * lie and which layer brought them, and what healthy images have on purpose set apart by name (exemptions/). One walk
 * over the merged root file system; the lists are bounded by binaries, the groups by causes.
 */
import { baseOf } from '../rootfs/path.ts';
import type { RootFs } from '../rootfs/rootfs.ts';
import { environmentOf } from '../start/environment.ts';
import type { Refusal } from '../start/refusal.ts';
import type { StartStep, StartTrace, StepRole } from '../start/start-trace.ts';
import { type ForeignArchive, foreignArchives, unreadArchives } from './archives.ts';
import type { BinaryFile } from './binary-file.ts';
import { type ExecutableStacks, executableStacks } from './exec-stack.ts';
import { type FileGroup, groupFiles } from './file-group.ts';
import { findForeignUserland, type ForeignUserland } from './foreign-userland.ts';
import { type ImageView, viewOf } from './image-view.ts';
import { type MissingBuild, missingBuilds } from './missing-builds.ts';
import { addOnsOfOtherLibc, type OtherLibc } from './other-libc.ts';
import { tooSmallAlignment } from './page-size.ts';
import { isCalled, type Place, Places } from './place.ts';
import { PlatformBuilds } from './platform-builds.ts';
import { platformWordsOf } from './platform-words.ts';
import { type RefusedCommand, refusedCommands } from './refused-commands.ts';
import { liesApart, setApart } from './set-apart.ts';
import type { SurveyContext } from './survey-context.ts';
import { type UnmetNeed, unmetNeeds } from './unmet-needs.ts';
import { walkFiles } from './walk-files.ts';

export interface Survey {
  /** Regular files of the merged root file system. */
  readonly files: number;
  /** The GOARCH name that most programs and libraries are native to; null when there are none or no machine leads. */
  readonly majorityArchitecture: string | null;
  /** What was passed over on purpose, by name. */
  readonly exemptions: readonly { readonly name: string; readonly count: number }[];
  /** Files for other machines, but for those of a whole foreign user land. */
  readonly foreign: readonly ForeignGroup[];
  readonly userland: ForeignUserland | null;
  readonly missingBuilds: readonly MissingBuild[];
  /** Add-ons of the right machine that want the libc that the image has not. */
  readonly otherLibc: readonly OtherLibc[];
  /** Libraries and versions of theirs that add-ons and programs outside of PATH need, and that the image has not. */
  readonly unmet: readonly UnmetNeed[];
  readonly archives: readonly ForeignArchive[];
  /** What was not looked at, in words: an archive that is too large. */
  readonly leftOut: readonly string[];
  /** Globs of the user that no file fits. */
  readonly unmatched: readonly string[];
  /** Files that cannot be mapped where pages have 64K. */
  readonly smallPages: readonly SmallPages[];
  readonly executableStacks: readonly ExecutableStacks[];
  /** Commands on PATH, and scripts with Windows line ends, that would not start. */
  readonly commands: readonly RefusedCommand[];
  /** x of the image's glibc 2.x; null without one. */
  readonly glibcMinor: number | null;
  /** sha256 -> path of the programs and libraries for other machines, and of those for this one. */
  readonly foreignDigests: ReadonlyMap<string, string>;
  readonly nativeDigests: ReadonlyMap<string, string>;
}

export interface ForeignGroup extends FileGroup {
  readonly place: Place;
  /** `x86-64`, `macOS (arm64)`. */
  readonly machine: string;
  /** GOARCH; null when no platform of containers is like that. */
  readonly architecture: string | null;
  /** The paths say that the files are for this platform. */
  readonly misnamed: boolean;
}

export interface SmallPages extends FileGroup {
  /** The smallest p_align among them. */
  readonly align: number;
}

/** @throws {LayerNeeded} when not every layer is mounted. */
export function surveyImage(rootfs: RootFs, context: SurveyContext): Survey {
  const { platform, config } = context;
  const environment = environmentOf(config.process.env);
  const places = new Places(rootfs, platform.architecture, environment, context.binaries);
  for (const path of probesOf(context.trace)) places.call(path);
  const walk = walkFiles(rootfs, platform, places);
  const image = viewOf(rootfs, context, places, walk);
  const builds = new PlatformBuilds(image, walk);
  const { foreign, exemptions } = setApart(walk.others, builds, image);
  const userland = findForeignUserland(foreign, walk.native);
  const started = refusedFiles(context.trace);
  const strays = foreign.filter(({ path, architecture }) => {
    return !started.has(path) && (userland === null || architecture !== userland.architecture);
  });
  const { missing, present } = Object.groupBy(strays, (file) =>
    builds.of(file) === 'missing' && isChosenAtRunTime(file, image) ? 'missing' : 'present',
  );
  // Builds for Android and others beside ours are for this machine too, and never loaded here.
  const ours = walk.native.filter(({ path }) => (platformWordsOf(path)?.os ?? platform.os) === platform.os);
  return {
    files: walk.files,
    majorityArchitecture: majorityOf([...walk.native, ...foreign]),
    exemptions,
    foreign: foreignGroups(present ?? [], builds, image.placeOf),
    userland,
    missingBuilds: missingBuilds([...(missing ?? []), ...builds.ofOtherLibc(walk.native)]),
    otherLibc: addOnsOfOtherLibc(walk.native, image),
    unmet: userland === null ? unmetNeeds(ours, image, context.trace) : [],
    archives: foreignArchives(walk.archives, platform),
    leftOut: unreadArchives(walk.archives),
    unmatched: places.unmatched,
    smallPages: smallPages(ours, image),
    // With the wrong user land under them, why a command does not start is known already.
    commands: userland === null ? refusedCommands(rootfs, walk.commands, context) : [],
    executableStacks: executableStacks(ours, image),
    glibcMinor: walk.glibcMinor,
    foreignDigests: digestsOf(foreign),
    nativeDigests: digestsOf(walk.native),
  };
}

/** Python's import and node's compiled add-ons have one name; commands and services are called. */
function isChosenAtRunTime({ path }: BinaryFile, { placeOf }: ImageView): boolean {
  const isCompiled = COMPILED.test(path) && platformWordsOf(baseOf(path)) === null;
  return !isCalled(placeOf(path)) && !PYTHON.test(path) && !isCompiled;
}

/** Python looks for the name with the platform in it. */
const PYTHON = /\.(?:cpython|pypy|abi)[^/]*\.so$/;
const COMPILED = /\/build\/(?:Release|Debug)\//;

/** What HEALTHCHECK runs, surely or perhaps: engines kill a container whose probe fails, whatever else works. */
function probesOf({ steps }: StartTrace): readonly string[] {
  return steps.filter(({ chain, role }) => chain === 'healthcheck' && PROBES.has(role)).flatMap(pathOf);
}

const PROBES: ReadonlySet<StepRole> = new Set(['program', 'child', 'interpreter']);

/** Files of the start that do not fit are reported as such. */
function refusedFiles({ steps }: StartTrace): ReadonlySet<string> {
  const refused = steps.filter(({ chain, refusals }) => chain === 'start' && refusals.length > 0);
  return new Set(
    refused.flatMap((step) => [
      ...pathOf(step),
      ...step.refusals.flatMap((refusal) => misfits(step, refusal)),
    ]),
  );
}

function pathOf({ file }: StartStep): readonly string[] {
  return file === null ? [] : [file.located.path];
}

/** Libraries for other machines that are why the start fails: that says more than that they are there. */
function misfits({ chain, reach }: StartStep, refusal: Refusal): readonly string[] {
  if (chain !== 'start' || reach !== 'certain' || refusal.kind !== 'library-mismatch') return [];
  const isCertain = refusal.effect === 'stops' && refusal.hosts.on === 'all';
  return isCertain ? refusal.passedOver.map(({ path }) => path) : [];
}

function foreignGroups(
  files: readonly BinaryFile[],
  builds: PlatformBuilds,
  placeOf: (path: string) => Place,
): ForeignGroup[] {
  const misnamed = (file: BinaryFile): boolean => builds.of(file) === 'contradicted';
  const keyOf = (file: BinaryFile): string => `${placeOf(file.path)} ${file.machine} ${misnamed(file)}`;
  return groupFiles(files, keyOf).map(([group, file]) => ({
    ...group,
    place: placeOf(file.path),
    machine: file.machine,
    architecture: file.architecture,
    misnamed: misnamed(file),
  }));
}

function smallPages(native: readonly BinaryFile[], image: ImageView): SmallPages[] {
  const alignOf = ({ elf }: BinaryFile): bigint | null =>
    elf === null ? null : tooSmallAlignment(elf, image.platform.architecture);
  const small = native.filter((file) => alignOf(file) !== null && !liesApart(file, image));
  return groupFiles(small, (file) => String(alignOf(file))).map(([group, file]) => ({
    ...group,
    align: Number(alignOf(file)),
  }));
}

function digestsOf(files: readonly BinaryFile[]): ReadonlyMap<string, string> {
  return new Map(files.flatMap(({ elf, path }) => (elf === null ? [] : [[elf.sha256, path]])));
}

function majorityOf(files: readonly BinaryFile[]): string | null {
  const tally = Map.groupBy(
    files.filter(({ architecture }) => architecture !== null),
    ({ architecture }) => architecture,
  );
  const [first, second] = [...tally].sort(([, one], [, other]) => other.length - one.length);
  return first === undefined || first[1].length === second?.[1].length ? null : first[0];
}
