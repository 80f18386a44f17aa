import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { crlfScript } from '../../src/rules/crlf-script.ts';
import type { Tree } from '../support/image-builder.ts';
import { buildElf } from '../support/elf-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

/** As large as a real one, at which it is known. */
const BUSYBOX = { data: Buffer.from(buildElf({ padding: 200_000 })), mode: 0o755 };

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a script with Windows line ends',
      { app: { data: '#!/bin/sh\r\necho\r\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      ['error: {platforms} cannot start: /app has Windows line ends | exec /app: no such file or directory'],
    ],
    [
      'a script that env looks the interpreter up for',
      {
        app: { data: '#!/usr/bin/env bash\r\necho\r\n', mode: 0o755 },
        'bin/busybox': BUSYBOX,
        'usr/bin/env': { flag: '2', linkName: '/bin/busybox' },
      },
      { entrypoint: ['/app'] },
      [
        "error: {platforms} cannot start: /app has Windows line ends | env: can't execute 'bash\r': No such file or directory",
      ],
    ],
    [
      'a word of ENTRYPOINT',
      { app: elf() },
      { entrypoint: ['/app\r'] },
      [
        'error: {platforms} cannot start: the name of its program ends in a CR | exec: "/app\r": stat /app\r: no such file or directory',
      ],
    ],
    [
      'the same script repaired',
      { app: { data: '#!/bin/sh\ntrue\n', mode: 0o755 }, 'bin/sh': elf() },
      { entrypoint: ['/app'] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(crlfScript, tree, process)).toEqual(said);
});
