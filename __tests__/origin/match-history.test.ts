import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Digest } from '../../src/oci/digest.ts';
import type { HistoryEntry } from '../../src/oci/image-config.ts';
import type { Location } from '../../src/origin/location.ts';
import { originsOf } from '../../src/origin/locate.ts';
import { checkout } from '../support/checkout.ts';
import { type Builder, buildWith, layerDigest, modelFile } from '../support/dockerfile-model.ts';
import { configWith, originSources } from '../support/origin-sources.ts';
import {
  BUILDAH_HISTORY,
  CLASSIC_HISTORY,
  EVERY_INSTRUCTION,
  LAYER_LINES,
} from '../support/every-instruction.ts';

/** Where each layer comes from, asked of the history alone. */
function locateLayers(
  text: string,
  history: readonly HistoryEntry[],
  layers: readonly Digest[],
): (Location | null)[] {
  const repository = checkout({ Dockerfile: text });
  const ask = originsOf(originSources({ layers, config: configWith(history), repository }));
  return layers.map((layer) => ask({ rule: 'any', path: '/x', layer, entry: null, versions: [] }).location);
}

const builders: Builder[] = ['buildkit', 'classic', 'buildah', 'kaniko'];

describe('a file of known lines and the history its builder writes', () => {
  test.each<Builder>(['buildkit', 'classic', 'buildah'])('%s: every layer has its line', (builder) => {
    fc.assert(
      fc.property(modelFile(builder), (file) => {
        const { history, layers, made } = buildWith(builder, file);
        const found = locateLayers(file.text, history, layers);
        expect(found.map((location) => location && [location.line, location.endLine])).toEqual(
          made.map((instruction) => instruction && [instruction.line, instruction.endLine]),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test('kaniko, which leaves instructions out: the right line or none', () => {
    let [known, all] = [0, 0];
    fc.assert(
      fc.property(modelFile('kaniko'), (file) => {
        const { history, layers, made } = buildWith('kaniko', file);
        for (const [index, location] of locateLayers(file.text, history, layers).entries()) {
          if (location !== null) expect(location.line).toBe(made[index]?.line);
          all += made[index] === null ? 0 : 1;
          known += location === null ? 0 : 1;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(known / all).toBeGreaterThan(0.9);
  });
});

describe('what real builders wrote', () => {
  test.each([
    ["docker's classic builder", CLASSIC_HISTORY],
    ['buildah', BUILDAH_HISTORY],
  ])('%s: every layer of a file with every instruction', (_, history) => {
    const isEmpty = history
      .filter(
        ({ createdBy }) => /WORKDIR|COPY|ADD|-c echo|"-c"/.test(createdBy) && !/ENTRY|CMD/.test(createdBy),
      )
      .map(({ emptyLayer }) => emptyLayer);
    const expected = LAYER_LINES.filter((_, index) => isEmpty[index] === false);
    const layers = expected.map((_, index) => layerDigest(index));
    const found = locateLayers(EVERY_INSTRUCTION, history, layers);
    expect(found.map((location) => location && [location.line, location.endLine])).toEqual(expected);
  });

  test('a base image with less history than layers makes BuildKit invent entries: nothing is said', () => {
    const [invented, copied] = ['mount / from exec /bin/sh', 'COPY a /a # buildkit'];
    const history = [
      { createdBy: copied, comment: 'buildkit.dockerfile.v0', emptyLayer: false },
      { createdBy: invented, comment: 'buildkit.exporter.image.v0', emptyLayer: false },
    ];
    const layers = [layerDigest(0), layerDigest(1)];
    expect(locateLayers('FROM base\nCOPY a /a\n', history, layers)).toEqual([null, null]);
  });

  test('history and layers that do not add up say nothing', () => {
    const history = [
      { createdBy: 'COPY a /a # buildkit', comment: 'buildkit.dockerfile.v0', emptyLayer: false },
    ];
    const layers = [layerDigest(0), layerDigest(1)];
    expect(locateLayers('FROM base\nCOPY a /a\n', history, layers)).toEqual([null, null]);
    const marked = history.map((entry) => ({ ...entry, emptyLayer: true }));
    expect(locateLayers('FROM base\nCOPY a /a\n', marked, [])).toEqual([]);
  });
});

describe('a file that was changed since the build', () => {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('remove', 'insert', 'swap', 'replace', 'repeat'),
    line: fc.constantFrom(
      'RUN true',
      'COPY other /other',
      'ENV OTHER=1',
      'WORKDIR /other',
      'FROM other',
      'ARG OTHER',
    ),
  });

  test.each(builders)('%s: never a line that the history does not tell', (builder) => {
    fc.assert(
      fc.property(modelFile(builder), change, (file, { at, kind, line }) => {
        const { history, layers, made } = buildWith(builder, file);
        const lines = file.text.split('\n');
        const [here, next] = [0, 1].map(
          (offset) => file.instructions[(at + offset) % file.instructions.length],
        );
        if (here === undefined || next === undefined) return;
        const block = lines.slice(here.line - 1, here.endLine);
        const other = lines.slice(next.line - 1, next.endLine);
        if (kind === 'swap' && here.line < next.line) lines.splice(next.line - 1, other.length, ...block);
        if (kind !== 'insert' && kind !== 'repeat') lines.splice(here.line - 1, block.length);
        if (kind === 'insert' || kind === 'replace') lines.splice(here.line - 1, 0, line);
        if (kind === 'repeat') lines.splice(here.line - 1, 0, ...block);
        if (kind === 'swap' && here.line < next.line) lines.splice(here.line - 1, 0, ...other);
        const found = locateLayers(lines.join('\n'), history, layers);
        for (const [index, location] of found.entries()) {
          if (location === null) continue;
          const told = made[index]?.history[builder];
          const same = file.instructions.filter(({ lines }) => lines.join('\n') === location.snippet);
          expect(same.map((instruction) => instruction.history[builder])).toContain(told);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
