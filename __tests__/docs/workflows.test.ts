/** The workflows of this repository, and those that its documents tell people to copy. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { listAt, textAt, valueAt } from '../../src/action/json-path.ts';

const WORKFLOWS = readdirSync('.github/workflows').map((name) => `.github/workflows/${name}`);
const DOCUMENTS = ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs/predicate.md', 'docs/inputs.md'];
const ACTION: unknown = parse(readFileSync('action.yml', 'utf8'));

interface Snippet {
  readonly place: string;
  readonly text: string;
}

/** Every block of YAML in a document. */
function snippetsOf(file: string): readonly Snippet[] {
  const blocks = [...readFileSync(file, 'utf8').matchAll(/^```ya?ml\n([^]*?)^```$/gm)];
  return blocks.map(([, text = ''], at) => ({ place: `${file}, block ${at + 1}`, text }));
}

const SNIPPETS = DOCUMENTS.flatMap(snippetsOf);
const ALL = [...SNIPPETS, ...WORKFLOWS.map((place) => ({ place, text: readFileSync(place, 'utf8') }))];

/** Every mapping in a document, however deep. */
function* mappingsIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const part of Object.values(value)) yield* mappingsIn(part);
}

function mappingsOf({ text }: Snippet): readonly object[] {
  return [...mappingsIn(parse(text))];
}

function stepsOf(snippet: Snippet): readonly object[] {
  return mappingsOf(snippet).filter((one) => 'uses' in one || 'run' in one);
}

describe('what people copy', () => {
  test('is there, and is YAML', () => {
    expect(SNIPPETS.length).toBeGreaterThan(5);
    const broken = ALL.filter(({ text }) => parseAllDocuments(text).some(({ errors }) => errors.length > 0));
    expect(broken.map(({ place }) => place)).toEqual([]);
  });

  test('G20 has no expression in a command, where a name could become a command', () => {
    const unsafe = ALL.flatMap((snippet) =>
      stepsOf(snippet).flatMap((step) => (textAt(step, 'run')?.includes('${{') ? [snippet.place] : [])),
    );
    expect(unsafe).toEqual([]);
  });

  test('gives the action inputs that it has, and asks for outputs that it has', () => {
    const inputs = Object.keys(Object(valueAt(ACTION, 'inputs')));
    const outputs = Object.keys(Object(valueAt(ACTION, 'outputs')));
    const wrong = ALL.flatMap((snippet) =>
      stepsOf(snippet).flatMap((step) => {
        const isOurs = /exec-format-guard@|^\.\/$/.test(textAt(step, 'uses') ?? '');
        const given = isOurs ? Object.keys(Object(valueAt(step, 'with'))) : [];
        return given.filter((name) => !inputs.includes(name)).map((name) => `${snippet.place}: ${name}`);
      }),
    );
    expect(wrong).toEqual([]);
    const text = DOCUMENTS.map((file) => readFileSync(file, 'utf8')).join('');
    const asked = [...text.matchAll(/steps\.guard\.outputs\.([\w-]+)/g)].map(([, name = '']) => name);
    expect(asked.filter((name) => !outputs.includes(name))).toEqual([]);
    expect(asked).not.toEqual([]);
  });

  test('G17 tests the verdict for a pass: an output that the runner drops is empty, and that is a failure', () => {
    const text = DOCUMENTS.map((file) => readFileSync(file, 'utf8')).join('');
    const tests = [...text.matchAll(/outputs\.verdict\s*(==|!=)\s*'(\w+)'/g)].map(([, ...words]) => words);
    expect(tests).not.toEqual([]);
    expect(tests.filter(([operator, word]) => operator !== '==' || word !== 'pass')).toEqual([]);
  });
});

describe('the workflows of this repository', () => {
  const parsed = WORKFLOWS.map((file) => [file, parse(readFileSync(file, 'utf8'))] as const);

  test('H01 take every action by the commit', () => {
    const used = ALL.filter(({ place }) => place.startsWith('.github'))
      .flatMap(stepsOf)
      .flatMap((step) => textAt(step, 'uses') ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => name !== './' && !/@[0-9a-f]{40}$/.test(name))).toEqual([]);
  });

  test('H01 and the README tells people to do so too', () => {
    expect(readFileSync('README.md', 'utf8')).toMatch(/full commit SHA/);
  });

  test.each(parsed)('H05 H06 %s has no right but what a job asks for, and no job writes', (_, workflow) => {
    expect(valueAt(workflow, 'permissions')).toEqual({});
    const jobs = Object.values(Object(valueAt(workflow, 'jobs')));
    expect(jobs).not.toEqual([]);
    for (const job of jobs) {
      const rights = Object.entries(Object(valueAt(job, 'permissions')));
      const allowed = ['contents:read', 'id-token:write'];
      expect(rights.map(([name, right]) => `${name}:${String(right)}`)).toContain('contents:read');
      expect(
        rights.map(([name, right]) => `${name}:${String(right)}`).filter((one) => !allowed.includes(one)),
      ).toEqual([]);
    }
  });

  test.each(parsed)('H05 %s runs on no event that gives a fork our rights', (_, workflow) => {
    const events = Object.keys(Object(valueAt(workflow, 'on')));
    expect(events).not.toEqual([]);
    expect(
      events.filter((name) => /^(?:pull_request_target|workflow_run|issue_comment)$/.test(name)),
    ).toEqual([]);
  });

  test('H05 keep no token on disk', () => {
    const checkouts = ALL.filter(({ place }) => place.startsWith('.github'))
      .flatMap(stepsOf)
      .filter((step) => textAt(step, 'uses')?.startsWith('actions/checkout@') === true);
    expect(checkouts.filter((step) => valueAt(step, 'with', 'persist-credentials') !== false)).toEqual([]);
  });

  test('H02 build dist/ again with two versions of Node.js and compare', () => {
    const workflow: unknown = parse(readFileSync('.github/workflows/check-dist.yml', 'utf8'));
    const job = valueAt(workflow, 'jobs', 'check-dist');
    expect(new Set(listAt(job, 'strategy', 'matrix', 'node')).size).toBeGreaterThanOrEqual(2);
    expect(listAt(job, 'steps').map((step) => textAt(step, 'run'))).toContain('npm run dist:check');
  });

  test('H04 install without scripts, and publish with provenance and without a token', () => {
    const runs = ALL.filter(({ place }) => place.startsWith('.github'))
      .flatMap(stepsOf)
      .flatMap((step) => textAt(step, 'run') ?? []);
    expect(runs.filter((run) => /npm (?:ci|install|publish)/.test(run))).not.toEqual([]);
    expect(
      runs.filter((run) => /npm (?:ci|install|publish)/.test(run) && !run.includes('--ignore-scripts')),
    ).toEqual([]);
    const release = readFileSync('.github/workflows/release.yml', 'utf8');
    expect(release).toContain('npm publish --provenance');
    expect(release).not.toMatch(/NODE_AUTH_TOKEN|NPM_TOKEN|secrets\./);
  });
});

describe('what we depend on', () => {
  test('H04 is little, and every package in the lock file is known by its content', () => {
    const manifest: unknown = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(Object.keys(Object(valueAt(manifest, 'dependencies'))).length).toBeLessThanOrEqual(10);
    const lock: unknown = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const packages = Object.entries(Object(valueAt(lock, 'packages'))).filter(([path]) => path !== '');
    expect(packages.filter(([, one]) => textAt(one, 'integrity')?.startsWith('sha512-') !== true)).toEqual(
      [],
    );
  });

  test('H07 the action runs on node24', () => {
    expect(valueAt(ACTION, 'runs', 'using')).toBe('node24');
    expect(valueAt(ACTION, 'runs', 'main')).toBe('dist/index.js');
    expect(valueAt(ACTION, 'runs', 'pre')).toBeNull();
    expect(valueAt(ACTION, 'runs', 'post')).toBeNull();
  });

  test('H03 only the registry client and the comment talk to anybody', () => {
    const speakers = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') &&
        /\bfetch\(|from 'node:(?:https?|http2|net|tls|dns|dgram)'|@actions\/(?:github|http-client|core)'/.test(
          readFileSync(`src/${file}`, 'utf8'),
        ),
    );
    expect(speakers.filter((file) => !file.startsWith('sources/registry/'))).toEqual(['action/host.ts']);
  });
});
