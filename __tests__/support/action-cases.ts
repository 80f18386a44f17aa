/**
 * What holds for the action. The short list is run from the sources by `npm test`, where a start takes half a second;
 * all of it from the bundle by the end-to-end tests.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { OUTPUTS } from '../../src/action/outputs.ts';
import { runStep, type StepOptions } from './action-step.ts';
import { type GithubApi, startGithub } from './github-api.ts';

const GOOD = 'oci:examples/good';
const WRONG = 'oci:examples/wrong-architecture';
const TOKEN = 'ghs_canaryCanaryCanary';
const PULL_REQUEST = { pull_request: { number: 7, head: { sha: 'b'.repeat(40) } } };

function commenting(api: { readonly url: string }, image: string): StepOptions {
  return {
    inputs: { image, 'comment-in-pr': 'always', 'comment-key': 'k', 'github-token': TOKEN },
    env: { GITHUB_API_URL: api.url },
    event: PULL_REQUEST,
  };
}

export function describeAction(entry: string): void {
  const run = (options: StepOptions) => runStep(entry, options);

  describe(`the step ${entry}`, () => {
    test('passes for an image whose platforms all start', async () => {
      const { status, outputs, commands } = await run({
        inputs: { image: GOOD, platforms: 'linux/amd64\nlinux/arm64' },
      });
      expect([status, outputs['verdict'], outputs['errors']]).toEqual([0, 'pass', '0']);
      expect(commands.filter(({ name }) => name === 'error' || name === 'warning')).toEqual([]);
    });

    test('fails for a wrong program, with every output, an annotation and a summary', async () => {
      const { status, outputs, outputFile, commands, summary, files } = await run({
        inputs: { image: WRONG },
      });
      expect(status).toBe(1);
      expect(Object.keys(outputs).toSorted()).toEqual(OUTPUTS.map(({ name }) => name).toSorted());
      expect(outputs).toMatchObject({
        verdict: 'fail',
        'failed-platforms': '["linux/arm64"]',
        'missing-platforms': '[]',
      });
      expect(outputFile).toMatch(/^verdict<<\S+\r?\nerror\r?\n/);
      expect(
        commands.filter(({ name }) => name === 'error').map(({ properties }) => properties['title']),
      ).toEqual([expect.stringContaining('(wrong-architecture)')]);
      expect(summary).toMatch(/^## ✖ exec-format-guard: 1 of 2 platforms cannot start/);
      expect(JSON.parse(files['report-file'] ?? '')).toMatchObject({ verdict: 'fail' });
      expect(JSON.parse(files['sarif-file'] ?? '')).toMatchObject({ version: '2.1.0' });
      expect(JSON.parse(files['predicate-file'] ?? '')).toMatchObject({ verdict: 'fail' });
      expect(files['markdown-file']?.trim()).toBe(summary.trim());
    });

    test.each([
      [{ image: GOOD, platfroms: 'x' }, 'unknown input "platfroms"'],
      [{ image: '' }, ''],
      [{ image: GOOD, scope: 'all' }, 'input scope: "all" is not a choice'],
    ])('leaves the verdict at error for wrong usage: %j', async (inputs, message) => {
      const { status, outputs, commands } = await run({ inputs });
      expect([status, outputs]).toEqual([2, { verdict: 'error' }]);
      expect(commands.map(({ name }) => name)).toEqual(['error']);
      expect(commands[0]?.data).toContain(message);
    });

    test('H08 ends 70 for a defect, in one line, with the verdict still at error', async () => {
      const thrower = `process.on('newListener', (name) => { if (name === 'uncaughtException') setTimeout(() => { throw new Error('boom') }, 1) })`;
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(thrower)}` };
      const { status, outputs, log } = await run({ inputs: { image: GOOD }, env });
      expect([status, outputs]).toEqual([70, { verdict: 'error' }]);
      expect(log).toContain(
        'this is a defect of exec-format-guard, please report it%3A boom'.replace('%3A', ':'),
      );
      expect(log).not.toMatch(/^\s+at /m);
    });
  });
}

export function describeActionFully(entry: string): void {
  const run = (options: StepOptions) => runStep(entry, options);
  describeAction(entry);

  describe(`more of the step ${entry}`, () => {
    test('says unverified, and fails, for what cannot be read', async () => {
      const { status, outputs } = await run({ inputs: { image: `${GOOD}\noci:examples/nothing` } });
      expect([status, outputs['verdict']]).toEqual([3, 'unverified']);
    });

    test('warns only, and succeeds, with fail-on never, while the verdict says fail', async () => {
      const { status, outputs, commands } = await run({ inputs: { image: WRONG, 'fail-on': 'never' } });
      expect([status, outputs['verdict']]).toEqual([0, 'fail']);
      expect(commands.filter(({ name }) => name === 'error')).toEqual([]);
    });

    test('leaves annotations and summary out when told so', async () => {
      const { commands, summary } = await run({
        inputs: { image: WRONG, annotations: 'false', summary: 'never' },
      });
      expect(commands.filter(({ name }) => !name.endsWith('group'))).toEqual([]);
      expect(summary).toBe('');
    });

    test('G05 H09 writes to no file of the runner but outputs and summary, and leaves only its reports behind', async () => {
      const { forbidden, temporary } = await run({ inputs: { image: WRONG } });
      expect(forbidden).toBe('');
      expect(temporary).toEqual([expect.stringMatching(/^exec-format-guard-/)]);
    });
  });

  describe(`the comment of the step ${entry}`, () => {
    let github: GithubApi | null = null;
    afterEach(async () => {
      await github?.close();
      github = null;
    });

    test('is posted, then edited in place to green', async () => {
      github = await startGithub();
      const heading = () => github?.comments.map(({ body }) => body.split('\n')[1]);
      await run(commenting(github, WRONG));
      expect(heading()).toEqual(['## ✖ exec-format-guard: 1 of 2 platforms cannot start']);
      await run(commenting(github, GOOD));
      expect(heading()).toEqual(['## ✔ exec-format-guard: 2 platforms pass']);
    });

    test.each([403, 404, 422, 429, 500])(
      'G14 that is answered with %i is one notice and changes nothing else',
      async (status) => {
        github = await startGithub({ failing: { route: /^POST \/repos/, status } });
        const outcome = await run(commenting(github, WRONG));
        expect([outcome.status, outcome.outputs['verdict']]).toEqual([1, 'fail']);
        const notices = outcome.commands.filter(({ name }) => name === 'notice').map(({ data }) => data);
        expect(notices.filter((text) => text.startsWith('no comment: '))).toHaveLength(1);
      },
    );

    test('G15 to a dead API changes nothing, and the token is in no text', async () => {
      const outcome = await run(commenting({ url: 'http://127.0.0.1:9' }, GOOD));
      expect([outcome.status, outcome.outputs['verdict']]).toEqual([0, 'pass']);
      expect(
        outcome.log + outcome.summary + outcome.outputFile + Object.values(outcome.files).join(''),
      ).not.toContain(TOKEN);
    });
  });
}
