import { expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { programNotFound } from '../../src/rules/program-not-found.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { Tree } from '../support/image-builder.ts';
import { MUSL, muslLoader } from '../support/loading.ts';
import { elf, saysOfStart } from '../support/rule-tester.ts';

/** coreutils as one program: its tools are scripts. */
const SINGLE: Tree = {
  'usr/bin/coreutils': {
    data: Buffer.concat([elf().data, Buffer.alloc(20_000), Buffer.from('GNU coreutils\0')]),
    mode: 0o755,
  },
  'usr/bin/env': { data: '#!/usr/bin/coreutils --coreutils-prog-shebang=env\n', mode: 0o755 },
};

/** The launcher of a Java, and what it needs. */
const JAVA: Tree = {
  'bin/java': {
    data: Buffer.from(buildElf({ interpreter: MUSL, needed: ['libc.so', 'libjli.so'] })),
    mode: 0o755,
  },
  'lib/libjli.so': { data: Buffer.from(buildElf({ soname: 'libjli.so' })) },
  [MUSL.slice(1)]: { data: muslLoader().data ?? '', mode: 0o755 },
};

function asksJava(words: string, said: string | null): (typeof CASES)[number] {
  const error = `error: {platforms} cannot start: ${said} is not in the image | Error: Unable to access jarfile ${said}`;
  return [
    `java ${words}`,
    { ...JAVA, 'srv/there.jar': '' },
    { cmd: ['/bin/java', ...words.split(' ')], workingDir: '/srv' },
    said === null ? [] : [error],
  ];
}

const CASES: readonly [name: string, tree: Tree, process: Partial<ProcessConfig>, said: readonly string[]][] =
  [
    [
      'a name that an applet of toybox looks for',
      {
        'bin/toybox': {
          data: Buffer.concat([elf().data, Buffer.alloc(20_000), Buffer.from('landley.net/toybox\0')]),
          mode: 0o755,
        },
      },
      { entrypoint: ['/bin/toybox', 'timeout', '5', 'server'] },
      [
        'error: {platforms} cannot start: server, which /bin/toybox starts is not in the image | timeout: exec server: No such file or directory',
      ],
    ],
    [
      'a name that env looks for, where env is a script of coreutils',
      SINGLE,
      { entrypoint: ['/usr/bin/env', 'A=b', 'server'], env: ['PATH=/bin'] },
      [
        "error: {platforms} cannot start: server, which /usr/bin/env starts is not in the image | env: 'server': No such file or directory",
      ],
    ],
    [
      'a path that is not there',
      { app: elf() },
      { entrypoint: ['/server'] },
      [
        'error: {platforms} cannot start: /server is not in the image | exec: "/server": stat /server: no such file or directory',
      ],
    ],
    [
      'a name that is in no directory of PATH',
      { app: elf() },
      { entrypoint: ['server'], env: ['PATH=/bin'] },
      [
        'error: {platforms} cannot start: server is not in the image | exec: "server": executable file not found in $PATH',
      ],
    ],
    [
      'a whole command line in one string',
      { app: elf() },
      { entrypoint: ['/app --flag'] },
      [
        'error: {platforms} cannot start: /app --flag is not in the image | exec: "/app --flag": stat /app --flag: no such file or directory',
      ],
    ],
    [
      'quotes that are part of the name',
      { app: elf() },
      { entrypoint: ['"/app"'] },
      [
        String.raw`error: {platforms} cannot start: "/app" is not in the image | exec: "\"/app\"": stat "/app": no such file or directory`,
      ],
    ],
    [
      'a dangling symlink',
      { app: { flag: '2', linkName: '/gone' } },
      { entrypoint: ['/app'] },
      [
        'error: {platforms} cannot start: /app is not in the image | exec: "/app": stat /app: no such file or directory',
      ],
    ],
    [
      'an empty word',
      { app: elf() },
      { cmd: [''] },
      [
        'error: {platforms} cannot start: the first word of its command is empty | exec: "": executable file not found in $PATH',
      ],
    ],
    asksJava('-jar app.jar', 'app.jar'),
    asksJava('-Xmx1g -XX:+UseG1GC -Da=b -ea -jar /app/app.jar serve', '/app/app.jar'),
    asksJava('-cp lib --add-opens=a/b=c -javaagent:a.jar -jar app.jar', 'app.jar'),
    asksJava('-jar there.jar app.jar', null),
    asksJava('-cp app.jar Main', null),
    asksJava('@options -jar app.jar', null),
    asksJava('-version -jar app.jar', null),
    ['a name that PATH finds', { 'bin/app': elf() }, { entrypoint: ['app'], env: ['PATH=/bin'] }, []],
  ];

test.each(CASES)('%s', async (_, tree, process, said) => {
  expect(await saysOfStart(programNotFound, tree, process)).toEqual(said);
});
