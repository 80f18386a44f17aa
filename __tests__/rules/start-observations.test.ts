/** Directories that a layer only implies: containerd gives them the metadata from below, docker and podman 0755. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type Tree } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { elf } from '../support/rule-tester.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const CLOSED = { flag: '5', mode: 0o700 };
const OF_OTHERS = { flag: '5', mode: 0o070, uid: 1000 };
const HERE = /^That is where containerd unpacks the image: no entry of its layer names \/d,/;
const THERE =
  /^That is where docker's own store or podman unpack the image: no entry of its layer names \/d,/;

interface Case {
  readonly layers: readonly Tree[];
  readonly config?: Readonly<Record<string, unknown>>;
  /** `severity rule`, and for which engines the message says it is, where that is said. */
  readonly said: readonly (readonly [finding: string, engines: RegExp | null])[];
  readonly users?: 'image-and-arbitrary-user';
}

const CASES: Readonly<Record<string, Case>> = {
  'closed below: only containerd keeps it so': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf() }],
    said: [['warning not-executable', HERE]],
  },
  'closed by an entry of its own layer': {
    layers: [{ 'd/': CLOSED }, { 'd/': CLOSED, 'd/app': elf() }],
    said: [['error not-executable', null]],
  },
  'closed in the layer of the program, implied only further down': {
    layers: [{ 'd/other': elf() }, { 'd/': CLOSED, 'd/app': elf() }],
    said: [['error not-executable', null]],
  },
  'closed to its owner: open to all where it is made anew': {
    layers: [{ 'd/': OF_OTHERS }, { 'd/app': elf() }],
    said: [['warning not-executable', HERE]],
  },
  'open below': { layers: [{ 'd/': { flag: '5', mode: 0o711 } }, { 'd/app': elf() }], said: [] },
  'nothing below': { layers: [{ 'd/app': elf() }], said: [] },
  'closed below, and root starts it': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf() }],
    config: { User: '0' },
    said: [],
  },
  'fails in two ways: an error whoever unpacks it': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf('arm64') }],
    said: [
      ['error not-executable', HERE],
      ['error wrong-architecture', THERE],
    ],
  },
  'the file is closed as well: another fault, and an error too': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf('amd64', 0o600) }],
    said: [
      ['error not-executable', HERE],
      ['error not-executable', THERE],
    ],
  },
  'the same fault everywhere': {
    layers: [{ 'd/': CLOSED }, { 'd/other': elf(), 'bin/app': elf('arm64') }],
    config: { Entrypoint: ['app'], Env: ['PATH=/d:/bin'] },
    said: [['error wrong-architecture', null]],
  },
  'PATH leads to another file where the directory is open': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf('arm64'), 'bin/app': elf() }],
    config: { Entrypoint: ['app'], Env: ['PATH=/d:/bin'] },
    said: [['warning wrong-architecture', THERE]],
  },
  'HEALTHCHECK alone': {
    layers: [{ 'd/': CLOSED }, { 'd/probe': elf(), app: elf() }],
    config: { Entrypoint: ['/app'], Healthcheck: { Test: ['CMD', '/d/probe'] } },
    said: [['warning healthcheck-broken', HERE]],
  },
  'an arbitrary user': {
    layers: [{ 'd/': CLOSED }, { 'd/app': elf() }],
    config: { User: '0' },
    users: 'image-and-arbitrary-user',
    said: [['warning not-executable', HERE]],
  },
};

test.each(
  Object.entries(CASES).flatMap(([name, each]) =>
    (['start', 'image'] as const).map((scope) => [name, scope, each] as const),
  ),
)('%s, scope %s', async (_, scope, { layers, config, users, said }) => {
  const all = { Entrypoint: ['/d/app'], User: '1000', ...config };
  const image = buildImage({ platforms: [{ platform: 'linux/amd64', config: all, layers }] });
  registry.push('team/app:unpacked', image);
  const more = { digest: image.root.digest, scope, ...(users === undefined ? {} : { users }) };
  const { findings } = await guard(
    guardRequest([`${registry.host}/team/app:unpacked`], [], more),
    guardHost(),
  );
  const ofStart = findings.filter(({ rule }) => !/^platform-|^foreign-/.test(rule));
  expect(ofStart.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(said.map(([words]) => words));
  for (const [index, [, engines]] of said.entries()) {
    const why = /That is where (?:containerd|docker).*/.exec(ofStart[index]?.message ?? '')?.[0] ?? null;
    if (engines === null) expect(why).toBeNull();
    else expect(why).toMatch(engines);
    const title =
      engines === null ? /^linux/ : /^(?:as an arbitrary user )?under (?:containerd|docker and podman) linux/;
    expect(ofStart[index]?.title).toMatch(title);
  }
});
