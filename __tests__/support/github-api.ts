/**
 * A small GitHub on loopback: comments of pull requests, with GitHub's own limits. Comments over 65,536 characters
 * are refused with 422; a read-only token gets 403; any route can be made to answer something else.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string; readonly type: string };
  body: string;
}

export interface GithubApi {
  readonly url: string;
  readonly comments: Comment[];
  /** `POST /repos/acme/shop/issues/7/comments` */
  readonly requests: string[];
  close(): Promise<void>;
}

export interface GithubOptions {
  readonly comments?: readonly Comment[];
  /** The login of the token; null: GraphQL is not allowed to this token. */
  readonly login?: string | null;
  /** What these requests are answered with instead. */
  readonly failing?: { readonly route: RegExp; readonly status: number };
  /** Pull requests that commits belong to. */
  readonly pulls?: readonly { readonly number: number; readonly state: string }[];
  /** Called before a comment is stored: another job may be faster. */
  readonly beforeCreate?: (comments: Comment[]) => void;
}

const BODY_LIMIT = 65_536;

export async function startGithub(options: GithubOptions = {}): Promise<GithubApi> {
  const comments = structuredClone([...(options.comments ?? [])]);
  const requests: string[] = [];
  let nextId = 1_000;
  const server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const route = `${request.method ?? ''} ${request.url ?? ''}`;
      requests.push(route.replace(/\?.*$/, ''));
      if (options.failing?.route.test(route))
        return answer(response, options.failing.status, { message: 'no' });
      return reply(route, text, response);
    });
  });

  function reply(route: string, text: string, response: ServerResponse): void {
    const body = bodyOf(text);
    if (route.startsWith('POST /graphql')) {
      const login = options.login === undefined ? 'github-actions[bot]' : options.login;
      if (login === null) return answer(response, 403, { message: 'Resource not accessible by integration' });
      return answer(response, 200, { data: { viewer: { login } } });
    }
    if (/^GET \/repos\/acme\/shop\/commits\/[0-9a-f]{40}\/pulls/.test(route))
      return answer(response, 200, options.pulls ?? []);
    const page = /^GET \/repos\/acme\/shop\/issues\/7\/comments\?(.*)/.exec(route);
    if (page !== null) {
      const query = new URLSearchParams(page[1]);
      const size = Number(query.get('per_page') ?? 30);
      const from = (Number(query.get('page') ?? 1) - 1) * size;
      return answer(response, 200, comments.slice(from, from + size));
    }
    if (body.length > BODY_LIMIT) return answer(response, 422, { message: 'Body is too long' });
    if (route.startsWith('POST /repos/acme/shop/issues/7/comments')) {
      options.beforeCreate?.(comments);
      const created = {
        id: nextId++,
        user: { login: options.login ?? 'github-actions[bot]', type: 'Bot' },
        body,
      };
      comments.push(created);
      return answer(response, 201, created);
    }
    const one = /^(PATCH|DELETE) \/repos\/acme\/shop\/issues\/comments\/(\d+)/.exec(route);
    const at = comments.findIndex(({ id }) => id === Number(one?.[2]));
    const found = comments[at];
    if (one === null || found === undefined) return answer(response, 404, { message: 'Not Found' });
    if (one[1] === 'PATCH') found.body = body;
    else comments.splice(at, 1);
    return answer(response, one[1] === 'PATCH' ? 200 : 204, found);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    comments,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}

function bodyOf(text: string): string {
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  const hasBody = typeof parsed === 'object' && parsed !== null && 'body' in parsed;
  return hasBody ? String(parsed.body) : '';
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
