import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { runner } from '../../src/action/host.ts';
import { REPORT_OUTPUTS } from '../../src/action/outputs.ts';
import { judge } from '../../src/verdict/judge.ts';
import type { Report } from '../../src/verdict/report.ts';
import { hostileText } from '../support/hostile-text.ts';
import { evidence, finding, imageReport, platformReport } from '../support/reports.ts';
import { outputsIn } from '../support/runner-files.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const file = join(temporaryFolder(), 'output');
const before = process.env['GITHUB_OUTPUT'];
beforeEach(() => {
  process.env['GITHUB_OUTPUT'] = file;
});
afterEach(() => {
  if (before === undefined) delete process.env['GITHUB_OUTPUT'];
  else process.env['GITHUB_OUTPUT'] = before;
});

/** What a later step reads. */
function readBack(report: Report): Readonly<Record<string, string>> {
  writeFileSync(file, '');
  for (const { name, value } of REPORT_OUTPUTS) runner.setOutput(name, value(report));
  return outputsIn(readFileSync(file, 'utf8'));
}

function reportWith(text: string): Report {
  const image = imageReport({
    reference: text,
    digest: text,
    pinned: text,
    missingPlatforms: [text, `linux/${text}`],
    platforms: [platformReport({ platform: text }), platformReport({ platform: `linux/arm64${text}` })],
  });
  return judge(evidence({ images: [image], findings: [finding({ image: text, platforms: [text] })] }));
}

describe('outputs', () => {
  test('G04 are what we set, whatever names the image has', () => {
    const attacks = [
      'x\nverdict=pass',
      'x\nverdict<<E\npass\nE',
      'ghadelimiter_1\nverdict=pass\n',
      '\r\nverdict=pass',
      '\u2028verdict=pass',
    ];
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.constantFrom(...attacks)), (text) => {
        const outputs = readBack(reportWith(text));
        expect(Object.keys(outputs)).toEqual(REPORT_OUTPUTS.map(({ name }) => name));
        expect([outputs['verdict'], outputs['errors'], outputs['warnings']]).toEqual(['fail', '1', '0']);
        for (const name of ['platforms', 'missing-platforms', 'failed-platforms']) {
          const names: unknown = JSON.parse(outputs[name] ?? '');
          expect(names).toEqual(expect.any(Array));
          expect(outputs[name]).toMatch(/^\[(?:"[a-zA-Z0-9._/ ()-]+",?)*\]$/);
        }
        expect(outputs['digest']).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
      { numRuns: 300 },
    );
  });

  test('G13 stay far below what GitHub drops, however much an image holds', () => {
    const platforms = Array.from({ length: 256 }, (_, at) =>
      platformReport({ platform: `linux/${'x'.repeat(50)}${at}` }),
    );
    const images = Array.from({ length: 2_000 }, (_, at) =>
      imageReport({
        reference: `ghcr.io/acme/${'i'.repeat(200)}${at}`,
        pinned: `ghcr.io/acme/${'i'.repeat(200)}${at}@sha256:${'a'.repeat(64)}`,
        missingPlatforms: platforms.map(({ platform }) => `${platform}-${at}`),
        platforms,
      }),
    );
    const outputs = readBack({ ...reportWith('x'), images });
    const units = Object.values(outputs).reduce((sum, value) => sum + value.length, 0);
    expect(units * 2).toBeLessThan(1024 * 1024);
    expect(outputs['verdict']).toBe('fail');
  });
});
