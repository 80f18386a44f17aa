import { afterEach, describe, expect, test } from '@jest/globals';
import { type CallGithub, type CommentOrder, markerOf, postComment } from '../../src/action/comment.ts';
import { type Comment, type GithubApi, type GithubOptions, startGithub } from '../support/github-api.ts';

const ORDER: CommentOrder = {
  owner: 'acme',
  repo: 'shop',
  pullRequest: { kind: 'number', number: 7 },
  key: 'ci/build/guard',
  text: 'the report',
  mode: 'create-or-update',
};
const BODY = `${markerOf(ORDER.key)}\nthe report`;

let github: GithubApi | null = null;
afterEach(async () => {
  await github?.close();
  github = null;
});

async function start(options: GithubOptions = {}): Promise<GithubApi> {
  return (github = await startGithub(options));
}

/** The client of the toolkit does the same with more ceremony; the bundled action is tested with it. */
function callOf({ url }: GithubApi): CallGithub {
  return async (route, parameters) => {
    const [method = '', template = ''] = route.split(' ');
    const rest = new Map(Object.entries(parameters));
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
    for (const [, name = ''] of template.matchAll(/\{(\w+)\}/g)) rest.delete(name);
    const query =
      method === 'GET' ? `?${[...rest].map(([name, value]) => `${name}=${String(value)}`).join('&')}` : '';
    const body = method === 'GET' ? {} : { body: JSON.stringify(Object.fromEntries(rest)) };
    const response = await fetch(url + path + query, { method, ...body });
    const text = await response.text();
    if (!response.ok) throw Object.assign(new Error(text), { status: response.status });
    return text === '' ? null : JSON.parse(text);
  };
}

const noAnswer: CallGithub = () => Promise.reject(new Error('connect ECONNREFUSED'));

function comment(id: number, body: string, login = 'github-actions[bot]'): Comment {
  return { id, user: { login, type: 'Bot' }, body };
}

describe('the comment', () => {
  test('is created with its key on the first line', async () => {
    const api = await start();
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'created' });
    expect(api.comments.map(({ body }) => body)).toEqual([BODY]);
  });

  test('is edited in place the next time, even behind 250 others', async () => {
    const others = Array.from({ length: 250 }, (_, at) => comment(at + 1, 'hello', 'somebody'));
    const api = await start({ comments: [...others, comment(900, `${markerOf(ORDER.key)}\nold`)] });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'updated' });
    expect(api.comments.at(-1)).toMatchObject({ id: 900, body: BODY });
    expect(api.comments).toHaveLength(251);
  });

  test('keeps apart from that of another key', async () => {
    const api = await start({ comments: [comment(1, `${markerOf('other')}\nold`)] });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'created' });
    expect(api.comments).toHaveLength(2);
  });

  test.each([
    ['somebody who copied the marker', comment(1, `${markerOf(ORDER.key)}\nspoof`, 'mallory')],
    ['another bot', comment(1, `${markerOf(ORDER.key)}\nspoof`, 'dependabot[bot]')],
    ['ourselves, quoting the marker below the first line', comment(1, `see\n${markerOf(ORDER.key)}`)],
  ])('G07 is never that of %s', async (_, other) => {
    const api = await start({ comments: [other] });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'created' });
    expect(api.comments[0]?.body).toBe(other.body);
  });

  test('of an app is found by the name of the app', async () => {
    const api = await start({
      login: 'acme-ci[bot]',
      comments: [comment(5, `${markerOf(ORDER.key)}\nold`, 'acme-ci[bot]')],
    });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'updated' });
  });

  test('of the job token is found although the token may not say who it is', async () => {
    const api = await start({ login: null, comments: [comment(5, `${markerOf(ORDER.key)}\nold`)] });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'updated' });
  });

  test('is only one when two jobs create it at the same time: the older stays, with the later text', async () => {
    const api = await start({
      beforeCreate: (comments) => comments.push(comment(500, `${markerOf(ORDER.key)}\nfaster`)),
    });
    expect(await postComment(ORDER, callOf(api))).toEqual({ kind: 'created' });
    expect(api.comments).toEqual([comment(500, BODY)]);
  });

  test('is only one when eight jobs write it at the same time, and it says what one of them said', async () => {
    const api = await start();
    const orders = Array.from({ length: 8 }, (_, at) => ({ ...ORDER, text: `text of job ${at}` }));
    const outcomes = await Promise.all(orders.map((order) => postComment(order, callOf(api))));
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toEqual([]);
    expect(api.comments.map(({ body }) => body.split('\n')[0])).toEqual([markerOf(ORDER.key)]);
    expect(api.comments[0]?.body).toMatch(/\ntext of job \d$/);
  });

  test('that says that all is well is not created, but an old one is made green', async () => {
    const green = { ...ORDER, mode: 'update' } as const;
    const api = await start();
    expect(await postComment(green, callOf(api))).toEqual({ kind: 'not-needed' });
    api.comments.push(comment(5, `${markerOf(ORDER.key)}\nred`));
    expect(await postComment(green, callOf(api))).toEqual({ kind: 'updated' });
  });

  test('of a push goes to the open pull request of its commit, if there is one', async () => {
    const push = { ...ORDER, pullRequest: { kind: 'commit', sha: 'a'.repeat(40) } } as const;
    const api = await start({
      pulls: [
        { number: 3, state: 'closed' },
        { number: 7, state: 'open' },
      ],
    });
    expect(await postComment(push, callOf(api))).toEqual({ kind: 'created' });
    const none = await postComment({ ...ORDER, pullRequest: { kind: 'none' } }, callOf(api));
    expect(none).toEqual({ kind: 'failed', problem: 'no open pull request belongs to this run' });
  });

  test.each([403, 404, 422, 429, 500, 502, 503])(
    'G14 that GitHub answers with %i is a sentence, not an error',
    async (status) => {
      const api = await start({ failing: { route: /^POST \/repos/, status } });
      const outcome = await postComment(ORDER, callOf(api));
      expect(outcome).toEqual({ kind: 'failed', problem: expect.stringContaining(String(status)) });
    },
  );

  test('G15 that GitHub does not answer at all is a sentence too', async () => {
    expect(await postComment(ORDER, noAnswer)).toEqual({ kind: 'failed', problem: 'GitHub did not answer' });
  });

  test('G11 longer than GitHub takes is refused by it', async () => {
    const api = await start();
    const outcome = await postComment({ ...ORDER, text: 'x'.repeat(65_537) }, callOf(api));
    expect(outcome).toEqual({ kind: 'failed', problem: 'GitHub refused the comment (422)' });
  });
});

describe('the marker', () => {
  test.each(['a --> b', '--!>', '<script>', 'ü/ö', 'x'.repeat(5_000)])(
    'of the key %j is one HTML comment',
    (key) => {
      expect(markerOf(key)).toMatch(/^<!-- exec-format-guard:[^<>-]{1,4000} -->$/);
    },
  );
});
