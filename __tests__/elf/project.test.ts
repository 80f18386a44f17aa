import { expect, test } from '@jest/globals';
import { parseElf } from '../../src/elf/elf-capture.ts';
import type { Project } from '../../src/elf/elf-facts.ts';
import { buildElf } from '../support/elf-builder.ts';
import type { ElfSpec } from '../support/elf-spec.ts';

const LOADER = '/lib64/ld-linux-x86-64.so.2';

const CASES: readonly [name: string, spec: ElfSpec, text: string, project: Project | null][] = [
  ['a static program with the name of its project', {}, 'BusyBox v1.36.1 (2024)', 'busybox'],
  ['one that answers as tini does', {}, 'tini version %s_%s openSUSE/catatonit', 'catatonit'],
  ['a dash', {}, 'sh: turning off NDELAY mode', 'dash'],
  ['a bash', {}, '@(#)Bash version 5.1.4(1) release GNU', 'bash'],
  ['a tini', {}, '[FATAL tini (%i)] ', 'tini'],
  ['a program of nobody that is known', {}, 'FATAL error', null],
  [
    'a program that calls nothing to start others',
    { interpreter: LOADER, needed: ['libc.so.6'] },
    'GNU coreutils',
    null,
  ],
  [
    'a program that does',
    { interpreter: LOADER, needed: ['libc.so.6'], undefined: ['execvp'], undefinedAre: 'called' },
    'GNU coreutils',
    'coreutils',
  ],
  ['a library', { soname: 'libx.so.1' }, 'GNU coreutils', null],
  [
    'a Go program, by its build information',
    { go: { version: 'go1.24', path: 'github.com/tianon/gosu', settings: {} } },
    '',
    'gosu',
  ],
  ['a program that is not kept whole', { padding: 3 * 1024 * 1024 }, 'GNU coreutils', null],
];

test.each(CASES)('%s', (_, spec, text, project) => {
  expect(parseElf(Buffer.concat([buildElf(spec), Buffer.from(text)]), '').project).toBe(project);
});

const LAUNCHER: ElfSpec = { interpreter: LOADER, needed: ['libc.so.6'], undefined: ['execvp'] };

test.each([
  ['its version', 'GNU coreutils\x009.1\0', '9.1'],
  ['its version in three parts', 'GNU coreutils\0x\x008.32.5\0', '8.32.5'],
  ['no version', 'GNU coreutils\0version 9.1\0', null],
  ['two versions', 'GNU coreutils\x009.1\x002.5\0', null],
  ['the version of bash', '@(#)Bash version 5.1.4(1) release GNU', '5.1'],
  ['the version of somebody else', 'util-linux \x002.38\0', null],
])('a program and %s', (_, text, version) => {
  const { projectVersion } = parseElf(Buffer.concat([buildElf(LAUNCHER), Buffer.from(text)]), '');
  expect(projectVersion).toBe(version);
});

test.each([
  ['the option pipefail', 'sh: turning off NDELAY mode\0nolog\0pipefail\0', true],
  ['without it', 'sh: turning off NDELAY mode\0nolog\0', false],
  ['an option of another shell', '@(#)Bash version 5.1 \0pipefail\0', null],
])('dash and %s', (_, text, known) => {
  const { hasPipefail } = parseElf(Buffer.concat([buildElf(LAUNCHER), Buffer.from(text)]), '');
  expect(hasPipefail).toBe(known);
});

test.each([
  ['the names of its applets', 'BusyBox v1.36.1\0[\0[[\0ash\0zcat\0\0', ['[', '[[', 'ash', 'zcat']],
  ['no end of the names', 'BusyBox v1.36.1\0[\0[[\0ash\0zcat', null],
  ['names of another program', 'GNU coreutils\0[\0[[\0ash\0\0', null],
])('busybox and %s', (_, text, names) => {
  const { applets } = parseElf(Buffer.concat([buildElf(LAUNCHER), Buffer.from(text)]), '');
  expect(applets).toEqual(names);
});
