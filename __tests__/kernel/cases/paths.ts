/** Odd entries of PATH, odd names, odd working directories, and symlinks in all directions. */
import { directory, file, hardLink, symlink, type TarItem, whiteout } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, layered, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64, arm64 } = PROGRAMS;
const app = program('app', amd64);
const NOT_FOUND = 'program-not-found';
const DENIED = 'not-executable';
const USER = { user: '1000:1000' };
const AS = { uid: 1000, gid: 1000, groups: [] };

function inPath(
  name: string,
  path: string,
  items: readonly TarItem[],
  expect: string,
  config: KernelCase['config'] = {},
): KernelCase {
  const as = config.user === undefined ? {} : { as: AS };
  return kernelCase(name, items, 'app', expect, { config: { env: [`PATH=${path}`], ...config }, ...as });
}

/** By runc of some hosts, which then ends with what it took. */
function takenBySome(name: string, path: string, items: readonly TarItem[]): KernelCase {
  return { ...inPath(name, path, items, 'starts', USER), expect: { warning: DENIED }, engine: 'refuses' };
}

function named(name: string, word: string, items: readonly TarItem[], expect: string): KernelCase {
  return kernelCase(`the name ${name}`, items, word, expect, { config: { workingDir: '/srv' } });
}

function from(
  name: string,
  workingDir: string,
  word: string,
  items: readonly TarItem[],
  expect: string,
  user: typeof USER | null = null,
): KernelCase {
  const as = user === null ? {} : { as: AS };
  return kernelCase(`WORKDIR ${name}`, items, word, expect, { config: { workingDir, ...user }, ...as });
}

function linked(name: string, items: readonly TarItem[], expect: string, word = '/app'): KernelCase {
  return kernelCase(`a link ${name}`, items, word, expect);
}

const usrBin = program('usr/bin/app', amd64);
const HUNDRED = Array.from({ length: 100 }, (_, index) => `/d${index}`);

/** `count` links to `.`, one behind the other in the path. */
function winding(count: number): string {
  return `/${'here/'.repeat(count)}app`;
}

export const pathCases: readonly KernelCase[] = [
  inPath('the last of 100 entries', HUNDRED.join(':'), [program('d99/app', amd64)], 'starts'),
  inPath(
    'the first of 100 entries',
    HUNDRED.join(':'),
    [program('d0/app', arm64), program('d1/app', amd64)],
    'wrong-architecture',
  ),
  inPath(
    'a relative entry is cleaned as text',
    'link/..:/usr/bin',
    [symlink('link', 'deep/dir'), program('deep/app', amd64), directory('deep/dir'), usrBin],
    'starts',
  ),
  inPath('a relative entry that is cleaned away', 'gone/..:/usr/bin', [app, usrBin], NOT_FOUND),
  inPath('an entry above the working directory', '../opt', [program('opt/app', amd64)], NOT_FOUND, {
    workingDir: '/srv',
  }),
  inPath(
    'an entry that is a link in a circle',
    '/loop:/usr/bin',
    [symlink('loop', 'loop'), usrBin],
    'starts',
  ),
  inPath(
    'an entry that is a link to a file',
    '/link:/usr/bin',
    [symlink('link', 'usr/bin/app'), usrBin],
    'starts',
  ),
  inPath('an entry whose name is too long', `/${'n'.repeat(256)}:/usr/bin`, [usrBin], 'starts'),
  inPath(
    'an entry with blanks around it',
    ' /usr/bin :/opt',
    [usrBin, program('opt/app', arm64)],
    'wrong-architecture',
  ),
  inPath('entries with semicolons', '/opt;/usr/bin', [usrBin], NOT_FOUND),
  inPath('quotes are part of an entry', '"/usr/bin"', [usrBin], NOT_FOUND),
  inPath('a variable in PATH', '/opt:$PATH', [usrBin], NOT_FOUND),
  takenBySome('a file of its owner, who may not execute it, is passed over', '/a:/b', [
    program('a/app', arm64, { uid: 1000, mode: 0o077 }),
    program('b/app', amd64),
  ]),
  inPath(
    'a file that only others may execute',
    '/a:/b',
    [program('a/app', amd64, { mode: 0o701 }), program('b/app', arm64)],
    'starts',
    USER,
  ),
  takenBySome('a file that only its group may execute is passed over', '/a:/b', [
    program('a/app', arm64, { mode: 0o710 }),
    program('b/app', amd64),
  ]),
  inPath(
    'root takes what anybody may execute',
    '/a:/b',
    [program('a/app', amd64, { uid: 5, mode: 0o001 }), program('b/app', arm64)],
    'starts',
  ),
  inPath(
    'a link to what may not be executed is passed over',
    '/a:/b',
    [file('x', arm64), symlink('a/app', '/x'), program('b/app', amd64)],
    'starts',
  ),
  inPath(
    'a link through a directory that may not be searched is passed over',
    '/a:/b',
    [
      directory('x', { mode: 0o700 }),
      program('x/app', arm64),
      symlink('a/app', '/x/app'),
      program('b/app', amd64),
    ],
    'starts',
    USER,
  ),
  inPath(
    'a directory above an entry may not be searched',
    '/x/a:/b',
    [directory('x', { mode: 0o600, uid: 1000 }), program('x/a/app', arm64), program('b/app', amd64)],
    'starts',
    USER,
  ),
  kernelCase(
    'the default PATH begins with /usr/local/sbin',
    [program('usr/local/sbin/app', amd64), program('usr/local/bin/app', arm64)],
    'app',
    'starts',
  ),
  kernelCase('the default PATH ends with /bin', [program('bin/app', amd64)], 'app', 'starts'),
  kernelCase('a variable called Path', [program('opt/app', amd64)], 'app', NOT_FOUND, {
    config: { env: ['Path=/opt'] },
  }),
  kernelCase('PATH that is taken away and set again', [program('opt/app', amd64)], 'app', 'starts', {
    config: { env: ['PATH', 'PATH=/opt'] },
  }),

  named('with a line end', '/b\nc', [program('b\nc', amd64)], 'starts'),
  named('with a blank at the end', '/app ', [app], NOT_FOUND),
  named('with a tab', '/a\tb', [program('a\tb', amd64)], 'starts'),
  named('with a backslash', '/a\\b', [program('a\\b', amd64)], 'starts'),
  named('in two kinds of Unicode', '/gr\u00f6\u00dfe', [program('gro\u0308\u00dfe', amd64)], NOT_FOUND),
  named('. with a slash', './', [directory('srv')], DENIED),
  named('.. with a slash', '../', [directory('srv')], DENIED),
  named('of a directory with a slash', './sub/', [directory('srv/sub')], DENIED),
  named('of a directory with a dot', './sub/.', [directory('srv/sub')], DENIED),
  named('through a directory that is not there', './gone/../app', [program('srv/app', amd64)], NOT_FOUND),
  named('through a file', './x/../app', [program('srv/app', amd64), file('srv/x', 'x')], NOT_FOUND),
  named('through a directory', './sub/../app', [program('srv/app', amd64), directory('srv/sub')], 'starts'),
  named('with a dot behind a file', '/app/.', [app], NOT_FOUND),
  named('with two dots behind a file', '/app/../app', [app], NOT_FOUND),
  named('that begins with a hyphen', '-app', [program('usr/bin/-app', amd64)], 'starts'),

  from('that is made: .. leads out of it', '/not/there', '../../app', [app], 'starts'),
  from(
    'behind .. of a link',
    '/link/../made',
    '../app',
    [symlink('link', 'a/b'), directory('a/b'), program('a/app', amd64)],
    'starts',
  ),
  from('behind .. of what has to be made', '/new/../srv', './app', [program('srv/app', amd64)], 'starts'),
  from(
    'behind a link is made there',
    '/link/x',
    '../app',
    [symlink('link', 'a/b'), program('a/b/app', amd64)],
    'starts',
  ),
  from('with a name that is too long', `/${'n'.repeat(256)}`, '/app', [app], NOT_FOUND),
  from('of several slashes', '//srv//', './app', [program('srv/app', amd64)], 'starts'),
  from(
    'in a directory that the user may not search',
    '/srv/x',
    './app',
    [directory('srv', { mode: 0o700 }), program('srv/x/app', amd64)],
    'starts',
    USER,
  ),
  from(
    'in a directory that the user may not search, and back',
    '/srv/x',
    '../app',
    [directory('srv', { mode: 0o700 }), directory('srv/x'), program('srv/app', amd64)],
    DENIED,
    USER,
  ),
  from('that is made has mode 755', '/made', '../app', [app], 'starts', USER),
  from(
    'of another user',
    '/srv',
    './app',
    [directory('srv', { mode: 0o711, uid: 5 }), program('srv/app', amd64)],
    'starts',
    USER,
  ),

  linked(
    'to what lies above the root',
    [program('opt/app', amd64), symlink('app', '/../../opt/app')],
    'starts',
  ),
  linked('through a file', [program('x', amd64), symlink('app', 'x/../x')], NOT_FOUND),
  linked('to a directory with a dot', [directory('x'), symlink('app', 'x/.')], DENIED),
  linked('to nothing at all', [program('x', amd64), symlink('app', 'x ')], NOT_FOUND),
  linked('to the root', [symlink('app', '/')], DENIED),
  linked('that leads through itself', [symlink('app', 'app/x')], NOT_FOUND),
  linked(
    'that was linked to',
    [program('x', amd64), symlink('first', 'x'), hardLink('app', 'first')],
    'starts',
  ),
  linked(
    'behind a slash to a directory',
    [symlink('dir', 'opt/'), program('opt/app', amd64)],
    'starts',
    '/dir/app',
  ),
  linked('40 times in the middle of a path', [app, symlink('here', '.')], 'starts', winding(40)),
  linked('41 times in the middle of a path', [app, symlink('here', '.')], NOT_FOUND, winding(41)),
  linked(
    '39 times in the middle and once at the end',
    [program('x', amd64), symlink('app', 'x'), symlink('here', '/')],
    'starts',
    winding(39),
  ),
  linked(
    '40 times in the middle and once at the end',
    [program('x', amd64), symlink('app', 'x'), symlink('here', '/')],
    NOT_FOUND,
    winding(40),
  ),

  layered(
    'a directory over a link',
    [[symlink('opt', 'srv'), program('srv/app', amd64)], [directory('opt')]],
    '/opt/app',
    NOT_FOUND,
  ),
  layered(
    'a link over a file',
    [[program('app', arm64), program('x', amd64)], [symlink('app', 'x')]],
    '/app',
    'starts',
  ),
  layered('a file over a link', [[symlink('app', 'x'), program('x', arm64)], [app]], '/app', 'starts'),
  layered(
    'a link to what a later layer removes',
    [[program('opt/app', amd64), symlink('app', 'opt/app')], [whiteout('opt')]],
    '/app',
    NOT_FOUND,
  ),
  layered(
    'a link whose directory a later layer makes anew',
    [[program('opt/app', arm64), symlink('app', 'opt/app')], [whiteout('opt')], [program('opt/app', amd64)]],
    '/app',
    'starts',
  ),
  layered(
    'passwd that a later layer removes',
    [[app, file('etc/passwd', 'app:x:1:1\n')], [whiteout('etc/passwd')]],
    '/app',
    'starts',
  ),
];
