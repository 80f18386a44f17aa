import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts';
import { modelFile } from '../support/dockerfile-model.ts';

/** Each instruction as `first-last KEYWORD text`. */
function outline(source: string): readonly string[] | null {
  const dockerfile = parseDockerfile(source);
  return (
    dockerfile?.instructions.map(({ line, endLine, keyword, text }) =>
      `${line}-${endLine} ${keyword} ${text}`.trim(),
    ) ?? null
  );
}

describe('instructions and their lines, as BuildKit splits them', () => {
  test.each([
    ['one line each', 'FROM a\nRUN b\n', ['1-1 FROM a', '2-2 RUN b']],
    ['no line end at the end', 'FROM a\nRUN b', ['1-1 FROM a', '2-2 RUN b']],
    ['CR LF', 'FROM a\r\nRUN b \\\r\n c\r\n', ['1-1 FROM a', '2-3 RUN b  c']],
    ['a byte order mark', '\ufeffFROM a\n', ['1-1 FROM a']],
    ['blanks and comments between', '\n# c\n  FROM a\n\n\t# d\nRUN b\n', ['3-3 FROM a', '6-6 RUN b']],
    ['continued lines', 'RUN a \\\n  b \\  \n  c\nFROM d', ['1-3 RUN a   b   c', '4-4 FROM d']],
    ['comments inside', 'RUN a \\\n# no\n\n   # no\n b\nCMD c', ['1-5 RUN a  b', '6-6 CMD c']],
    ['a continuation that the file ends in', 'FROM a\nRUN b \\\n', ['1-1 FROM a', '2-2 RUN b']],
    ['two escapes at the end do not continue', 'RUN a\\\\\nCMD b', ['1-1 RUN a\\\\', '2-2 CMD b']],
    ['a line with nothing but the escape', 'RUN a \\\n\\\n b\nCMD c', ['1-3 RUN a  b', '4-4 CMD c']],
    ['keywords in small letters', 'from a\nrun b', ['1-1 FROM a', '2-2 RUN b']],
    ['a tab behind the keyword', 'FROM\ta\n', ['1-1 FROM a']],
    ['unknown keywords are kept', 'FROM a\nMAGIC b', ['1-1 FROM a', '2-2 MAGIC b']],
    ['a comment is not continued', '# a \\\nFROM b', ['2-2 FROM b']],
    [
      'escape directive',
      '# escape=`\nFROM a\nRUN b `\n c\\\nCMD d',
      ['2-2 FROM a', '3-4 RUN b  c\\', '5-5 CMD d'],
    ],
    ['escape directive behind another', '#syntax=x\n# Escape = `\nRUN a `\n b', ['3-4 RUN a  b']],
    ['escape directive too late', '# note\n# escape=`\nRUN a `\nCMD b', ['3-3 RUN a `', '4-4 CMD b']],
  ])('%s', (_, text, expected) => {
    expect(outline(text)).toEqual(expected);
  });

  test.each([
    ['one document', 'RUN <<EOF\na\nCMD b\nEOF\nCMD c', ['1-4 RUN <<EOF', '5-5 CMD c']],
    ['two documents', 'COPY <<A <<B /x/\n1\nA\n2\nB\nCMD c', ['1-5 COPY <<A <<B /x/', '6-6 CMD c']],
    ['tabs before the end', 'RUN <<-EOF\n\ta\n\tEOF\nCMD c', ['1-3 RUN <<-EOF', '4-4 CMD c']],
    ['tabs without the dash', 'RUN <<EOF\n\tEOF\nEOF\nCMD c', ['1-3 RUN <<EOF', '4-4 CMD c']],
    ['a quoted name with a blank', 'RUN cat <<"E F"\nx\nE F\nCMD c', ['1-3 RUN cat <<"E F"', '4-4 CMD c']],
    ['a file descriptor', 'RUN cat 3<<EOF\nx\nEOF\nCMD c', ['1-3 RUN cat 3<<EOF', '4-4 CMD c']],
    ['a blank before the name', 'RUN cat << EOF\nx\nEOF\nCMD c', ['1-3 RUN cat << EOF', '4-4 CMD c']],
    ['in ONBUILD', 'ONBUILD RUN <<EOF\nFROM x\nEOF\nCMD c', ['1-3 ONBUILD RUN <<EOF', '4-4 CMD c']],
    ['not inside quotes', 'RUN echo "a <<EOF"\nCMD c', ['1-1 RUN echo "a <<EOF"', '2-2 CMD c']],
    ['not behind an open quote', "RUN it's <<EOF\nCMD c", ["1-1 RUN it's <<EOF", '2-2 CMD c']],
    ['not in the JSON form', 'RUN ["a", "<<EOF"]\nCMD c', ['1-1 RUN ["a", "<<EOF"]', '2-2 CMD c']],
    ['not in other instructions', 'CMD <<EOF\nUSER c', ['1-1 CMD <<EOF', '2-2 USER c']],
    ['not a here-string', 'RUN cat <<<EOF\nCMD c', ['1-1 RUN cat <<<EOF', '2-2 CMD c']],
    ['not a shift', 'RUN echo $((1<<2))\nCMD c', ['1-1 RUN echo $((1<<2))', '2-2 CMD c']],
  ])('here-documents: %s', (_, text, expected) => {
    expect(outline(text)).toEqual(expected);
  });

  test('flags, words of the JSON form and documents are taken apart', () => {
    const text = 'COPY --from=b --chmod="0 7" --link -- --x <<-"E F" /y\n\ta\n\tE F\nRUN ["a", "b c"]\n';
    expect(parseDockerfile(text)?.instructions).toMatchObject([
      {
        flags: [
          { name: 'from', value: 'b' },
          { name: 'chmod', value: '0 7' },
          { name: 'link', value: null },
        ],
        text: '--x <<-"E F" /y',
        exec: null,
        heredocs: [{ name: 'E F', chomp: true, content: '\ta\n' }],
      },
      { exec: ['a', 'b c'], heredocs: [] },
    ]);
  });

  test.each([
    ['nothing', ''],
    ['comments only', '# a\n\n'],
    ['a document that never ends', 'RUN <<EOF\na\n'],
    ['NUL', 'FROM a\0'],
    ["a line over the builder's limit", `RUN ${'a'.repeat(65_535)}`],
  ])('%s cannot be built and is not read', (_, text) => {
    expect(parseDockerfile(text)).toBeNull();
  });
});

describe('whatever is in the file', () => {
  test('the lines of a file of known lines are found', () => {
    fc.assert(
      fc.property(modelFile('buildkit'), ({ text, instructions }) => {
        const found = parseDockerfile(text)?.instructions.slice(-instructions.length) ?? [];
        expect(found.map(({ line, endLine }) => [line, endLine])).toEqual(
          instructions.map(({ line, endLine }) => [line, endLine]),
        );
      }),
    );
  });

  test('lines are in order, inside the file and never shared', () => {
    const pieces = 'RUN| |\\|<<E|"|\'|$|${|}|#|\t|`|\udc80|[|--a'.split('|');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, '\n', 'E\n', '\r\n'), { maxLength: 60 }), (parts) => {
        const text = parts.join('');
        let last = 0;
        for (const { line, endLine } of parseDockerfile(text)?.instructions ?? []) {
          expect(line).toBeGreaterThan(last);
          expect(endLine).toBeGreaterThanOrEqual(line);
          last = endLine;
        }
        expect(last).toBeLessThanOrEqual(text.split('\n').length);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['10 MB of anything', 'RUN a\n'.repeat(1_700_000)],
    ['blanks before a word', `RUN a \\\n${`${' '.repeat(60_000)}b \\\n`.repeat(16)}`],
    ['carriage returns', `FROM a\n${`${'\r'.repeat(60_000)}b\n`.repeat(16)}`],
    ['blanks behind every <<', `RUN ${`<<${' '.repeat(900)}< `.repeat(70)}\n`],
    ['deep substitutions', `FROM a\nRUN ${'${a:-'.repeat(10_000)} <<E\n`],
    ['open quotes', `FROM a\nRUN ${'" << \' '.repeat(10_000)}\n`],
    ['more instructions than anybody writes', 'RUN a\n'.repeat(100_000)],
    ['flags', `COPY ${'--a=b '.repeat(10_000)} c d`],
    ['deep JSON', `RUN ${'['.repeat(60_000)}`],
  ])('%s: an answer, not a hang', (_, text) => {
    const dockerfile = parseDockerfile(text);
    expect(dockerfile === null || dockerfile.instructions.length > 0).toBe(true);
  });
});
