/** Trees that a user of OpenShift may or may not start: the kernel as that user, and the rules as asked for it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { ARBITRARY_USER } from '../../src/start/users/users.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage } from '../support/image-builder.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';
import { directory, symlink, type TarItem } from '../support/layer-builder.ts';
import { pathCases } from './cases/paths.ts';
import { permissionCases } from './cases/permissions.ts';
import { withImage } from './guard-answer.ts';
import { Judge } from './judge.ts';
import { program } from './kernel-case.ts';
import { PROGRAMS } from './programs.ts';

const { amd64, busybox } = PROGRAMS;
const SHELL = program('bin/sh', busybox);

let judge: Judge;
let registry: TestRegistry;
beforeAll(async () => {
  judge = new Judge();
  registry = await startRegistry();
});
afterAll(() => {
  judge.close();
  return registry.close();
});

const APP: Partial<TarItem> = { uid: 1000, gid: 1000 };

/** All of them start as USER 1000:1000. */
const CASES: readonly (readonly [name: string, items: readonly TarItem[], starts: boolean])[] = [
  ['a program for everybody', [program('app', amd64)], true],
  ['a program of its user', [program('app', amd64, { ...APP, mode: 0o700 })], false],
  ['a program of its user and group 0', [program('app', amd64, { uid: 1000, mode: 0o770 })], true],
  ['a program of its user and another group', [program('app', amd64, { ...APP, mode: 0o770 })], false],
  ['group 0 without the bit that others have', [program('app', amd64, { uid: 1000, mode: 0o705 })], false],
  [
    'a directory of its user',
    [directory('srv', { ...APP, mode: 0o700 }), program('srv/app', amd64), symlink('app', 'srv/app')],
    false,
  ],
  [
    'a directory of group 0',
    [directory('srv', { uid: 1000, mode: 0o750 }), program('srv/app', amd64), symlink('app', 'srv/app')],
    true,
  ],
  ['a script for everybody', [SHELL, program('app', '#!/bin/sh\nexit 0\n')], true],
  [
    'a script that its user reads',
    [SHELL, program('app', '#!/bin/sh\nexit 0\n', { ...APP, mode: 0o711 })],
    false,
  ],
  ['an interpreter of its user', [{ ...SHELL, ...APP, mode: 0o700 }, program('app', '#!/bin/sh\n')], false],
];

test.each(CASES)('%s', async (name, items, starts) => {
  const config = { entrypoint: ['/app'], user: '1000:1000' };
  const question = { name, layers: [items], config, expect: 'starts' } as const;
  expect(await judge.ask({ ...question, as: { uid: 1000, gid: 1000, groups: [] } })).toMatchObject({
    starts: true,
  });
  expect(await judge.ask({ ...question, as: ARBITRARY_USER })).toMatchObject({ starts });

  const ours = { Entrypoint: ['/app'], User: '1000:1000' };
  const image = buildImage({ platforms: [{ platform: 'linux/amd64', config: ours, layers: [items] }] });
  registry.push('team/app:one', image);
  const more = { digest: image.root.digest, users: 'image-and-arbitrary-user' } as const;
  const { findings, verdict } = await guard(
    guardRequest([`${registry.host}/team/app:one`], [], more),
    guardHost(),
  );
  expect(findings.map(({ rule, evidence }) => `${rule} ${JSON.stringify(evidence['user'])}`)).toEqual(
    starts ? [] : ['not-executable "1000650000:0"'],
  );
  expect(verdict).toBe(starts ? 'pass' : 'fail');
});

/** Every way to find a program and to be refused it, as the user of the image and as somebody of group 0. */
const asked = [...pathCases, ...permissionCases].filter(({ decidedBy }) => decidedBy !== 'runtime');

test.each(asked.map((question) => [question.name, question] as const))('%s', async (_, question) => {
  const own = await judge.ask(question);
  const other = await judge.ask({ ...question, as: ARBITRARY_USER });
  const answer = await withImage(question, [], (ask) => ask('start', 'image-and-arbitrary-user'));
  const said = { how: [own.how, other.how], findings: answer.findings, messages: answer.messages };
  const verdict = own.starts && other.starts ? 'pass' : 'fail';
  expect({ verdict: answer.verdict, ...said }).toEqual({ verdict, ...said });
});
