/** What images of the other tables stand on: busybox in the manner of Alpine, tini and gosu, and a server. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { LIBC, PROGRAMS, WRAPPERS } from '../programs.ts';

const { amd64, busybox } = PROGRAMS;

const APPLETS = [
  'sh',
  'ls',
  'cat',
  'env',
  'id',
  'su',
  'mkdir',
  'chown',
  'test',
  'echo',
  'sleep',
  'true',
  'nice',
];

/** In the manner of Alpine: everything is a link to busybox. */
export const BUSYBOX: readonly TarItem[] = [
  directory('bin'),
  program('bin/busybox', busybox),
  ...APPLETS.map((name) => symlink(`bin/${name}`, '/bin/busybox')),
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n'),
  file('etc/group', 'root:x:0:\nnode:x:1000:\n'),
];
export const TINI = [...LIBC, { ...WRAPPERS.tini, name: 'sbin/tini' }, WRAPPERS.gosu];
export const SERVER = program('usr/local/bin/server', amd64);
export const NODE = { uid: 1000, gid: 1000, groups: [] } as const;

interface Spec extends Omit<KernelCase, 'name' | 'layers' | 'expect'> {
  readonly expect: string;
}

export function image(
  name: string,
  layers: readonly (readonly TarItem[])[],
  { expect, ...more }: Spec,
): KernelCase {
  return { ...kernelCase(name, [], [], expect, more), layers, config: more.config ?? {} };
}

export const script = (text: string, name = 'entrypoint.sh', more: Partial<TarItem> = {}) =>
  program(name, text, more);
