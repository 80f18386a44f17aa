/**
 * Real programs of every architecture: Debian packages unpacked without installing them. Needs apt and dpkg, and
 * downloads what it does not have yet into a folder of the machine's temporary directory, so that several tests share
 * it. The mirror is the one that the machine's own apt uses.
 */
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { END_OF_ARCHIVE, directory, symlink, tarItem } from './layer-builder.ts';

export type DebianArchitecture =
  'amd64' | 'arm64' | 'armhf' | 'armel' | 'i386' | 'mips64el' | 'ppc64el' | 'riscv64' | 's390x';

export interface DebianRequest {
  readonly architecture: DebianArchitecture;
  readonly packages: readonly string[];
  /** Default: `bookworm`. riscv64 exists from `trixie` on, which means: that one or a newer one. */
  readonly suite?: 'bullseye' | 'bookworm' | 'trixie';
  /** Whether everything they depend on comes along; default: `without`. */
  readonly dependencies?: 'with' | 'without';
  /** Packages that a layer below has, with all that they depend on: they are not unpacked again. */
  readonly below?: readonly string[];
}

const CACHE = join(tmpdir(), 'debian-packages');

/** A folder of apt's own, and the options that make apt use it. */
interface Apt {
  readonly root: string;
  readonly options: readonly string[];
}

/** One archive after the other into one tar(1), which is most of what there is to gain. */
const UNPACK = `set -e -o pipefail
for file; do dpkg-deb --fsys-tarfile "$file" || exit 1; done |
  tar -x --ignore-zeros --keep-directory-symlink -C "$0"`;

/** Unpacks the packages into `folder`, which is made; `/bin` and `/lib` are links into `/usr` as in a real system. */
export function unpackDebian(request: DebianRequest, folder: string): void {
  const apt = prepareApt(request);
  mkdirSync(folder, { recursive: true });
  if (request.dependencies === 'with') linkUsr(folder);
  execFileSync('bash', ['-c', UNPACK, folder, ...download(request, apt)]);
}

/** The same with dependencies as the tar of a layer, written to `file`, which takes half the time of unpacking them. */
export function writeDebianLayer(request: DebianRequest, file: string): void {
  const links = MERGED.flatMap((name) => [directory(`./usr/${name}`), symlink(`./${name}`, `usr/${name}`)]);
  writeFileSync(file, Buffer.concat([directory('./usr'), ...links].map(tarItem)));
  for (const archive of download(request, prepareApt(request))) {
    const options = { maxBuffer: Number.POSITIVE_INFINITY };
    const tar = execFileSync('dpkg-deb', ['--fsys-tarfile', archive], options);
    for (const piece of withoutMerged(tar)) appendFileSync(file, piece);
  }
  appendFileSync(file, END_OF_ARCHIVE);
}

/** The entries of a tar but for its end and for directories that would take the places of links. */
function* withoutMerged(tar: Buffer): Generator<Buffer> {
  let from = 0;
  let at = 0;
  for (; at < tar.length && tar[at] !== 0;) {
    const name = tar.toString('latin1', at, tar.indexOf(0, at));
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8);
    const next = at + 512 + 512 * Math.ceil(size / 512);
    if (MERGED.some((each) => name === `./${each}/`)) {
      yield tar.subarray(from, at);
      from = next;
    }
    at = next;
  }
  yield tar.subarray(from, at);
}

/** The .deb files of the request. */
export function debianArchives(request: DebianRequest): readonly string[] {
  return download(request, prepareApt(request));
}

/**
 * Downloads what requests for one architecture and suite need all at once, while the tests go on with something else.
 * Whether that works is no matter here: what is not there is downloaded when it is unpacked.
 */
export async function downloadDebian(requests: readonly DebianRequest[]): Promise<void> {
  const [first] = requests;
  if (first === undefined) return;
  const apt = prepareApt(first);
  const names = new Set(requests.flatMap((request) => namesOf(request, apt.options)));
  const missing = missingIn(apt, [...names]);
  if (missing.length === 0) return;
  const options = [...apt.options, '-qq', 'download', ...missing];
  const child = spawn('apt-get', options, { cwd: archivesOf(apt), stdio: 'ignore' });
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
}

function archivesOf({ root }: Apt): string {
  return join(root, 'archives');
}

function missingIn(apt: Apt, names: readonly string[]): readonly string[] {
  const files = readdirSync(archivesOf(apt));
  return names.filter((name) => !files.some((file) => isPackage(file, name)));
}

/** Each is downloaded once per machine. */
function download(request: DebianRequest, apt: Apt): readonly string[] {
  const archives = archivesOf(apt);
  const names = namesOf(request, apt.options);
  const missing = missingIn(apt, names);
  if (missing.length > 0) {
    execFileSync('apt-get', [...apt.options, '-qq', 'download', ...missing], {
      cwd: archives,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }
  const files = readdirSync(archives);
  return names.map((name) => {
    const file = files.find((each) => isPackage(each, name));
    if (file === undefined) throw new Error(`apt-get did not download ${name} into ${archives}`);
    return join(archives, file);
  });
}

function isPackage(file: string, name: string): boolean {
  return file.startsWith(`${name}_`) && file.endsWith('.deb');
}

function namesOf(
  { packages, dependencies, below = [] }: DebianRequest,
  options: readonly string[],
): readonly string[] {
  if (dependencies !== 'with') return packages;
  const all = withDependencies([...below, ...packages], options);
  if (below.length === 0) return all;
  const there = new Set(withDependencies(below, options));
  return all.filter((name) => !there.has(name));
}

/** Asking apt takes half a second, and the same is asked for every root. */
const ANSWERS = new Map<string, readonly string[]>();

/** Names of all packages that an empty system would get. */
function withDependencies(packages: readonly string[], options: readonly string[]): readonly string[] {
  const key = [...options, ...packages].join(' ');
  const known = ANSWERS.get(key) ?? askApt(packages, options);
  ANSWERS.set(key, known);
  return known;
}

/** Where apt would download them from, which it says in half the time that it takes to simulate how it installs them. */
function askApt(packages: readonly string[], options: readonly string[]): readonly string[] {
  const words = [...options, '-qq', '--print-uris', '--no-install-recommends', 'install', ...packages];
  const output = execFileSync('apt-get', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return [...new Set([...output.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map((match) => match[1] ?? ''))];
}

/** While a mirror is in the middle of a synchronisation, the index of a suite may not be the one it announces. */
const SUITES = {
  bullseye: ['bullseye'],
  bookworm: ['bookworm'],
  trixie: ['trixie', 'forky', 'sid'],
} as const;

/** An apt of another machine's, with the index of the first suite that the mirror has whole. */
function prepareApt({ architecture, suite = 'bookworm' }: DebianRequest): Apt {
  const faults: string[] = [];
  const apts = SUITES[suite].map((name) => aptOf(architecture, name));
  const ready = apts.find(({ root }) => existsSync(join(root, 'ready')));
  if (ready !== undefined) return ready;
  for (const apt of apts) {
    try {
      execFileSync('apt-get', [...apt.options, '-qq', 'update'], { stdio: ['ignore', 'ignore', 'pipe'] });
      writeFileSync(join(apt.root, 'ready'), '');
      return apt;
    } catch (error) {
      faults.push(String(error));
    }
  }
  throw new Error(faults.join('\n'));
}

/** Options that make apt another machine's: own lists, cache, status and architecture. */
function aptOf(architecture: DebianArchitecture, suite: string): Apt {
  const root = join(CACHE, `${suite}-${architecture}`);
  if (!existsSync(join(root, 'ready'))) layOut(root, architecture, suite);
  const options = [
    '-q',
    `-oDir=${root}`,
    `-oAPT::Architecture=${architecture}`,
    `-oAPT::Architectures::=${architecture}`,
    `-oDir::Etc::sourcelist=${root}/sources.list`,
    '-oDir::Etc::sourceparts=-',
    '-oDir::Etc::parts=-',
    `-oDir::State=${root}/state`,
    `-oDir::State::status=${root}/status`,
    `-oDir::Cache=${root}/cache`,
    // Machines made of container images have apt read the whole index each time, and decompress it.
    '-oAcquire::GzipIndexes=false',
    '-oDir::Cache::pkgcache=pkgcache.bin',
    '-oDir::Cache::srcpkgcache=srcpkgcache.bin',
    '-oAPT::Sandbox::User=root',
    '-oAcquire::Languages=none',
    '-oAcquire::Retries=3',
  ];
  return { root, options };
}

/** Files that are older than what apt made of them last time, unless they are written anew. */
function layOut(root: string, architecture: DebianArchitecture, suite: string): void {
  for (const part of ['archives', 'state/lists/partial', 'cache/archives/partial']) {
    mkdirSync(join(root, part), { recursive: true });
  }
  writeFileSync(join(root, 'status'), '');
  const [mirror, key] = ownMirror();
  const list = `deb [arch=${architecture} signed-by=${key}] ${mirror} ${suite} main\n`;
  writeFileSync(join(root, 'sources.list'), list);
}

/** The Debian mirror that this machine's apt is set to, and the keyring it trusts. */
function ownMirror(): readonly [mirror: string, key: string] {
  const folder = '/etc/apt/sources.list.d';
  const texts = ['/etc/apt/sources.list', ...readdirSync(folder).map((file) => join(folder, file))]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  const mirror = texts
    .flatMap((text) => [...text.matchAll(/^(?:URIs:|deb(?: \[[^\]]*\])?)\s+(\S+\/debian)\/?(?:\s|$)/gm)])
    .map((match) => match[1])[0];
  if (mirror === undefined) throw new Error('no Debian mirror in the sources of apt');
  return [mirror, '/usr/share/keyrings/debian-archive-keyring.gpg'];
}

const MERGED = ['bin', 'sbin', 'lib', 'lib64'];

function linkUsr(folder: string): void {
  for (const name of MERGED) {
    mkdirSync(join(folder, 'usr', name), { recursive: true });
    if (!existsSync(join(folder, name))) execFileSync('ln', ['-s', `usr/${name}`, join(folder, name)]);
  }
}
