/**
 * Real root file systems without installing anything: packages of any Debian architecture, with everything they
 * depend on, fetched by an apt of its own and unpacked into a folder, with the package database that a real
 * installation has. Nothing of them is run.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Packages are fetched once a machine. */
const CACHE = process.env['DEBIAN_CACHE'] ?? join(tmpdir(), 'exec-format-guard-debian');

export interface DebianRoot {
  readonly architecture: string;
  readonly packages: readonly string[];
  /** Further architectures whose packages may be named as `libc6:i386`. */
  readonly foreign?: readonly string[];
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** Options of an apt that knows nothing of this machine's own packages. */
function aptOptions({ architecture, foreign = [] }: DebianRoot): string[] {
  const home = join(CACHE, ['apt', architecture, ...foreign].join('-'));
  for (const folder of [
    'state/lists/partial',
    'cache/archives/partial',
    'etc/apt.conf.d',
    'etc/preferences.d',
  ]) {
    mkdirSync(join(home, folder), { recursive: true });
  }
  const status = join(home, 'status');
  if (!existsSync(status)) writeFileSync(status, '');
  const settings = [
    `APT::Architecture=${architecture}`,
    'APT::Install-Recommends=false',
    'APT::Sandbox::User=root',
    `Dir::State=${home}/state`,
    `Dir::State::status=${status}`,
    `Dir::Cache=${home}/cache`,
    `Dir::Etc::Parts=${home}/etc/apt.conf.d`,
    `Dir::Etc::PreferencesParts=${home}/etc/preferences.d`,
    'Acquire::Languages=none',
  ];
  const architectures = [architecture, ...foreign].map((name) => `APT::Architectures::=${name}`);
  return [...settings, 'APT::Architectures=', ...architectures].flatMap((setting) => ['-o', setting]);
}

/** Fetches the packages with what they depend on; gives the `.deb` files. */
export function fetchPackages(root: DebianRoot): string[] {
  const options = aptOptions(root);
  const lists = options.find((option) => option.startsWith('Dir::State='))?.slice('Dir::State='.length) ?? '';
  // An index that cannot be had is no reason to stop: what it lacks shows below.
  if (readdirSync(join(lists, 'lists')).length < 4) spawnSync('apt-get', [...options, 'update']);
  const uris = run('apt-get', [...options, '--print-uris', '--yes', 'install', ...root.packages]);
  const archives = join(lists, '../cache/archives');
  run('apt-get', [...options, '--download-only', '--yes', 'install', ...root.packages]);
  return [...uris.matchAll(/^'[^']+' (\S+\.deb) /gm)].map(([, name = '']) => join(archives, name));
}

/** Unpacks into a new folder, as a merged /usr with a package database. */
export function buildDebianRoot(root: DebianRoot, folder: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(folder, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(folder, name));
  }
  const database = join(folder, 'var/lib/dpkg');
  mkdirSync(join(database, 'info'), { recursive: true });
  for (const archive of fetchPackages(root)) {
    const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"';
    run('sh', ['-c', unpack, 'sh', archive, folder]);
    const control = run('dpkg-deb', ['--field', archive]);
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(control)?.[1] ?? '';
    appendFileSync(join(database, 'status'), `${control.trimEnd()}\nStatus: install ok installed\n\n`);
    const files = run('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$1" | tar -t | sed "s,^\\.,,; s,/$,,"',
      'sh',
      archive,
    ]);
    const isShared = field('Multi-Arch') === 'same';
    const name = isShared ? `${field('Package')}:${field('Architecture')}` : field('Package');
    writeFileSync(join(database, 'info', `${name}.list`), files);
  }
}
