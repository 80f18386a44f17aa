/** Which of this machine's scripts, whole and with a piece lost, the real shells refuse to read, and which are refused here. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { placed } from '../../src/start/shell/shell-place.ts';
import { readableBy } from '../../src/start/shell/shell-syntax.ts';

const FOLDERS = ['/usr/bin', '/usr/sbin', '/etc/init.d', '/var/lib/dpkg/info'];
const LARGEST = 60_000;
const PIECES = /[\s;](?:fi|then|done|do|esac|in|case|if|else)(?=[\s;])|["'`(){}|&]|;;/g;
/** Where a quote is lost, bash may find the fault before the end of the text. */
const SHELLS = [
  ['dash', 'dash', /Syntax error/],
  ['bash', 'bash', /syntax error|unexpected EOF while looking for matching/],
  ['ash', 'busybox ash', /syntax error/],
] as const;

function scriptsIn(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(folder, name))
    .map((path) => [path, readFileSync(path, 'latin1')] as const)
    .filter(
      ([, text]) => text.length <= LARGEST && /^#! ?\/(?:usr\/)?bin\/(?:env )?(?:ba|da)?sh\b/.test(text),
    );
}

/** The script without one of its quotes, brackets or key words. */
function without(text: string, chosen: number): string {
  const pieces = [...text.matchAll(PIECES)];
  const piece = pieces[chosen % Math.max(pieces.length, 1)];
  return piece === undefined
    ? text
    : `${text.slice(0, piece.index)} ${text.slice(piece.index + piece[0].length)}`;
}

const SCRIPTS = FOLDERS.flatMap(scriptsIn).flatMap(([path, text], index): readonly [string, string][] => [
  [path, text],
  [`${path} without a piece`, without(text, index * 7919)],
]);

/** What the shell says of each of the texts; one process asks it, for it takes long to fork this one. */
function saidOf(command: string, texts: readonly string[]): readonly string[] {
  const home = mkdtempSync(join(tmpdir(), 'real-scripts-'));
  try {
    for (const [index, text] of texts.entries()) {
      mkdirSync(join(home, String(index)));
      writeFileSync(join(home, String(index), 'script'), text, 'latin1');
    }
    const loop = `for f in */script; do ${command} -n "$f" >"$f.said" 2>&1 && echo taken >"$f.said"; done; :`;
    execFileSync('sh', ['-c', loop], { cwd: home });
    return texts.map((_, index) => readFileSync(join(home, String(index), 'script.said'), 'latin1'));
  } finally {
    rmSync(home, { recursive: true });
  }
}

test.each(SHELLS)('%s refuses what is refused here, in these words', (dialect, command, words) => {
  const refused = SCRIPTS.flatMap(([path, text]) => {
    const fault = readableBy(dialect, text).stop?.fault ?? null;
    return fault === null ? [] : [{ path, text, fault }];
  });
  const said = saidOf(
    command,
    refused.map(({ text }) => text),
  );
  const wrong = refused.flatMap(({ path, fault }, index) => {
    const { message, line } = fault;
    const place = { dialect, zero: `${index}/script`, line, within: null, workingDir: null };
    const own = dialect === 'ash' ? { ...place, within: place.zero } : place;
    const expected = message === null ? '' : placed(own, message);
    const answer = said[index] ?? '';
    return words.test(answer) && answer.includes(expected) ? [] : [`${path}: ${expected}: ${answer}`];
  });
  const whole = refused.filter(({ fault }) => fault.line !== null);
  expect(refused.length).toBeGreaterThan(100);
  expect(whole.length).toBeGreaterThan(refused.length / 2);
  expect(wrong).toEqual([]);
});
