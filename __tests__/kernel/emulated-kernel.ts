/** Debian's kernels of other architectures, each booted in a system emulator with an initramfs that asks it. */
import { execFile, execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianArchives, type DebianArchitecture, type DebianRequest } from '../support/debian-packages.ts';

export interface EmulatedKernel {
  readonly architecture: DebianArchitecture;
  readonly suite?: DebianRequest['suite'];
  /** The package that stands for the newest of its kind. */
  readonly meta: string;
  /** The word that is in `qemu-system-WORD`, and its options. */
  readonly emulator: string;
  readonly hardware: readonly string[];
  /** On its command line, besides what all have. */
  readonly options: string;
  /** Which of its modules are wanted, below `kernel`. */
  readonly modules?: string;
}

/** Its processor has a 32-bit mode, which many arm64 servers have not: 32-bit programs are no question for it. */
export const ARM64_KERNEL: EmulatedKernel = {
  architecture: 'arm64',
  meta: 'linux-image-cloud-arm64',
  emulator: 'aarch64',
  hardware: ['-M', 'virt', '-cpu', 'neoverse-n1', '-m', '6144'],
  options: 'console=ttyAMA0',
  modules: 'fs/overlayfs',
};

/** Debian's own: without `syscall.x32=y` it runs no x32, and told so, nothing of i386, as on managed hosts. */
export const NARROW_KERNEL: EmulatedKernel = {
  architecture: 'amd64',
  suite: 'trixie',
  meta: 'linux-image-amd64',
  emulator: 'x86_64',
  hardware: ['-m', '512', '-cpu', 'max'],
  options: 'console=ttyS0 ia32_emulation=0',
};

export const ARMHF_KERNEL: EmulatedKernel = {
  architecture: 'armhf',
  meta: 'linux-image-armmp',
  emulator: 'arm',
  hardware: ['-M', 'virt', '-cpu', 'cortex-a15', '-m', '512'],
  options: 'console=ttyAMA0',
};

/** Pages of 64 KiB. */
export const PPC64EL_KERNEL: EmulatedKernel = {
  architecture: 'ppc64el',
  meta: 'linux-image-powerpc64le',
  emulator: 'ppc64',
  hardware: ['-M', 'pseries', '-cpu', 'power9', '-vga', 'none', '-m', '1024'],
  options: 'console=hvc0',
};

/** Page tables of three levels (Sv39), as on most boards; the emulator has five. */
export const RISCV64_KERNEL: EmulatedKernel = {
  architecture: 'riscv64',
  suite: 'trixie',
  meta: 'linux-image-riscv64',
  emulator: 'riscv64',
  hardware: ['-M', 'virt', '-m', '512'],
  options: 'console=ttyS0 no4lvl',
};

export const S390X_KERNEL: EmulatedKernel = {
  architecture: 's390x',
  meta: 'linux-image-s390x',
  emulator: 's390x',
  hardware: ['-M', 's390-ccw-virtio', '-m', '512'],
  options: 'console=ttysclp0',
};

export const MIPS64EL_KERNEL: EmulatedKernel = {
  architecture: 'mips64el',
  meta: 'linux-image-5kc-malta',
  emulator: 'mips64el',
  hardware: ['-M', 'malta', '-cpu', '5KEc', '-vga', 'none', '-m', '512'],
  options: 'console=ttyS0',
};

/** What the machine wrote on its console until it turned itself off. It runs beside this process. */
export async function boot(kernel: EmulatedKernel, initramfs: string): Promise<string> {
  const devices = ['-nographic', '-nic', 'none', '-no-reboot'];
  const files = ['-kernel', imageOf(kernel), '-initrd', initramfs];
  const options = ['-append', `${kernel.options} panic=-1 quiet`];
  const limits = { timeout: 600_000, maxBuffer: 1 << 28, encoding: 'latin1' } as const;
  const words = [...kernel.hardware, ...devices, ...files, ...options];
  const machine = promisify(execFile)(`qemu-system-${kernel.emulator}`, words, limits);
  machine.child.stdin?.end();
  return (await machine).stdout;
}

/** A folder as an initramfs. */
export function packInitramfs(folder: string, file: string): string {
  execFileSync('sh', ['-c', 'find . | cpio --quiet -o -H newc > "$0"', file], { cwd: folder });
  return file;
}

/** The modules that are wanted of it. */
export function modulesOf(kernel: EmulatedKernel): string {
  const folder = join(unpack(kernel), 'lib/modules');
  const [version = ''] = fs.readdirSync(folder);
  return join(folder, version, 'kernel', kernel.modules ?? '');
}

/** A folder with what is wanted of a kernel's package, unpacked once per machine. */
function unpack(kernel: EmulatedKernel): string {
  const folder = join(tmpdir(), 'debian-packages', `kernel-${kernel.architecture}`);
  if (fs.existsSync(folder)) return folder;
  const [archive = ''] = debianArchives(requestOf(kernel, packageOf(kernel)));
  const unfinished = fs.mkdtempSync(`${folder}-`);
  const modules = kernel.modules === undefined ? [] : [`./lib/modules/*/kernel/${kernel.modules}`];
  const command = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$0" --wildcards "${@:2}"';
  const words = ['-o', 'pipefail', '-c', command, unfinished, archive, './boot', ...modules];
  execFileSync('bash', words, { stdio: 'pipe' });
  fs.renameSync(unfinished, folder);
  return folder;
}

function imageOf(kernel: EmulatedKernel): string {
  const folder = join(unpack(kernel), 'boot');
  const image = fs.readdirSync(folder).find((name) => /^vmlinu[xz]-/.test(name));
  if (image === undefined) throw new Error(`the package of ${kernel.meta} has no kernel`);
  return join(folder, image);
}

/** The package with the kernel itself, which the other one stands for. */
function packageOf(kernel: EmulatedKernel): string {
  const [meta = ''] = debianArchives(requestOf(kernel, kernel.meta));
  const depends = execFileSync('dpkg-deb', ['--field', meta, 'Depends']).toString();
  return /linux-image-[\w.+-]+/.exec(depends)?.[0] ?? '';
}

function requestOf({ architecture, suite }: EmulatedKernel, name: string): DebianRequest {
  return { architecture, packages: [name], ...(suite === undefined ? {} : { suite }) };
}
