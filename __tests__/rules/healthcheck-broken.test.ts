import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { healthcheckBroken } from '../../src/rules/healthcheck-broken.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a probe that is not in the image',
      { app: elf() },
      { entrypoint: ['/app'], healthcheck: ['CMD', '/probe'] },
      [
        'warning: {platforms} will be unhealthy: HEALTHCHECK cannot run /probe | exec: "/probe": stat /probe: no such file or directory',
      ],
    ],
    [
      'a probe for arm64',
      { app: elf(), probe: elf('arm64') },
      { entrypoint: ['/app'], healthcheck: ['CMD', '/probe'] },
      [
        'warning: {platforms} will be unhealthy: HEALTHCHECK cannot run /probe | exec /probe: exec format error',
      ],
    ],
    [
      'a probe that starts',
      { app: elf(), probe: elf() },
      { entrypoint: ['/app'], healthcheck: ['CMD', '/probe'] },
      [],
    ],
    ['no health check', { app: elf() }, { entrypoint: ['/app'], healthcheck: ['NONE'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(healthcheckBroken, tree, process)).toEqual(said);
});
