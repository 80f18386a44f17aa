import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { commandOf } from '../../src/reports/github.ts';
import { encodeJson } from '../../src/reports/json.ts';
import { logText } from '../../src/reports/log-text.ts';
import { mdBlock, mdCode, mdLink, mdProse } from '../../src/reports/markdown-text.ts';
import { xmlText } from '../../src/reports/xml-text.ts';
import { hostileTexts } from '../support/hostile-text.ts';
import { checkMarkdown } from '../support/inert-markdown.ts';
import { parseMarkdown, typesOf } from '../support/rendered-markdown.ts';
import { commandsIn } from '../support/runner-commands.ts';

/** 100 batches of 1,000 strings. */
const MANY = { numRuns: 100 };
const texts = hostileTexts(1_000);

describe('100,000 strings of images through each encoder', () => {
  test('G01 G02 no line of a log is a command to the runner, wherever the string stands in it', () => {
    fc.assert(
      fc.property(texts, (strings) => {
        const log = strings.flatMap((text) => [
          logText(text),
          `   = found: ${logText(text)}`,
          `a${logText(text)}`,
        ]);
        expect(commandsIn(log.join('\n'))).toEqual([]);
      }),
      MANY,
    );
  });

  test('G08 no line of a log holds a character that cannot be seen', () => {
    fc.assert(
      fc.property(texts, (strings) => {
        expect(strings.map((text) => logText(text)).join('')).not.toMatch(
          /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
        );
      }),
      MANY,
    );
  });

  test('G03 no line of a log looks like the message of a compiler', () => {
    const matchers = [
      /^(.+):(\d+):(\d+):\s+(?:fatal\s+)?(warning|error):\s+(.*)$/,
      /^(.+)[(:](\d+)[,:](\d+)(?:\):\s+|\s+-\s+)(error|warning|info)\s+/,
    ];
    fc.assert(
      fc.property(texts, (strings) => {
        const taken = strings
          .map((text) => `19 | ${logText(text)}`)
          .filter((line) => matchers.some((one) => one.test(line)));
        expect(taken).toEqual([]);
      }),
      MANY,
    );
  });

  test('G01 an annotation says what it was given, in one command, and nothing beside it', () => {
    fc.assert(
      fc.property(texts, (strings) => {
        const printed = strings.map((text) => logText(text));
        const commands = printed.map((text) =>
          commandOf({
            level: 'error',
            title: `t${text}`,
            message: `m\n${text}`,
            place: { file: `f${text}`, line: 3, endLine: 4 },
          }),
        );
        const read = commandsIn(commands.join('\n')).map(({ name, data, properties }) => [
          name,
          data,
          properties['title'],
          properties['file'],
          properties['line'],
        ]);
        const meant = printed.map((text) => ['error', `m\n${text}`, `t${text}`, `f${text}`, '3']);
        // As one text: a matcher that looks for the difference in 5,000 values costs seconds.
        expect(JSON.stringify(read)).toBe(JSON.stringify(meant));
      }),
      MANY,
    );
  });

  test('JSON reads back as it was, and its text is safe in a log', () => {
    fc.assert(
      fc.property(texts, (strings) => {
        const text = encodeJson(strings);
        expect(JSON.parse(text)).toEqual(strings);
        expect(commandsIn(text)).toEqual([]);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      MANY,
    );
  });

  test('XML text has no markup and only characters of XML 1.0', () => {
    fc.assert(
      fc.property(texts, (strings) => {
        const text = strings.map((one) => xmlText(one)).join('');
        expect(text.replaceAll(/&(?:lt|gt|amp|quot|apos);/g, '')).not.toMatch(/[<>&"']/);
        expect(text).not.toMatch(/[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
      }),
      MANY,
    );
  });
});

describe('Markdown', () => {
  test('G06 of strings of images is nothing but text and code, in paragraphs and in tables', () => {
    checkMarkdown(6_000);
  });

  test.each([
    ['write `ARG TARGETARCH` without a value', 'write `ARG TARGETARCH` without a value'],
    ['one ` tick', 'one \\` tick'],
    ['x86_64 <b> & $HOME', 'x86\\_64 &lt;b&gt; &amp; &#36;HOME'],
    ['a | b', 'a &#124; b'],
    ['01234``56789', '01234\u200b56789'],
  ])('prose %j is written %j', (text, markdown) => {
    expect(mdProse(text)).toBe(markdown);
  });

  test.each([
    ['a`b', '``a`b``'],
    ['`a', '`` `a ``'],
    ['a|b', '`a\\x7cb`'],
    ['  ', '\u200b'],
  ])('code %j is written %j', (text, markdown) => {
    expect(mdCode(text)).toBe(markdown);
  });

  test('a block of code ends where it should, whatever fences its lines hold', () => {
    const block = mdBlock(['```', '````js', '</details>'], 'text');
    expect([...typesOf(parseMarkdown(block))]).toEqual(['root', 'code']);
  });

  test('a link goes where we say, and its text is code', () => {
    expect(mdLink('](http://beacon.test) x', 'https://github.com/a/b/blob/c/D(1)#L3')).toBe(
      '[`](http://beacon.test) x`](https://github.com/a/b/blob/c/D%281%29#L3)',
    );
  });

  test('a digest stays in one piece', () => {
    const digest = `sha256:${'77c1'.repeat(16)}`;
    expect(mdProse(`layer ${digest} is cut`)).toBe(`layer \`${digest}\` is cut`);
  });
});
