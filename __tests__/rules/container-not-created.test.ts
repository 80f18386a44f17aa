import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { containerNotCreated } from '../../src/rules/container-not-created.ts';
import type { Tree } from '../support/image-builder.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

const START: Partial<ProcessConfig> = { entrypoint: ['/app'] };
const DIRECTORY = { flag: '5', mode: 0o755 };

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a directory where a file is mounted',
      { app: elf(), 'etc/hosts': DIRECTORY },
      START,
      [
        'error: {platforms} cannot start: /etc/hosts is a directory | error mounting "/etc/hosts": not a directory: Are you trying to mount a directory onto a file (or vice-versa)?',
      ],
    ],
    [
      'a file where docker alone makes a directory',
      { app: elf(), proc: 'x' },
      START,
      [
        'warning: {platforms} cannot start everywhere: /proc is no directory | error mounting to rootfs at "/proc": filesystem must be mounted on ordinary directory',
      ],
    ],
    [
      'volumes on a file, below one and behind a loop',
      { app: elf(), 'etc/app.yml': '', loop: { flag: '2', linkName: 'loop' } },
      { ...START, volumes: ['/etc/hosts', '/etc/app.yml', '/app/data', '/loop', '/etc', '/data'] },
      [
        'error: {platforms} cannot start: VOLUME /etc/hosts is no directory | cannot mount volume over existing file, file exists /etc/hosts',
        'error: {platforms} cannot start: VOLUME /etc/app.yml is no directory | cannot mount volume over existing file, file exists /etc/app.yml',
        'error: {platforms} cannot start: VOLUME /app/data lies below /app, which is no directory | lstat /app/data: not a directory',
        'error: {platforms} cannot start: VOLUME /loop is a loop of symlinks | too many links in /loop',
      ],
    ],
    [
      'volumes on the root and on what runtimes mount',
      { app: elf() },
      { ...START, volumes: ['/', '/proc/sys', '/sys'] },
      [
        'error: {platforms} cannot start: VOLUME "/" hides the whole image | error during container init: open /proc/sys/net/ipv4/ip_unprivileged_port_start',
        'error: {platforms} cannot start: VOLUME /proc/sys hides what runtimes mount | cannot be mounted because it is',
      ],
    ],
    [
      'a variable without a name',
      { app: elf() },
      { ...START, env: ['=x'] },
      [
        `error: {platforms} cannot start: ENV has a variable without a name | environment variable name can't be empty: "=x"`,
      ],
    ],
    [
      'a NUL in an argument',
      { app: elf() },
      { ...START, cmd: ['a\0b'] },
      ['error: {platforms} cannot start: an argument has a NUL in it | invalid argument'],
    ],
    [
      'files and directories in their places',
      { app: elf(), 'etc/hosts': '', proc: DIRECTORY, sys: DIRECTORY, dev: DIRECTORY },
      { ...START, env: ['A=', 'B'], cmd: [''] },
      [],
    ],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(containerNotCreated, tree, process)).toEqual(said);
});
