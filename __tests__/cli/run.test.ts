import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { run } from '../../src/cli/run.ts';
import { startRegistry } from '../support/in-memory-registry.ts';

const GOOD = 'oci:examples/good';
const WRONG = 'oci:examples/wrong-architecture';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'guard-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function outcomeOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  isTerminal = false,
  where = process.cwd(),
) {
  const text = { out: '', err: '' };
  const status = await run(argv, {
    env: { HOME: folder, ...env },
    folder: where,
    today: '2026-11-21',
    signal: new AbortController().signal,
    out: { isTerminal, write: (more) => (text.out += more) },
    err: { isTerminal, write: (more) => (text.err += more) },
  });
  return { status, ...text };
}

describe('the command line', () => {
  test('ends 0 for an image whose platforms all start', async () => {
    const { status, out, err } = await outcomeOf([GOOD, '--platforms', 'linux/amd64,linux/arm64']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('✔ 2 platforms pass');
  });

  test('names the page of a rule where it is at hand, and else the command that prints it', async () => {
    expect((await outcomeOf([WRONG])).out).toContain('docs:   docs/rules/wrong-architecture.md\n');
    const { out } = await outcomeOf([`oci:${resolve('examples/wrong-architecture')}`], {}, false, folder);
    expect(out).toContain('docs:   exec-format-guard explain wrong-architecture\n');
    expect(out).not.toContain('docs/rules');
  });

  test('ends 1 for a wrong program, and 0 with fail-on never while the verdict stays', async () => {
    expect(await outcomeOf([WRONG])).toMatchObject({ status: 1 });
    const never = await outcomeOf([WRONG, '--fail-on=never', '--format=json']);
    expect(never.status).toBe(0);
    expect(JSON.parse(never.out)).toMatchObject({ verdict: 'fail', failOn: 'never' });
  });

  test('ends 3 for what is not there, and still reports the other image', async () => {
    const { status, out } = await outcomeOf([WRONG, 'oci:examples/nothing']);
    expect(status).toBe(3);
    expect(out).toContain('error[wrong-architecture]');
    expect(out).toMatch(/not verified\[E_[A-Z_]+\]: oci:examples\/nothing: /);
  });

  test.each(['', '/nowhere', '/dev/null'])(
    'needs no temporary folder for an image that is read where it lies: %j',
    async (place) => {
      const before = readdirSync('.');
      expect(await outcomeOf([GOOD], { RUNNER_TEMP: place })).toMatchObject({ status: 0, err: '' });
      expect(readdirSync('.')).toEqual(before);
    },
  );

  test('B21 ends 3 when the time is over, however long a server keeps us waiting', async () => {
    const registry = await startRegistry({ intercept: () => new Promise(() => {}) });
    const { status, out } = await outcomeOf([`${registry.host}/acme/shop:1`, '--timeout=50ms']);
    await registry.close();
    expect(status).toBe(3);
    expect(out).toContain('not verified[E_TIMEOUT]: ');
    expect(out).toContain('not finished within 0.05 s');
  });

  test('ends 2 for a bad reference, even beside findings', async () => {
    expect(await outcomeOf([WRONG, 'UPPER/Case:x'])).toMatchObject({ status: 2 });
  });

  test.each([
    [[], 'error[E_USAGE]: '],
    [['a', '--platfroms=x'], 'error[E_USAGE]: unknown option --platfroms; did you mean "--platforms"?\n'],
    [[GOOD, '--platforms=amd64'], 'error[E_USAGE]: --platforms: "amd64" is not a platform; '],
    [[GOOD, '--ignore=nope'], 'error[E_USAGE]: --ignore: there is no rule "nope"; '],
    [[GOOD, '--config-file=none.yml'], 'error[E_CONFIG]: none.yml: cannot be read: '],
    [
      ['explain', 'no-shebnag'],
      'error[E_USAGE]: there is no rule "no-shebnag"; did you mean "no-shebang"?\n',
    ],
  ])('ends 2 for %j, and says why in one line', async (argv, text) => {
    const { status, out, err } = await outcomeOf(argv);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(text);
    expect(err.trimEnd()).not.toContain('\n');
  });

  test('reads the config file of the checkout', async () => {
    writeFileSync(join(folder, 'guard.yml'), 'ignore:\n  - rule: wrong-architecture\n    reason: known\n');
    const { status, out } = await outcomeOf([WRONG, `--config-file=${join(folder, 'guard.yml')}`]);
    expect(status).toBe(0);
    expect(out).toContain('ignored by wrong-architecture');
    expect(out).toContain('(known)');
  });

  test('writes further reports into files, and says when it cannot', async () => {
    const file = join(folder, 'report.json');
    expect(await outcomeOf([GOOD, '--format=concise', `--output=json=${file}`])).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ verdict: 'pass' });
    const failed = await outcomeOf([GOOD, `--output=json=${folder}/none/report.json`]);
    expect(failed.status).toBe(3);
    expect(failed.err).toContain('report.json cannot be written: ENOENT; ');
  });

  test('is coloured on a terminal and in Actions, and not with NO_COLOR', async () => {
    const escape = '\u001b[';
    expect((await outcomeOf([GOOD])).out).not.toContain(escape);
    expect((await outcomeOf([GOOD], {}, true)).out).toContain(escape);
    expect((await outcomeOf([GOOD], { GITHUB_ACTIONS: 'true' })).out).toContain(escape);
    expect((await outcomeOf([GOOD], { NO_COLOR: '1' }, true)).out).not.toContain(escape);
  });

  test('explains a rule offline, and lists all rules', async () => {
    const { out } = await outcomeOf(['explain', 'no-shebang']);
    expect(out).toBe(readFileSync('docs/rules/no-shebang.md', 'utf8'));
    expect(out).toContain('error[no-shebang]: linux/amd64');
    expect((await outcomeOf(['explain'])).out).toMatch(/^missing-platform +error +/);
  });

  test('tells its version', async () => {
    expect(await outcomeOf(['--version'])).toEqual({ status: 0, out: '1.0.0\n', err: '' });
  });
});
