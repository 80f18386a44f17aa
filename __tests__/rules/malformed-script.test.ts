import { expect, test } from '@jest/globals';
import { malformedScript } from '../../src/rules/malformed-script.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { Tree } from '../support/image-builder.ts';
import { GLIBC, glibcLoader } from '../support/loading.ts';
import { saysOfStart } from '../support/rule-tester.ts';

const SHELL = { data: Buffer.from(buildElf({ interpreter: GLIBC })), mode: 0o755 };
const { name, ...loader } = glibcLoader();
const LOADER: Tree = { [String(name)]: loader };
const CANNOT = 'error: {platforms} cannot start: its shell cannot read';

/** Read by dash and by bash; how far into the text either of them comes, and what it says. */
type Fault = readonly [line: number, words: string];
const CASES: readonly (readonly [name: string, text: string, dash: Fault | null, bash: Fault | null])[] = [
  ['an ordinary script', 'exec /app\n', null, null],
  [
    'an if that stays open',
    'if true; then\nexec /app\n',
    [3, 'Syntax error: end of file unexpected (expecting "fi")'],
    [3, 'syntax error: unexpected end of file'],
  ],
  ['an array', 'true\nA=(1 2)\nexec /app\n', [2, 'Syntax error: "(" unexpected'], null],
  [
    'a quote that stays open',
    'echo "\nexec /app\n',
    [3, 'Syntax error: Unterminated quoted string'],
    [1, 'unexpected EOF while looking for matching `"\''],
  ],
  ['a fault that nobody comes to', 'exec /app\nfi\n', null, null],
];

/** The `#!` line is one more. */
const PLACES: readonly (readonly [shell: string, script: Placed, command: Placed])[] = [
  ['dash', (line) => `/app: ${line + 1}: `, (line) => `/bin/dash: ${line}: `],
  ['bash', (line) => `/app: line ${line + 1}: `, (line) => `/bin/bash: -c: line ${line}: `],
];
type Placed = (line: number) => string;

test.each(CASES)('%s', async (_, text, ...said) => {
  for (const [index, [shell, inScript, inCommand]] of PLACES.entries()) {
    const tree: Tree = { app: { data: `#!/bin/${shell}\n${text}`, mode: 0o755 } };
    const shells = { ...LOADER, [`bin/${shell}`]: SHELL };
    const [line, words] = said[index] ?? [0, null];
    expect(await saysOfStart(malformedScript, { ...tree, ...shells }, { entrypoint: ['/app'] })).toEqual(
      words === null ? [] : [`${CANNOT} /app | ${inScript(line)}${words}`],
    );
    const cmd = ['-c', text];
    expect(await saysOfStart(malformedScript, shells, { entrypoint: [`/bin/${shell}`], cmd })).toEqual(
      words === null ? [] : [`${CANNOT} the script of /bin/${shell} | ${inCommand(line)}${words}`],
    );
  }
});
