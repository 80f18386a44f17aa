/** Where the program is looked for: PATH, WORKDIR, symlinks, layers. */
import {
  device,
  directory,
  file,
  hardLink,
  opaque,
  symlink,
  type TarItem,
  whiteout,
} from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, layered, program } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64, arm64 } = PROGRAMS;
const app = program('app', amd64);
const NOT_FOUND = 'program-not-found';

function inPath(
  name: string,
  path: string,
  items: readonly TarItem[],
  expect: string,
  word = 'app',
): KernelCase {
  return kernelCase(name, items, word, expect, { config: { env: [`PATH=${path}`] } });
}

function chain(length: number): TarItem[] {
  return Array.from({ length }, (_, index) => symlink(`l${index}`, index === 0 ? 'app' : `l${index - 1}`));
}

export const findingCases: readonly KernelCase[] = [
  kernelCase('an absolute path', [app], '/app', 'starts'),
  kernelCase('only CMD', [app], [], 'starts', { config: { entrypoint: null, cmd: ['/app'] } }),
  kernelCase('CMD behind ENTRYPOINT is an argument', [app], '/app', 'starts', {
    config: { cmd: ['/missing'] },
  }),
  kernelCase('ENTRYPOINT of one empty word is none', [app], '', 'starts', {
    config: { entrypoint: [''], cmd: ['/app'] },
    decidedBy: 'runtime',
  }),
  kernelCase('neither ENTRYPOINT nor CMD', [app], [], 'no-start-command', { decidedBy: 'runtime' }),
  kernelCase('empty lists', [app], [], 'no-start-command', {
    config: { entrypoint: [], cmd: [] },
    decidedBy: 'runtime',
  }),
  kernelCase('an empty word in front of others', [app], ['', '/app'], NOT_FOUND, { kernel: 'lookup ENOENT' }),
  kernelCase('nothing at the path', [app], '/other', NOT_FOUND, { kernel: 'lookup ENOENT' }),
  kernelCase('a whole command line in one string', [app], '/app --flag', NOT_FOUND),
  kernelCase(
    'a command line in one string, with a file of that very name',
    [program('app --flag', amd64)],
    '/app --flag',
    'starts',
  ),
  kernelCase(
    'a command line in one string, to be found in PATH',
    [program('usr/bin/app', amd64)],
    'app --flag',
    NOT_FOUND,
  ),
  kernelCase('the shell form in a list of one word', [program('usr/bin/app', amd64)], '["app"]', NOT_FOUND),

  kernelCase('a name in the default PATH', [program('usr/local/bin/app', amd64)], 'app', 'starts'),
  kernelCase('a name in /sbin', [program('sbin/app', amd64)], 'app', 'starts'),
  kernelCase('a name that is only in /', [app], 'app', NOT_FOUND),
  inPath("the image's PATH", '/opt/bin', [program('opt/bin/app', amd64)], 'starts'),
  inPath("the image's PATH replaces the default", '/opt/bin', [program('usr/bin/app', amd64)], NOT_FOUND),
  inPath('an empty PATH', '', [program('usr/bin/app', amd64)], NOT_FOUND),
  kernelCase('a PATH set twice: the last one counts', [program('b/app', amd64)], 'app', 'starts', {
    config: { env: ['PATH=/a', 'PATH=/b'] },
  }),
  kernelCase('a PATH set twice: the first one is gone', [program('a/app', amd64)], 'app', NOT_FOUND, {
    config: { env: ['PATH=/a', 'PATH=/b'] },
  }),
  kernelCase(
    'PATH without a value takes the default away',
    [program('usr/bin/app', amd64)],
    'app',
    NOT_FOUND,
    { config: { env: ['PATH'] } },
  ),
  kernelCase('a value with = in it', [program('a=b/app', amd64)], 'app', 'starts', {
    config: { env: ['PATH=/a=b'] },
  }),
  inPath(
    'the first directory that has it wins',
    '/a:/b',
    [program('a/app', amd64), program('b/app', arm64)],
    'starts',
  ),
  inPath(
    'a file without an x bit is passed over',
    '/a:/b',
    [file('a/app', arm64), program('b/app', amd64)],
    'starts',
  ),
  inPath(
    'a directory of that name is passed over',
    '/a:/b',
    [directory('a/app'), program('b/app', amd64)],
    'starts',
  ),
  inPath(
    'a dangling link is passed over',
    '/a:/b',
    [symlink('a/app', '/gone'), program('b/app', amd64)],
    'starts',
  ),
  inPath(
    'a program of another machine is not passed over',
    '/a:/b',
    [program('a/app', arm64), program('b/app', amd64)],
    'wrong-architecture',
  ),
  inPath('a file in PATH is no directory', '/a:/b', [program('a', amd64), program('b/app', amd64)], 'starts'),
  inPath(
    'a directory of PATH that is a link',
    '/link',
    [symlink('link', 'real'), program('real/app', amd64)],
    'starts',
  ),
  inPath('a trailing slash in PATH', '/a/', [program('a/app', amd64)], 'starts'),
  inPath('double slashes in PATH', '//a//', [program('a/app', amd64)], 'starts'),
  inPath(
    'dots in PATH are cleaned as text',
    '/link/../b',
    [
      symlink('link', '/deep/dir'),
      directory('deep/dir'),
      program('deep/b/app', arm64),
      program('b/app', amd64),
    ],
    'starts',
  ),
  inPath('an empty entry of PATH is the working directory, which is refused', '/a:', [app], NOT_FOUND),
  inPath('a relative entry of PATH is refused', 'bin', [program('bin/app', amd64)], NOT_FOUND),
  inPath(
    'a relative entry of PATH ends the search',
    'bin:/usr/bin',
    [program('bin/app', amd64), program('usr/bin/app', amd64)],
    NOT_FOUND,
  ),
  inPath(
    'a relative entry of PATH without the program does not',
    'bin:/usr/bin',
    [program('usr/bin/app', amd64)],
    'starts',
  ),
  inPath('a colon in front', ':/usr/bin', [program('usr/bin/app', amd64)], 'starts'),
  inPath('a dot', '/usr/bin', [program('usr/bin/app', amd64)], NOT_FOUND, '.'),
  inPath('two dots', '/usr/bin', [program('usr/bin/app', amd64)], NOT_FOUND, '..'),
  inPath('~ in PATH is no home directory', '~/bin:/usr/bin', [program('root/bin/app', amd64)], NOT_FOUND),

  kernelCase('a relative path from WORKDIR', [program('srv/app', amd64)], './app', 'starts', {
    config: { workingDir: '/srv' },
  }),
  kernelCase('a relative path without a dot', [program('srv/bin/app', amd64)], 'bin/app', 'starts', {
    config: { workingDir: '/srv' },
  }),
  kernelCase('a relative path without WORKDIR', [program('bin/app', amd64)], 'bin/app', 'starts'),
  kernelCase('a relative path from the wrong WORKDIR', [program('srv/app', amd64)], './app', NOT_FOUND, {
    config: { workingDir: '/opt' },
  }),
  kernelCase('.. from WORKDIR', [app], '../../app', 'starts', { config: { workingDir: '/srv/x' } }),
  kernelCase('.. above the root', [app], '/../../app', 'starts'),
  kernelCase(
    '.. behind a link to a directory',
    [symlink('link', '/a/b'), directory('a/b'), program('a/app', amd64)],
    '/link/../app',
    'starts',
  ),
  kernelCase(
    'WORKDIR that is a link',
    [symlink('current', '/srv/v1'), program('srv/v1/app', amd64)],
    './app',
    'starts',
    { config: { workingDir: '/current' } },
  ),
  kernelCase('WORKDIR that does not exist is made', [app], '/app', 'starts', {
    config: { workingDir: '/not/there' },
  }),
  kernelCase('nothing lies in a WORKDIR that had to be made', [app], './app', NOT_FOUND, {
    config: { workingDir: '/not/there' },
  }),
  kernelCase('WORKDIR that is a file', [app, file('srv', 'x')], '/app', NOT_FOUND, {
    config: { workingDir: '/srv' },
    kernel: 'workdir ENOTDIR',
  }),
  kernelCase('WORKDIR below a file', [app, file('srv', 'x')], '/app', NOT_FOUND, {
    config: { workingDir: '/srv/x' },
  }),
  kernelCase('WORKDIR in a circle', [app, symlink('a', 'b'), symlink('b', 'a')], '/app', NOT_FOUND, {
    config: { workingDir: '/a' },
  }),
  kernelCase('WORKDIR with dots', [program('srv/app', amd64)], './app', 'starts', {
    config: { workingDir: '/opt/../srv/.' },
  }),
  kernelCase('WORKDIR with a trailing slash', [program('srv/app', amd64)], './app', 'starts', {
    config: { workingDir: '/srv/' },
  }),
  kernelCase('WORKDIR below /proc', [app], '/app', 'starts', { config: { workingDir: '/proc/self' } }),
  kernelCase('a relative WORKDIR', [app], '/app', NOT_FOUND, {
    config: { workingDir: 'srv' },
    decidedBy: 'runtime',
  }),

  kernelCase(
    'a symlink chain',
    [program('opt/v1/app', amd64), symlink('opt/current', 'v1'), symlink('app', '/opt/current/app')],
    '/app',
    'starts',
  ),
  kernelCase(
    'a relative symlink',
    [program('opt/app', amd64), symlink('usr/bin/app', '../../opt/app')],
    'app',
    'starts',
  ),
  kernelCase(
    'a symlink above the root',
    [program('opt/app', amd64), symlink('usr/bin/app', '../../../../../opt/app')],
    'app',
    'starts',
  ),
  kernelCase('a dangling symlink', [symlink('app', '/gone')], '/app', NOT_FOUND),
  kernelCase('a symlink to itself', [symlink('app', 'app')], '/app', NOT_FOUND, { kernel: 'lookup ELOOP' }),
  kernelCase('two symlinks to each other', [symlink('a', 'b'), symlink('b', 'a')], '/a', NOT_FOUND),
  kernelCase('40 symlinks', [app, ...chain(40)], '/l39', 'starts'),
  kernelCase('41 symlinks', [app, ...chain(41)], '/l40', NOT_FOUND, { kernel: 'lookup ELOOP' }),
  kernelCase(
    'a symlink to a directory in the middle',
    [symlink('bin', 'usr/bin'), program('usr/bin/app', amd64)],
    '/bin/app',
    'starts',
  ),
  kernelCase(
    'a symlink with a trailing slash to a file',
    [app, symlink('link', '/app/')],
    '/link',
    NOT_FOUND,
    { kernel: 'lookup ENOTDIR' },
  ),
  kernelCase('a trailing slash', [app], '/app/', NOT_FOUND, { kernel: 'lookup ENOTDIR' }),
  kernelCase('a file used as a directory', [app], '/app/x', NOT_FOUND, { kernel: 'lookup ENOTDIR' }),
  kernelCase('double slashes and dots', [program('usr/bin/app', amd64)], '//usr/./bin//app', 'starts'),
  kernelCase('a name of 255 bytes', [program('n'.repeat(255), amd64)], `/${'n'.repeat(255)}`, 'starts'),
  kernelCase('a name of 256 bytes', [app], `/${'n'.repeat(256)}`, NOT_FOUND, {
    kernel: 'lookup ENAMETOOLONG',
  }),
  kernelCase('a path of 4096 bytes', [app], `/${'x/'.repeat(2046)}app`, NOT_FOUND, {
    kernel: 'lookup ENAMETOOLONG',
  }),
  kernelCase('a name that is not ASCII', [program('opt/größe', amd64)], '/opt/größe', 'starts'),
  kernelCase('names are case-sensitive', [app], '/App', NOT_FOUND),
  kernelCase('a file literally named *', [program('*', amd64)], '/*', 'starts'),
  kernelCase('a pattern is not expanded', [app], '/ap*', NOT_FOUND),
  kernelCase('a variable is not expanded', [app], '$HOME/app', NOT_FOUND),
  kernelCase('a hard link', [app, hardLink('usr/bin/x', 'app', { mode: 0o755 })], 'x', 'starts'),

  kernelCase('a directory', [directory('app')], '/app', 'not-executable', { kernel: 'lookup EISDIR' }),
  kernelCase('a link to a directory', [directory('dir'), symlink('app', 'dir')], '/app', 'not-executable'),
  kernelCase('the root directory', [app], '/', 'not-executable'),
  kernelCase('a fifo with an x bit', [{ name: 'app', flag: '6', mode: 0o755 }], '/app', 'not-executable', {
    kernel: 'execve EACCES',
  }),
  kernelCase('a device with an x bit', [{ ...device('app', 1, 3), mode: 0o755 }], '/app', 'not-executable'),
  kernelCase(
    'a fifo with an x bit in PATH ends the search',
    [{ name: 'usr/local/bin/app', flag: '6', mode: 0o755 }, program('usr/bin/app', amd64)],
    'app',
    'not-executable',
  ),

  layered('a whiteout takes the program away', [[app], [whiteout('app')]], '/app', NOT_FOUND),
  layered(
    'an opaque directory hides the program',
    [[program('opt/app', amd64)], [opaque('opt')]],
    '/opt/app',
    NOT_FOUND,
  ),
  layered(
    'an opaque directory brings its own',
    [[program('opt/app', arm64)], [opaque('opt'), program('opt/app', amd64)]],
    '/opt/app',
    'starts',
  ),
  layered('an upper layer replaces the program', [[program('app', arm64)], [app]], '/app', 'starts'),
  layered(
    'an upper layer breaks the program',
    [[app], [program('app', arm64)]],
    '/app',
    'wrong-architecture',
  ),
  layered('an upper layer takes the x bit', [[app], [file('app', amd64)]], '/app', 'not-executable'),
  layered('an upper layer makes a directory of it', [[app], [directory('app')]], '/app', 'not-executable'),
  layered(
    'an upper layer makes a link of the directory',
    [[program('opt/app', arm64), program('srv/app', amd64)], [symlink('opt', 'srv')]],
    '/opt/app',
    'starts',
  ),
  layered(
    'a file over a directory hides all of it',
    [[program('opt/app', amd64)], [file('opt', 'x')]],
    '/opt/app',
    NOT_FOUND,
  ),
  layered('removed and put back', [[app], [whiteout('app')], [app]], '/app', 'starts'),
  layered(
    'a whiteout of the directory',
    [[program('opt/app', amd64)], [whiteout('opt')]],
    '/opt/app',
    NOT_FOUND,
  ),
  layered(
    'a directory in the upper layer merges',
    [[program('opt/app', amd64)], [directory('opt'), file('opt/x', 'x')]],
    '/opt/app',
    'starts',
  ),
  layered(
    'the mode of a directory comes from the upper layer',
    [[directory('opt'), program('opt/app', amd64)], [directory('opt', { mode: 0o700 })]],
    '/opt/app',
    'starts',
  ),
  layered(
    'a link of an upper layer to a file of a lower one',
    [[program('usr/bin/app', amd64)], [symlink('app', '/usr/bin/app')]],
    '/app',
    'starts',
  ),
  { ...layered('no layer at all', [], '/app', NOT_FOUND), holds: 'nothing' },
];
