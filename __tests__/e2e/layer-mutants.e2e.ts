/**
 * Mutants of layers: whatever bytes come, the outcome is a listing or a Failure. LAYER_MUTANTS=40000 tries more.
 */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Failure } from '../../src/base/failure.ts';
import { listLayer } from '../../src/layers/list-layer.ts';
import { RootFs } from '../../src/rootfs/rootfs.ts';
import {
  file,
  gnuLong,
  inPieces,
  sha256Of,
  storedLayer,
  tarOf,
  type TarItem,
} from '../support/layer-builder.ts';
import { layerItems } from '../support/layer-stacks.ts';

const MUTANTS = Number(process.env['LAYER_MUTANTS'] ?? 1_000);

const EXTRAS: readonly TarItem[] = [
  file('p', '#!/bin/sh\r\n', {
    mode: 0o755,
    pax: { mtime: '1.5', path: 'é'.repeat(80), 'SCHILY.xattr.user.x': 'y' },
  }),
  file('elf', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(200, 1)]), {
    mode: 0o755,
  }),
];

const change = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.option(fc.nat(600), { freq: 20 }) });
const mutation = fc.record({
  items: layerItems,
  stage: fc.constantFrom('tar', 'headers', 'gzip', 'zstd'),
  changes: fc.array(change, { minLength: 1, maxLength: 5 }),
  piece: fc.constantFrom(100, 513, 100_000),
});

function mutate(bytes: Buffer, changes: readonly { at: number; byte: number; cut: number | null }[]): Buffer {
  let mutant = Buffer.from(bytes);
  for (const { at, byte, cut } of changes) {
    if (mutant.length === 0) break;
    const where = at % mutant.length;
    mutant.writeUInt8(byte, where);
    if (cut !== null) mutant = Buffer.concat([mutant.subarray(0, where), mutant.subarray(where + cut)]);
  }
  return mutant;
}

/** Headers with right checksums after the mutation, so that what lies behind the checksum is tried too. */
function repairChecksums(tar: Buffer): Buffer {
  for (let at = 0; at + 512 <= tar.length; at += 512) {
    const block = tar.subarray(at, at + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
  return tar;
}

async function outcomeOf(stored: Buffer, tar: Buffer, piece: number): Promise<'listed' | Failure> {
  const layer = { ...storedLayer(stored, tar, 'gzip'), diffId: sha256Of(tar) };
  try {
    const listing = await listLayer(layer, inPieces(stored, piece));
    for (const { path } of RootFs.of([listing]).all()) expect(path.startsWith('/')).toBe(true);
    return 'listed';
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

describe('mutants of layers', () => {
  test(
    `E20 F12 ${MUTANTS} mutants are listed or a Failure`,
    async () => {
      let listed = 0;
      await fc.assert(
        fc.asyncProperty(mutation, async ({ items, stage, changes, piece }) => {
          const tar = tarOf([gnuLong('L', 'l'.repeat(120)), file('q'), ...EXTRAS, ...items]);
          const outcome =
            stage === 'gzip' || stage === 'zstd'
              ? await outcomeOf(mutate(stage === 'gzip' ? gzipSync(tar, { level: 1 }) : zstdCompressSync(tar), changes), tar, piece) // prettier-ignore
              : await mutantTar(tar, stage, changes, piece);
          if (outcome === 'listed') listed += 1;
          else expect(outcome.message).toMatch(/^layer sha256:/);
        }),
        { numRuns: MUTANTS, seed: 20_261_121 },
      );
      expect(listed).toBeGreaterThan(0);
    },
    MUTANTS * 200,
  );
});

function mutantTar(
  tar: Buffer,
  stage: 'tar' | 'headers',
  changes: readonly { at: number; byte: number; cut: number | null }[],
  piece: number,
): Promise<'listed' | Failure> {
  const mutant = mutate(tar, changes);
  if (stage === 'headers') repairChecksums(mutant);
  return outcomeOf(mutant, mutant, piece);
}
