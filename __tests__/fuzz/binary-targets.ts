/** Borders where the bytes of layers come in. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { parseElf } from '../../src/elf/elf-capture.ts';
import { decompress } from '../../src/layers/decompress.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import { ZstdFrames } from '../../src/layers/zstd-frames.ts';
import type { LayerListing } from '../../src/rootfs/layer-listing.ts';
import { PackageDatabaseReader } from '../../src/rootfs/package-database.ts';
import { recognise } from '../../src/rootfs/recognise.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import type { PlatformImage } from '../../src/rules/facts.ts';
import { parseLdCache } from '../../src/start/loader/ld-cache.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { surveyImage } from '../../src/survey/survey.ts';
import { buildElf } from '../support/elf-builder.ts';
import { MACHINE_NAMES } from '../support/elf-machines.ts';
import { entry } from '../support/image-facts.ts';
import { amd64Line, buildLdCache } from '../support/ld-cache-builder.ts';
import {
  directory,
  file,
  gnuLong,
  hardLink,
  inPieces,
  opaque,
  paxHeader,
  sha256Of,
  symlink,
  tarOf,
  type TarItem,
  whiteout,
} from '../support/layer-builder.ts';
import type { FuzzTarget } from './fuzz-target.ts';

const TAR: readonly (TarItem | Buffer)[] = [
  directory('d'),
  file('d/f', '#!/bin/sh\r\n', { mode: 0o755, pax: { path: 'd/é', mtime: '1.5' } }),
  symlink('s', '../d'),
  hardLink('h', 's/é', { mode: 0o755 }),
  gnuLong('L', 'd/long'),
  file('cut', 'x'),
  paxHeader({ comment: 'c' }, 'g'),
  whiteout('d/gone'),
  opaque('o'),
  { name: 'n', flag: '3', device: [0, 0] },
];
const SCRIPT =
  '#!/bin/sh -e\nset -- /app "$@"\nif [ "$1" = x ]; then exec "$@"; fi\ncase $A in b) . /l;; esac\nexec /app\n';
const DPKG = 'Package: a\nStatus: install ok installed\nArchitecture: amd64\n\nPackage: b\n';
const APP = Buffer.from(buildElf({ interpreter: '/lib/ld.so', needed: ['liba.so'], undefined: ['puts'] }));

export const BINARY_TARGETS: readonly FuzzTarget[] = [
  { name: 'tar', seeds: () => TAR.map((item) => tarOf([item])), read: (bytes) => listing(bytes) },
  {
    name: 'layers',
    seeds: () => [tarOf(TAR), tarOf([file('d', 'x')]), tarOf([directory('d'), file('s/x')])],
    read: (bytes) => merged(bytes),
  },
  {
    name: 'gzip',
    seeds: () => [gzipSync('a'.repeat(99)), gzipSync('')],
    read: (bytes) => decompressed(bytes),
  },
  {
    name: 'zstd',
    seeds: () => [zstdCompressSync('a'.repeat(99)), Buffer.from('502a4d1802000000aabb28b52ffd', 'hex')],
    read: (bytes) => decompressed(bytes),
  },
  { name: 'zstd-frames', seeds: () => [zstdCompressSync('abc'.repeat(50))], read: (bytes) => frames(bytes) },
  {
    name: 'elf',
    seeds: () => MACHINE_NAMES.map((machine) => elfSeed(machine)),
    read: (bytes) => parseElf(bytes, ''),
  },
  { name: 'program', seeds: () => [APP, elfSeed('arm64')], read: (bytes) => started(bytes) },
  { name: 'script', seeds: () => [SCRIPT], read: (bytes) => started(bytes) },
  {
    name: 'file-head',
    seeds: () => ['\u007fELF', 'MZ', '<!doctype html>', '\ufeff#!/bin/sh'],
    read: recognise,
  },
  {
    name: 'ld-cache',
    seeds: () => [Buffer.from(buildLdCache([amd64Line('liba.so', '/lib/liba.so')], 'both'), 'latin1')],
    read: (bytes) => parseLdCache(bytes.toString('latin1'), 'little'),
  },
  {
    name: 'package-database',
    seeds: () => [DPKG, 'P:a\nA:x86_64\n\n'],
    read: (bytes) => (['dpkg', 'apk'] as const).map((kind) => packagesOf(kind, bytes)),
  },
];

function elfSeed(machine: (typeof MACHINE_NAMES)[number]): Buffer {
  const spec = { machine, needed: ['liba.so'], runpath: '$ORIGIN/x', buildId: 'ab', defined: ['here'] };
  return Buffer.from(
    buildElf({ ...spec, interpreter: '/lib/ld.so', kernel: [5, 10, 0], armAttributes: [[6, 10]] }),
  );
}

function listing(tar: Buffer): Promise<LayerListing> {
  const mediaType = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  const descriptor = { mediaType, digest: sha256Of(tar), size: tar.length, annotations: {} };
  return listLayer({ descriptor, diffId: descriptor.digest }, inPieces(tar, 700));
}

/** The same layer over itself and over a plain one. */
async function merged(tar: Buffer): Promise<readonly unknown[]> {
  const [top, base] = [await listing(tar), await listing(tarOf(TAR))];
  const all = [...RootFs.of([top, base, top]).all()];
  return all.map(({ path, entry: { type, mode } }) => [path.length, type, mode]);
}

async function decompressed(bytes: Buffer): Promise<readonly number[]> {
  const lengths: number[] = [];
  for await (const piece of decompress(
    inPieces(bytes, 50),
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'l',
  ))
    lengths.push(piece.length);
  return lengths;
}

function frames(bytes: Buffer): readonly number[] {
  const splitter = new ZstdFrames('l');
  const lengths = [bytes.subarray(0, 7), bytes.subarray(7)].flatMap((part) =>
    Array.from(splitter.split(part), ({ length }) => length),
  );
  splitter.end();
  return lengths;
}

/** An image that starts these bytes as /app, beside a shell that is there. */
async function started(bytes: Buffer): Promise<unknown> {
  const { image } = entry();
  if (image === null) throw new Error('an image');
  const process = { ...image.config.process, entrypoint: ['/app', 'x'] };
  const started: PlatformImage = { ...image, config: { ...image.config, process } };
  const program = { mode: 0o755 };
  const rootfs = RootFs.of([
    await listing(
      tarOf([file('app', bytes, program), file('bin/sh', APP, program), file('l', bytes, program)]),
    ),
  ]);
  const trace = traceStart(rootfs, started);
  const { platform, config } = started;
  surveyImage(rootfs, { platform, config, trace, binaries: ['/l'], exemptionsOff: [] });
  return { ...trace, steps: trace.steps.map(({ role, refusals }) => ({ role, refusals })) };
}

function packagesOf(kind: 'dpkg' | 'apk', bytes: Buffer): unknown {
  const reader = new PackageDatabaseReader(kind);
  for (const part of [bytes.subarray(0, 9), bytes.subarray(9)]) reader.write(part);
  return reader.finish();
}
