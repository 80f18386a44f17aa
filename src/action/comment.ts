/**
 * The comment of the pull request: one a key, edited in place. It is found by a marker in its first line and by its
 * author, who must be ourselves, so that nobody else's comment is ever touched. Parallel jobs with one key agree on
 * the oldest comment. Whatever GitHub answers, the worst outcome is a notice.
 */
import { listAt, numberAt, textAt } from './json-path.ts';
import type { PullRequestHint } from './pull-request.ts';

/** One request to GitHub's REST or GraphQL API; gives the body, throws on every status that is not a success. */
export type CallGithub = (route: string, parameters: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface CommentOrder {
  readonly owner: string;
  readonly repo: string;
  readonly pullRequest: PullRequestHint;
  readonly key: string;
  /** Markdown of the report, without the marker. */
  readonly text: string;
  /** `update` only edits a comment that is there: to tell that a fault is gone. */
  readonly mode: 'create-or-update' | 'update';
}

/** What became of it; `problem` is a sentence for a notice. */
export type CommentOutcome =
  | { readonly kind: 'created' | 'updated' | 'not-needed' }
  | { readonly kind: 'failed'; readonly problem: string };

export async function postComment(order: CommentOrder, call: CallGithub): Promise<CommentOutcome> {
  try {
    const number = await numberOf(order, call);
    if (number === null) return failed('no open pull request belongs to this run');
    return await new Thread(order, number, call).write();
  } catch (error) {
    return failed(problemOf(error));
  }
}

async function numberOf(
  { owner, repo, pullRequest }: CommentOrder,
  call: CallGithub,
): Promise<number | null> {
  if (pullRequest.kind === 'number') return pullRequest.number;
  if (pullRequest.kind === 'none') return null;
  const route = 'GET /repos/{owner}/{repo}/commits/{sha}/pulls';
  const found = listAt(await call(route, { owner, repo, sha: pullRequest.sha }));
  return numberAt(found.find((one) => textAt(one, 'state') === 'open') ?? null, 'number');
}

const PAGE = 100;
/** A thread of more comments than this is not searched to its end. */
const PAGES = 30;

class Thread {
  readonly #order: CommentOrder;
  readonly #number: number;
  readonly #call: CallGithub;
  readonly #marker: string;
  #login = '';

  constructor(order: CommentOrder, number: number, call: CallGithub) {
    this.#order = order;
    this.#number = number;
    this.#call = call;
    this.#marker = markerOf(order.key);
  }

  async write(): Promise<CommentOutcome> {
    this.#login = await loginOf(this.#call);
    const [oldest] = await this.#ours();
    if (oldest !== undefined) {
      await this.#update(oldest);
      return { kind: 'updated' };
    }
    if (this.#order.mode === 'update') return { kind: 'not-needed' };
    const created = numberAt(
      await this.#send('POST /repos/{owner}/{repo}/issues/{number}/comments', {}),
      'id',
    );
    await this.#settle(created);
    return { kind: 'created' };
  }

  /** When another job has created a comment with the same key meanwhile, the older one stays. */
  async #settle(created: number | null): Promise<void> {
    const [oldest] = await this.#ours();
    if (created === null || oldest === undefined || oldest === created) return;
    await this.#update(oldest);
    await this.#request('DELETE /repos/{owner}/{repo}/issues/comments/{id}', { id: created });
  }

  /** The ids of our comments with our key, the oldest first. */
  async #ours(): Promise<readonly number[]> {
    const ids: number[] = [];
    for (let page = 1; page <= PAGES; page++) {
      const route = 'GET /repos/{owner}/{repo}/issues/{number}/comments';
      const comments = listAt(await this.#request(route, { per_page: PAGE, page }));
      for (const comment of comments) {
        const id = numberAt(comment, 'id');
        if (id !== null && this.#isOurs(comment)) ids.push(id);
      }
      if (comments.length < PAGE) break;
    }
    return ids.sort((one, other) => one - other);
  }

  #isOurs(comment: unknown): boolean {
    const [firstLine] = (textAt(comment, 'body') ?? '').split(/\r?\n/, 1);
    return textAt(comment, 'user', 'login') === this.#login && firstLine === this.#marker;
  }

  async #update(id: number): Promise<void> {
    await this.#send('PATCH /repos/{owner}/{repo}/issues/comments/{id}', { id });
  }

  #send(route: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.#request(route, { ...parameters, body: `${this.#marker}\n${this.#order.text}` });
  }

  #request(route: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { owner, repo } = this.#order;
    return this.#call(route, { owner, repo, number: this.#number, ...parameters });
  }
}

/** The key cannot end the HTML comment: everything but letters, digits and a few marks is percent-encoded. */
export function markerOf(key: string): string {
  return `<!-- exec-format-guard:${encodeURIComponent(key.slice(0, 300)).replaceAll('-', '%2D')} -->`;
}

const ACTIONS_BOT = 'github-actions[bot]';

/** Who the token is. Only GraphQL tells that to the tokens of apps too, of which the job's own token is one. */
async function loginOf(call: CallGithub): Promise<string> {
  try {
    const answer = await call('POST /graphql', { query: '{ viewer { login } }' });
    return textAt(answer, 'data', 'viewer', 'login') ?? ACTIONS_BOT;
  } catch {
    return ACTIONS_BOT;
  }
}

function failed(problem: string): CommentOutcome {
  return { kind: 'failed', problem };
}

function problemOf(error: unknown): string {
  const status = numberAt(error, 'status');
  if (status === 403 || status === 404) {
    return `the token may not comment here (${status}); pull requests of forks and Dependabot have a read-only token, others need \`pull-requests: write\``;
  }
  if (status === 422) return 'GitHub refused the comment (422)';
  if (status === 429) return 'GitHub wants us to wait (429)';
  return status === null ? 'GitHub did not answer' : `GitHub answered ${status}`;
}
