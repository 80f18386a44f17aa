import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reportOf, type RuleExample } from '../../scripts/docs/examples/example.ts';
import { ALPINE, AMD64, elf, script } from '../../scripts/docs/examples/files.ts';
import { placeOfFinding } from '../../src/reports/finding-facts.ts';
import { startRegistry, type TestRegistry } from '../support/in-memory-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.close());

const SHELL = elf({ padding: 20_000 });
const BASE = { ...ALPINE, 'bin/sh': SHELL };
const SCRIPT = '#!/bin/sh\nexec /opt/server\n';

const CASES: readonly [name: string, place: string | null, example: Omit<RuleExample, 'story'>][] = [
  [
    'what the config names and the image lacks: its line in the Dockerfile',
    'Dockerfile:3',
    {
      dockerfile: 'FROM alpine\nCOPY server /usr/bin/server\nENTRYPOINT ["/server"]\n',
      layers: { 'linux/amd64': [BASE, { 'usr/bin/server': AMD64 }] },
    },
  ],
  [
    'what a script names and the image lacks: the script, not ENTRYPOINT',
    'Dockerfile:2',
    {
      dockerfile: 'FROM alpine\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\n',
      layers: { 'linux/amd64': [BASE, { 'run.sh': script(SCRIPT) }] },
    },
  ],
  [
    'what a script is given by CMD: the config again',
    'Dockerfile:3',
    {
      dockerfile: 'FROM alpine\nCOPY run.sh /run.sh\nENTRYPOINT ["/run.sh"]\nCMD ["/opt/server"]\n',
      layers: { 'linux/amd64': [BASE, { 'run.sh': script('#!/bin/sh\nexec "$@"\n') }] },
    },
  ],
  [
    'a working directory that is a file: WORKDIR, not ENTRYPOINT',
    'Dockerfile:3',
    {
      dockerfile: 'FROM scratch\nCOPY server /server\nWORKDIR /server\nENTRYPOINT ["/server"]\n',
      layers: { 'linux/amd64': [{ server: AMD64 }] },
    },
  ],
];

test.each(CASES)('%s', async (_, place, example) => {
  const { findings } = await reportOf({ story: '', ...example }, registry);
  const lines = findings.map((finding) => {
    const found = placeOfFinding(finding)?.location;
    return [finding.rule, found === undefined ? null : `${found.file}:${found.line}`];
  });
  expect(lines).toEqual([['program-not-found', place]]);
});
