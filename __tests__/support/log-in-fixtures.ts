/** One config.json and one image, and the user that must be logged in; null: none. */
export interface LogInFixture {
  readonly name: string;
  readonly config: unknown;
  readonly image: string;
  readonly user: string | null;
  /** What `docker-credential-NAME` knows: server -> user. */
  readonly helpers?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** skopeo does not know this place; docker does. */
  readonly only?: 'docker';
}

/** Every user has this password. */
export const PASSWORD = 'pw-canary-7';

function auth(user: string): { readonly auth: string } {
  return { auth: Buffer.from(`${user}:${PASSWORD}`).toString('base64') };
}

const REG = 'reg.example';
const IMAGE = 'reg.example/team/app:1';

export const LOG_IN_FIXTURES: readonly LogInFixture[] = [
  { name: 'nothing at all', config: {}, image: IMAGE, user: null },
  { name: 'empty auths', config: { auths: {} }, image: IMAGE, user: null },
  { name: 'an empty entry', config: { auths: { [REG]: {} } }, image: IMAGE, user: null },
  { name: 'the host', config: { auths: { [REG]: auth('host') } }, image: IMAGE, user: 'host' },
  {
    name: 'the host as https URL',
    config: { auths: { 'https://reg.example': auth('url') } },
    image: IMAGE,
    user: 'url',
  },
  {
    name: 'the host as http URL',
    config: { auths: { 'http://reg.example': auth('url') } },
    image: IMAGE,
    user: 'url',
  },
  {
    name: 'a URL with a slash',
    config: { auths: { 'https://reg.example/': auth('url') } },
    image: IMAGE,
    user: 'url',
  },
  {
    name: 'a URL with /v1/',
    config: { auths: { 'https://reg.example/v1/': auth('url') } },
    image: IMAGE,
    user: 'url',
  },
  {
    name: 'a URL with /v2/',
    config: { auths: { 'https://reg.example/v2/': auth('url') } },
    image: IMAGE,
    user: 'url',
  },
  {
    name: 'the host itself before a URL',
    config: { auths: { 'https://reg.example': auth('url'), [REG]: auth('host') } },
    image: IMAGE,
    user: 'host',
  },
  {
    name: 'the repository',
    config: { auths: { 'reg.example/team/app': auth('repository') } },
    image: IMAGE,
    user: 'repository',
  },
  {
    name: 'its folder',
    config: { auths: { 'reg.example/team': auth('folder') } },
    image: IMAGE,
    user: 'folder',
  },
  {
    name: 'the most precise key',
    config: {
      auths: {
        [REG]: auth('host'),
        'reg.example/team': auth('folder'),
        'reg.example/team/app': auth('repository'),
      },
    },
    image: IMAGE,
    user: 'repository',
  },
  {
    name: 'a sibling repository',
    config: { auths: { 'reg.example/team/ap': auth('x') } },
    image: IMAGE,
    user: null,
  },
  {
    name: 'a deeper repository',
    config: { auths: { 'reg.example/team/app/sub': auth('x') } },
    image: IMAGE,
    user: null,
  },
  {
    name: 'the folder of another host',
    config: { auths: { 'other.example/team': auth('x') } },
    image: IMAGE,
    user: null,
  },
  { name: 'another port', config: { auths: { 'reg.example:5000': auth('x') } }, image: IMAGE, user: null },
  {
    name: 'the right port',
    config: { auths: { 'reg.example:5000': auth('port') } },
    image: 'reg.example:5000/a:1',
    user: 'port',
  },
  {
    name: 'no port where there is one',
    config: { auths: { [REG]: auth('x') } },
    image: 'reg.example:5000/a:1',
    user: null,
  },
  {
    name: 'a longer host',
    config: { auths: { 'reg.example.evil.test': auth('x') } },
    image: IMAGE,
    user: null,
  },
  { name: 'a shorter host', config: { auths: { example: auth('x') } }, image: IMAGE, user: null },
  { name: 'a subdomain', config: { auths: { 'sub.reg.example': auth('x') } }, image: IMAGE, user: null },
  {
    name: 'A08 Docker Hub as docker writes it',
    config: { auths: { 'https://index.docker.io/v1/': auth('hub') } },
    image: 'acme/app:1',
    user: 'hub',
  },
  {
    name: 'A08 Docker Hub as index.docker.io',
    config: { auths: { 'index.docker.io': auth('hub') } },
    image: 'acme/app:1',
    user: 'hub',
  },
  {
    name: 'A08 Docker Hub as docker.io',
    config: { auths: { 'docker.io': auth('hub') } },
    image: 'acme/app:1',
    user: 'hub',
  },
  {
    name: 'A08 Docker Hub as registry-1.docker.io',
    config: { auths: { 'registry-1.docker.io': auth('hub') } },
    image: 'acme/app:1',
    user: 'hub',
  },
  {
    name: 'A08 Docker Hub by repository',
    config: { auths: { 'docker.io/acme': auth('hub') } },
    image: 'acme/app:1',
    user: 'hub',
  },
  {
    name: 'A08 another host of docker.io',
    config: { auths: { 'auth.docker.io': auth('x') } },
    image: 'acme/app:1',
    user: null,
  },
  {
    name: 'A08 Docker Hub is not for others',
    config: { auths: { 'https://index.docker.io/v1/': auth('x') } },
    image: IMAGE,
    user: null,
  },
  {
    name: 'a helper of the host before the file',
    config: { credHelpers: { [REG]: 'test' }, auths: { [REG]: auth('file') } },
    helpers: { test: { [REG]: 'helper' } },
    image: IMAGE,
    user: 'helper',
  },
  {
    name: 'a helper of another host',
    config: { credHelpers: { 'other.example': 'test' }, auths: { [REG]: auth('file') } },
    helpers: { test: { [REG]: 'helper' } },
    image: IMAGE,
    user: 'file',
  },
  {
    name: 'a helper that knows nothing',
    config: { credHelpers: { [REG]: 'test' } },
    helpers: { test: {} },
    image: IMAGE,
    user: null,
  },
  {
    name: 'an empty entry and the store that has it',
    config: { credsStore: 'test', auths: { [REG]: {} } },
    helpers: { test: { [REG]: 'store' } },
    image: IMAGE,
    user: 'store',
    only: 'docker',
  },
  {
    name: 'a store that does not have it, and an entry',
    config: { credsStore: 'test', auths: { [REG]: auth('file') } },
    helpers: { test: {} },
    image: IMAGE,
    user: 'file',
  },
  {
    name: 'A08 the store, asked for Docker Hub by the name docker uses',
    config: { credsStore: 'test' },
    helpers: { test: { 'https://index.docker.io/v1/': 'hub' } },
    image: 'acme/app:1',
    user: 'hub',
    only: 'docker',
  },
  {
    name: 'user and password without auth',
    config: { auths: { [REG]: { username: 'plain', password: PASSWORD } } },
    image: IMAGE,
    user: 'plain',
    only: 'docker',
  },
];

/** The output and status of `docker-credential-NAME get`. */
export function helperAnswer(
  known: Readonly<Record<string, string>>,
  server: string,
): { readonly status: number; readonly stdout: string } {
  const user = known[server.trim()];
  if (user === undefined) return { status: 1, stdout: 'credentials not found in native keychain\n' };
  return {
    status: 0,
    stdout: JSON.stringify({ ServerURL: server.trim(), Username: user, Secret: PASSWORD }),
  };
}
