import { describe, expect, test } from '@jest/globals';
import { annotationsOf } from '../../src/reports/annotations.ts';
import { judge } from '../../src/verdict/judge.ts';
import { evidence, failing, finding, renderOptions, unverified } from '../support/reports.ts';

const PLAIN = renderOptions();

function many(count: number) {
  return Array.from({ length: count }, (_, at) => {
    const location = {
      file: 'Dockerfile',
      line: at + 1,
      endLine: at + 1,
      snippet: 'RUN x',
      by: 'history',
    } as const;
    return finding({ location, title: `fault ${at}` });
  });
}

describe('annotations', () => {
  test('say the effect, the line, the cause, the proof and what to do, at the line to blame', () => {
    expect(annotationsOf(failing(), PLAIN)).toEqual([
      {
        level: 'error',
        title: 'linux/arm64 starts an x86-64 program (wrong-architecture)',
        place: { file: 'Dockerfile', line: 19, endLine: 19 },
        message: [
          'effect: on arm64 the container stops at once: exec /server: exec format error',
          'Dockerfile:19: this line puts the file into the image',
          'likely cause: this default hides the value BuildKit sets for each platform (Dockerfile:11)',
          'found: x86-64; byte for byte the file in linux/amd64',
          'note: `docker run --platform linux/arm64` on this x64 runner may work and hide the problem',
          'help: write `ARG TARGETARCH` without a value on line 11',
          'docs: docs/rules/wrong-architecture.md',
        ].join('\n'),
      },
    ]);
  });

  test('stand at the likely line, and say so, where no line is certain', () => {
    const [likely] = finding().related;
    const [annotation] = annotationsOf(failing(finding({ location: null })), PLAIN);
    expect(annotation?.place).toEqual({ file: likely?.file, line: likely?.line, endLine: likely?.endLine });
    expect(annotation?.message).toContain(`${likely?.file}:${likely?.line}: likely cause: ${likely?.label}`);
    expect(annotationsOf(failing(finding({ location: null, related: [] })), PLAIN)[0]?.place).toBeNull();
  });

  test('of one rule at one line are one, whatever platforms and files they are about', () => {
    const report = failing(
      finding(),
      finding({ title: 'linux/arm/v7 starts an x86-64 program', path: '/other' }),
    );
    const [only, ...others] = annotationsOf(report, PLAIN);
    expect(others).toEqual([]);
    expect(only?.message).toContain('and: linux/arm/v7 starts an x86-64 program\n');
  });

  test('G09 are at most nine of a level, and the last says how many more there are', () => {
    const annotations = annotationsOf(failing(...many(500), finding({ severity: 'warning' })), PLAIN);
    expect(annotations.map(({ level }) => level)).toEqual([...Array<string>(9).fill('error'), 'warning']);
    expect(annotations[8]?.message.endsWith('\nand 491 more, see the summary')).toBe(true);
    expect(annotations[7]?.message).not.toContain('more, see the summary');
  });

  test('G09 keep within what the runner shows of a title and a message', () => {
    const long = '😀'.repeat(5_000);
    const report = failing(
      ...many(10).map((one) => ({ ...one, title: long, message: long, fix: long, createdBy: long })),
    );
    for (const { title, message } of annotationsOf(report, PLAIN)) {
      expect(title.length).toBeLessThanOrEqual(255);
      expect(title.endsWith(' (wrong-architecture)')).toBe(true);
      expect(message.length).toBeLessThanOrEqual(4_096);
      expect(`${title}${message}`.isWellFormed()).toBe(true);
    }
  });

  test('come with what could not be read before what was found', () => {
    const report = judge(evidence({ images: unverified().images, findings: [finding()] }));
    expect(annotationsOf(report, PLAIN).map(({ level, title }) => [level, title])).toEqual([
      ['error', 'not verified: ghcr.io/acme/shop:1.4.0@sha256:5c19b7aa…b7aa linux/arm64 (E_DIGEST)'],
      ['error', 'linux/arm64 starts an x86-64 program (wrong-architecture)'],
    ]);
  });

  test('are warnings when nothing is to fail the run, and notes are notices', () => {
    const report = judge(
      evidence({
        findings: [finding(), finding({ severity: 'note', rule: 'same-content' })],
        policy: { failOn: 'never', ignore: [] },
        notices: ['n'],
      }),
    );
    expect(annotationsOf(report, PLAIN).map(({ level }) => level)).toEqual(['warning', 'notice', 'notice']);
  });

  test('without a line name what built the layer, and no file', () => {
    const [only] = annotationsOf(failing(finding({ location: null, related: [] })), PLAIN);
    expect(only?.place).toBeNull();
    expect(only?.message).toContain('built by: COPY /out/server /server # buildkit\n');
  });

  test('link to the page of the rule in the version that runs', () => {
    const options = renderOptions({ docsBase: 'https://github.test/o/exec-format-guard/blob/v1/' });
    expect(annotationsOf(failing(), options)[0]?.message).toContain(
      'docs: https://github.test/o/exec-format-guard/blob/v1/docs/rules/wrong-architecture.md',
    );
  });
});
