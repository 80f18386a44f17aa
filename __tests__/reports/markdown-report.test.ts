import { describe, expect, test } from '@jest/globals';
import { jobSummary } from '../../src/reports/job-summary.ts';
import { commentText } from '../../src/reports/markdown.ts';
import { judge } from '../../src/verdict/judge.ts';
import {
  evidence,
  failing,
  finding,
  imageReport,
  passing,
  platformReport,
  renderOptions,
  unverified,
} from '../support/reports.ts';
import { linkedLater, nodesOf, parseMarkdown } from '../support/rendered-markdown.ts';

const LINKED = renderOptions({
  sourceBase: 'https://github.test/acme/shop/blob/0123abc/',
  docsBase: 'https://github.test/o/exec-format-guard/blob/v1/',
});

describe('the Markdown report', () => {
  test('begins with the verdict, the counts and a table', () => {
    expect(commentText(failing(), LINKED).split('\n').slice(0, 10)).toEqual([
      '## ✖ exec-format-guard: 1 of 2 platforms cannot start',
      '',
      '1 error, 0 warnings · 1.7 s · read 12 of 61 MiB',
      '',
      '`ghcr.io/acme/shop:1.4.0` · 2 tags → `sha256:0b6e92d4…92d4`',
      '',
      '| Platform | Starts | Found | Verdict |',
      '| --- | --- | --- | --- |',
      '| `linux/amd64` | `/server` | ELF x86-64, static | ✔ pass |',
      '| `linux/arm64` | `/server` | ELF x86-64, static · expected AArch64 | ✖ fail |',
    ]);
  });

  test('folds platforms that say the same into one row', () => {
    expect(commentText(passing(), LINKED)).toContain(
      '| `linux/amd64` `linux/arm64` | `/server` | ELF x86-64, static | ✔ pass |',
    );
  });

  test('links a finding to its line at the commit and to the page of its rule', () => {
    const text = commentText(failing(), LINKED);
    expect(text).toContain(
      '[`Dockerfile:19`](https://github.test/acme/shop/blob/0123abc/Dockerfile#L19): this line puts',
    );
    expect(text).toContain(
      'Rule: [`wrong-architecture`](https://github.test/o/exec-format-guard/blob/v1/docs/rules/wrong-architecture.md)',
    );
  });

  test.each(['../Dockerfile', '/etc/Dockerfile', 'a/../../Dockerfile'])(
    'does not link %s, which cannot be in the repository',
    (file) => {
      const location = { file, line: 1, endLine: 1, snippet: 'x', by: 'history' } as const;
      expect(commentText(failing(finding({ location, related: [] })), LINKED)).not.toContain('0123abc');
    },
  );

  test('folds the proof, with commands to look at the image without us', () => {
    const text = commentText(failing(), LINKED);
    expect(text).toContain('<details><summary>Proof and how to check it yourself</summary>');
    expect(text).toContain('docker buildx imagetools inspect ghcr.io/acme/shop@sha256:');
  });

  test('quotes names for the shell', () => {
    const image = imageReport({ pinned: "a';rm -rf ~;'" });
    const report = judge(evidence({ images: [image], findings: [finding({ path: '/a b' })] }));
    expect(commentText(report, LINKED)).toContain(`imagetools inspect 'a'\\'';rm -rf ~;'\\'''`);
    expect(commentText(report, LINKED)).toContain(`docker cp -L "$id":'/a b' -`);
  });

  test('says what could not be read, with its code and what to do', () => {
    expect(commentText(unverified(), LINKED)).toContain(
      '- **not verified** (E_DIGEST) `ghcr.io/acme/shop:1.4.0@sha256:5c19b7aa…b7aa linux/arm64`: layer ',
    );
  });

  test('G06 holds no HTML but its own, no image and no link of the image', () => {
    const evil =
      '</details><!-- exec-format-guard:k -->\n![x](http://beacon.test) @acme/team #1 `` ` | [a](http://b.test)';
    const image = imageReport({ reference: evil, platforms: [platformReport({ platform: evil })] });
    const fault = finding({
      image: evil,
      platforms: [evil],
      path: evil,
      title: evil,
      message: evil,
      fix: evil,
      createdBy: evil,
      evidence: { [evil]: evil },
    });
    const text = commentText(
      judge(evidence({ images: [image], findings: [fault], notices: [evil] })),
      LINKED,
    );
    const root = parseMarkdown(text);
    const valuesOf = (type: string) => [...nodesOf(root)].filter((node) => node.type === type);
    expect(valuesOf('html').map(({ value }) => value)).toEqual([
      '<details><summary>Proof and how to check it yourself</summary>',
      '</details>',
    ]);
    expect(valuesOf('link').filter(({ url }) => !url?.startsWith('https://github.test/'))).toEqual([]);
    expect(valuesOf('image')).toEqual([]);
    expect(linkedLater(root)).toEqual([]);
  });
});

describe('limits', () => {
  const words = 'a long sentence about a file 😀 and its layer. '.repeat(20);
  const report = judge(
    evidence({
      findings: Array.from({ length: 10_000 }, (_, at) =>
        finding({ title: `fault ${at}`, message: words, path: `/opt/${at}` }),
      ),
    }),
  );

  test('G10 a summary of 10,000 findings stays below 900 KiB, counts come first, and it says what is missing', () => {
    const text = jobSummary(report, LINKED);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(900 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(850 * 1024);
    expect(text.split('\n')[2]).toContain('10000 errors');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(
      /^\*\*\d+ more\*\* did not fit here; the JSON report has everything\.$/,
    );
  });

  test('G11 a comment stays below 60,000 characters and holds no half of one', () => {
    const text = commentText(report, LINKED);
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.isWellFormed()).toBe(true);
  });

  test('G11 failures of 256 platforms with long texts fit too', () => {
    const platforms = Array.from({ length: 256 }, (_, at) =>
      platformReport({ platform: `linux/p${at}`, failure: { code: 'E_TAR', message: words, hint: words } }),
    );
    const many = judge(evidence({ images: [imageReport({ platforms })] }));
    expect(commentText(many, LINKED).length).toBeLessThanOrEqual(60_000);
    expect(commentText(many, LINKED)).toMatch(/\*\*\d+ more\*\* did not fit/);
  });
});
