/** File capabilities, as `setcap` leaves them, against the default set of docker. */
import type { TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64, arm64, busybox } = PROGRAMS;
const RULE = 'not-executable';
const USER = { config: { user: '1000:1000' }, as: { uid: 1000, gid: 1000, groups: [] } };

const [NET_BIND_SERVICE, NET_ADMIN, NET_RAW, SYS_CHROOT, SYS_ADMIN, BPF] = [10, 12, 13, 18, 21, 39];

interface Attribute {
  readonly permitted?: readonly number[];
  readonly inheritable?: readonly number[];
  readonly effective?: 'no';
  /** Makes it revision 3. */
  readonly rootid?: number;
}

function capable({ permitted = [], inheritable = [], effective, rootid }: Attribute): Partial<TarItem> {
  const value = Buffer.alloc(rootid === undefined ? 20 : 24);
  value.writeUInt32LE((rootid === undefined ? 0x02000000 : 0x03000000) + (effective === 'no' ? 0 : 1), 0);
  for (const [at, set] of [permitted, inheritable].entries()) {
    for (const bit of set) {
      const word = 4 + 4 * at + 8 * Math.floor(bit / 32);
      value.writeUInt32LE((value.readUInt32LE(word) | (1 << (bit % 32))) >>> 0, word);
    }
  }
  if (rootid !== undefined) value.writeUInt32LE(rootid, 20);
  return { pax: { 'SCHILY.xattr.security.capability': value } };
}

const ATTRIBUTES: readonly (readonly [name: string, attribute: Attribute, expect: KernelCase['expect']])[] = [
  ['none at all', {}, 'starts'],
  ['one of every default set', { permitted: [NET_BIND_SERVICE] }, 'starts'],
  ['one of none', { permitted: [NET_ADMIN] }, { error: RULE }],
  ['one of none beside one of every', { permitted: [NET_BIND_SERVICE, NET_ADMIN] }, { error: RULE }],
  ['all of one word and one of the next', { permitted: [SYS_ADMIN, BPF] }, { error: RULE }],
  ['only in the second word', { permitted: [BPF] }, { error: RULE }],
  ['one of none that is not in effect', { permitted: [NET_ADMIN], effective: 'no' }, 'starts'],
  ['one of none that is only inheritable', { inheritable: [NET_ADMIN] }, 'starts'],
  ['one of docker’s set alone', { permitted: [NET_RAW] }, { warning: RULE }],
  ['another of docker’s set alone', { permitted: [NET_BIND_SERVICE, SYS_CHROOT] }, { warning: RULE }],
  ['a number that no capability has', { permitted: [60] }, 'starts'],
  ['for the root of this user namespace', { permitted: [NET_ADMIN], rootid: 0 }, { error: RULE }],
  ['for the root of another user namespace', { permitted: [NET_ADMIN], rootid: 1000 }, 'starts'],
];

function refusedByKernel(expect: KernelCase['expect']): Pick<KernelCase, 'kernel'> {
  return typeof expect === 'object' && 'error' in expect ? { kernel: 'execve EPERM' } : {};
}

const ADMIN = capable({ permitted: [NET_ADMIN] });
const SHELL = program('bin/sh', busybox);

export const capabilityCases: readonly KernelCase[] = [
  ...ATTRIBUTES.flatMap(([name, attribute, expect]) => {
    const items = [program('app', amd64, capable(attribute))];
    const kernel = refusedByKernel(expect);
    return [
      { ...kernelCase(`capabilities: ${name}, by root`, items, '/app', 'starts'), expect, ...kernel },
      { ...kernelCase(`capabilities: ${name}, by a user`, items, '/app', 'starts', USER), expect, ...kernel },
    ];
  }),
  kernelCase(
    'capabilities of a script are nobody’s',
    [SHELL, program('app', '#!/bin/sh\nexit 0\n', ADMIN)],
    '/app',
    'starts',
    USER,
  ),
  kernelCase(
    'capabilities of the interpreter are the script’s',
    [{ ...SHELL, ...ADMIN }, program('app', '#!/bin/sh\nexit 0\n')],
    '/app',
    RULE,
    { ...USER, kernel: 'execve EPERM' },
  ),
  kernelCase(
    'a shell that starts a program with capabilities',
    [SHELL, program('app', amd64, ADMIN)],
    ['/bin/sh', '-c', 'exec /app'],
    RULE,
    { kernel: 'exit 126', prints: '/app' },
  ),
  kernelCase(
    'capabilities of a program for another machine',
    [program('app', arm64, ADMIN)],
    '/app',
    'wrong-architecture',
  ),
];
