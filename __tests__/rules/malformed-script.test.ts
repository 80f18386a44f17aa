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

/** Read by dash and by bash. */
const CASES: readonly (readonly [name: string, text: string, dash: string | null, bash: string | null])[] = [
  ['an ordinary script', 'exec /app\n', null, null],
  ['an if that stays open', 'if true; then\nexec /app\n', 'Syntax error', 'syntax error'],
  ['an array', 'A=(1 2)\nexec /app\n', 'Syntax error', null],
  [
    'a quote that stays open',
    'echo "\nexec /app\n',
    'Syntax error',
    'unexpected EOF while looking for matching',
  ],
  ['a fault that nobody comes to', 'exec /app\nfi\n', null, null],
];

test.each(CASES)('%s', async (_, text, ...said) => {
  for (const [index, shell] of ['dash', 'bash'].entries()) {
    const tree: Tree = { app: { data: `#!/bin/${shell}\n${text}`, mode: 0o755 } };
    const shells = { ...LOADER, [`bin/${shell}`]: SHELL };
    const error = said[index] ?? null;
    expect(await saysOfStart(malformedScript, { ...tree, ...shells }, { entrypoint: ['/app'] })).toEqual(
      error === null ? [] : [`${CANNOT} /app | ${error}`],
    );
    const words = ['-c', text];
    expect(await saysOfStart(malformedScript, shells, { entrypoint: [`/bin/${shell}`], cmd: words })).toEqual(
      error === null ? [] : [`${CANNOT} the script of /bin/${shell} | ${error}`],
    );
  }
});
