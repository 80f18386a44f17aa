/** What `npm pack` makes, unpacked into an empty folder and started as npx starts it; and the heads of both bundles. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder();
const bin = join(folder, 'package/dist/cli/index.js');

beforeAll(() => {
  const [name = ''] = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    encoding: 'utf8',
  }).split('\n');
  execFileSync('tar', ['-xzf', join(folder, name), '-C', folder]);
  execFileSync('chmod', ['+x', bin]);
});

/** As a program of its own: the system reads its first line. */
function started(...words: readonly string[]) {
  const PATH = `${dirname(process.execPath)}:${process.env['PATH']}`;
  return spawnSync(bin, words, { cwd: folder, encoding: 'utf8', env: { PATH, HOME: folder } });
}

describe('the npm package', () => {
  test('runs from an empty folder without what it was built from', () => {
    expect(started('--version')).toMatchObject({ status: 0, stdout: '1.0.0\n', stderr: '' });
    expect(started(`oci:${resolve('examples/good')}`)).toMatchObject({ status: 0, stderr: '' });
    expect(started(`oci:${resolve('examples/wrong-architecture')}`).status).toBe(1);
  });

  test('explains every rule offline, word for word as its page', () => {
    const rules = started('explain')
      .stdout.trim()
      .split('\n')
      .map((line) => line.split(' ', 1)[0] ?? '');
    expect(rules.length).toBeGreaterThan(30);
    const [rule = ''] = rules;
    expect(started('explain', rule).stdout).toBe(
      readFileSync(join(folder, `package/docs/rules/${rule}.md`), 'utf8'),
    );
  });
});

describe.each(['dist/index.js', 'dist/cli/index.js'])('the head %s', (head) => {
  test('G19 loads nothing that an old Node.js could not read before it has said so', () => {
    const imports = [...readFileSync(head, 'utf8').matchAll(/^\s*(?:import|export)\b.*?from\s+"([^"]+)"/gm)];
    expect(imports.map(([, name]) => name)).toEqual(['module']);
    const pretend = "Object.defineProperty(process.versions, 'node', { value: '16.20.2' })";
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [`--import=data:text/javascript,${encodeURIComponent(pretend)}`, head, '--version'],
      { encoding: 'utf8', env: {} },
    );
    expect(status).toBe(2);
    expect((stdout + stderr).trim()).toMatch(/needs Node\.js 24 or later, and this is 16\.20\.2; [^\n]+$/);
  });
});
