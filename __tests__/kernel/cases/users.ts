/** Who USER is: /etc/passwd and /etc/group in all their shapes. A real engine is asked about each of them too. */
import { directory, file, symlink, type TarItem } from '../../support/layer-builder.ts';
import { kernelCase, type KernelCase, program, type RunAs } from '../kernel-case.ts';
import { PROGRAMS } from '../programs.ts';

const { amd64 } = PROGRAMS;

/** Of app, who is also in users and staff, and of others. */
export const PASSWD = file(
  'etc/passwd',
  'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nother:x:1001:100::/:/bin/sh\nno-group:x:1002\n',
);
export const GROUP = file(
  'etc/group',
  'root:x:0:\napp:x:1000:\nusers:x:100:app,other\nstaff:x:50:app\n# comment:x:60:app\n',
);
const APP: RunAs = { uid: 1000, gid: 1000, groups: [100, 50] };
const ROOT: RunAs = { uid: 0, gid: 0, groups: [] };

function user(
  name: string,
  spec: string,
  as: RunAs,
  files: readonly TarItem[] = [PASSWD, GROUP],
): KernelCase {
  return kernelCase(name, [...files, program('app', amd64)], '/app', 'starts', {
    config: { user: spec },
    as,
  });
}

function unknown(name: string, spec: string, files: readonly TarItem[] = [PASSWD, GROUP]): KernelCase {
  const items = [...files, program('app', amd64)];
  return kernelCase(name, items, '/app', 'user-not-found', { config: { user: spec }, decidedBy: 'runtime' });
}

/** What stands in the two files, and whom the runtime takes `spec` for. */
type Reading = readonly [
  name: string,
  passwd: string | null,
  group: string | null,
  spec: string,
  ids: string,
];

const LONG = 'x'.repeat(65_536);

/** `ids`: user, group, supplementary groups. */
const READINGS: readonly Reading[] = [
  ['lines of NIS are entries like any other', '+::::::\na:x:1:2\n', null, 'a', '1 2'],
  ['the first entry whose number is none is uid 0', '+::::::\nroot:x:0:5\n', 'nis:x:9:+\n', '', '0 0 9'],
  ['a user called +', 'a:x:1:2\n+:x:3:4\n', null, '+', '3 4'],
  ['too many fields', 'a:x:1:2:3:4:5:6:7\n', 'g:x:9:a:b:c\n', 'a', '1 2 9'],
  ['a name alone', 'a\n', null, 'a', '0 0'],
  ['a number with a blank before it is none', 'a:x: 1:2\n', null, 'a', '0 2'],
  ['a number with a blank behind it is none', 'a:x:1 :2\n', null, 'a', '0 2'],
  ['a blank is part of the name', 'a :x:1:2\n', null, 'a ', '1 2'],
  ['tabs around a line', '\ta:x:1:2\t\n', '\tg:x:9:a\t\n', 'a', '1 2 9'],
  ['other space around a line', '\u00a0\u3000a:x:1:2\u0085\n', null, 'a', '1 2'],
  ['a CR in the middle of a line', 'a:x:1:2\rb:x:3:4\n', null, 'a', '1 0'],
  ['CR LF in the group file', 'a:x:1:2\r\n', 'g:x:9:a\r\n', 'a', '1 2 9'],
  ['hexadecimal numbers count as 0', 'a:x:0x10:0x20\n', null, 'a', '0 0'],
  ['octal numbers are decimal', 'a:x:010:020\n', null, 'a', '10 20'],
  ['a plus sign before a number', 'a:x:+5:+6\n', null, 'a', '5 6'],
  ['digits of another script are no number', 'a:x:\u0661:2\n', null, 'a', '0 2'],
  ['numbers are cut to 32 bits', 'a:x:4294967301:8589934599\n', null, 'a', '5 7'],
  ['a number beyond 64 bits in the negative', 'a:x:-99999999999999999999:2\n', null, 'a', '0 2'],
  ['the first of two equal numbers', 'a:x:1:2\nb:x:1:3\n', 'g:x:9:b\nh:x:8:a\n', '1', '1 2 8'],
  ['the first of two equal groups', 'a:x:1:2\n', 'g:x:8:\ng:x:9:\n', 'a:g', '1 8'],
  ['a name of digits with another number', '1000:x:5:6\n', 'g:x:9:1000\n', '1000', '1000 0'],
  ['a number that an entry with a name of digits has', '7:x:5:6\n', 'g:x:9:7\n', '5', '5 6 9'],
  ['root and a group', 'root:x:0:0\n', 'g:x:9:\n', '0:g', '0 9'],
  ['only a colon', 'root:x:0:3\n', 'g:x:9:root\n', ':', '0 3 9'],
  ['a group that the file does not have, by number', 'a:x:1:2\n', 'g:x:9:a\n', 'a:77', '1 77'],
  ['a group takes the supplementary ones away', 'a:x:1:2\n', 'g:x:9:a\n', 'a:2', '1 2'],
  ['a group without a file, by number', 'a:x:1:2\n', null, 'a:77', '1 77'],
  ['an entry without a name', ':x:5:6\n', 'g:x:9:\n', '5', '5 6'],
  ['a group twice', 'a:x:1:2\n', 'g:x:9:a\nh:x:9:a\n', 'a', '1 2 9 9'],
  ['the own group, listed', 'a:x:1:2\n', 'g:x:2:a\n', 'a', '1 2 2'],
  ['a member twice', 'a:x:1:2\n', 'g:x:9:a,a\n', 'a', '1 2 9'],
  ['blanks in a list of members', 'a:x:1:2\n', 'g:x:9:b, a\nh:x:8:a ,b\ni:x:7:b,a\n', 'a', '1 2 7'],
  ['a list with a comma at the end', 'a:x:1:2\n', 'g:x:9:a,\n', 'a', '1 2 9'],
  ['a group without a number', 'a:x:1:2\n', 'g:x::a\n', 'a', '1 2 0'],
  ['a group without a list', 'a:x:1:2\n', 'g:x:9\ng\n', 'a', '1 2'],
  ['a comment with blanks before it', 'a:x:1:2\n', '  # g:x:9:a\n', 'a', '1 2'],
  ['a comment behind an entry is one of its fields', 'a:x:1:2\n', 'g:x:9:a # b\nh:x:8:a#\n', 'a', '1 2'],
  ['a byte order mark is part of the first name', '\ufeffa:x:1:2\nb:x:3:4\n', null, 'b', '3 4'],
  ['a NUL', 'a\0:x:1:2\na:x:3:4\0\n', null, 'a', '3 0'],
  ['passwd that looks like a script', '#!/bin/sh\na:x:1:2\n', null, 'a', '1 2'],
  ['passwd that looks like JSON', '{"a":"b"}\na:x:1:2\n', null, 'a', '1 2'],
  ['a name that is not ASCII', 'jürgen:x:1:2\n', null, 'jürgen', '1 2'],
  ['a group with very many blanks', 'a:x:1:2\n', `g:x:9:a,${' '.repeat(200_000)}b\n`, 'a', '1 2 9'],
  ['a line of 65,535 bytes', `a:x:1:2:${LONG.slice(9)}\nb:x:3:4\n`, null, 'b', '3 4'],
  ['a group of 65,536 bytes', 'a:x:1:2\n', `g:x:9:${LONG}\nh:x:8:a\n`, 'a', '1 2 8'],
];

function reading([name, passwd, group, spec, ids]: Reading): KernelCase {
  const [uid = 0, gid = 0, ...groups] = ids.split(' ').map(Number);
  return user(name, spec, { uid, gid, groups }, filesOf(passwd, group));
}

function filesOf(passwd: string | null, group: string | null): readonly TarItem[] {
  return [
    directory('etc'),
    ...(passwd === null ? [] : [file('etc/passwd', passwd)]),
    ...(group === null ? [] : [file('etc/group', group)]),
  ];
}

/** Some engines start it, as `as`, and others do not. */
function doubtful(
  name: string,
  spec: string,
  as: RunAs,
  files: readonly TarItem[],
  engine?: 'refuses',
): KernelCase {
  return { ...user(name, spec, as, files), expect: { warning: 'user-not-found' }, ...(engine && { engine }) };
}

export const userCases: readonly KernelCase[] = [
  ...READINGS.map(reading),

  user('a number with an entry takes its groups', '1000', APP),
  user('a name', 'app', APP),
  user('a name and a group', 'app:staff', { uid: 1000, gid: 50, groups: [] }),
  user('a name and a number', 'app:7', { uid: 1000, gid: 7, groups: [] }),
  user('a number and a name', '7:staff', { uid: 7, gid: 50, groups: [] }),
  user('two numbers without entries', '7:8', { uid: 7, gid: 8, groups: [] }),
  user('a number without an entry has group 0', '4711', { uid: 4711, gid: 0, groups: [] }),
  user('only a group', ':staff', { uid: 0, gid: 50, groups: [] }),
  user('a name and an empty group', 'app:', APP),
  user('root by name', 'root', ROOT),
  user('no passwd file', '1000:1000', { uid: 1000, gid: 1000, groups: [] }, []),
  user('a passwd file that is empty', '1000', { uid: 1000, gid: 0, groups: [] }, [file('etc/passwd', '')]),
  user('a line without a group', 'no-group', { uid: 1002, gid: 0, groups: [] }),
  user('the first of two equal names', 'a', { uid: 1, gid: 2, groups: [] }, [
    file('etc/passwd', 'a:x:1:2\na:x:3:4\n'),
  ]),
  user('CR at the end of the lines', 'a', { uid: 1, gid: 2, groups: [] }, [
    file('etc/passwd', 'a:x:1:2\r\n'),
  ]),
  user('blanks before and behind', 'a', { uid: 1, gid: 2, groups: [] }, [
    file('etc/passwd', '  a:x:1:2  \n\n'),
  ]),
  user('no line end at the end', 'a', { uid: 1, gid: 2, groups: [] }, [file('etc/passwd', 'a:x:1:2')]),
  user('a number that is no number counts as 0', 'a', { uid: 0, gid: 0, groups: [] }, [
    file('etc/passwd', 'a:x:one:two\n'),
  ]),
  user('a name made of digits is a number', '42', { uid: 42, gid: 0, groups: [] }, [
    file('etc/passwd', '42:x:1:2\n'),
  ]),
  user('a plus sign is part of a number', '+42', { uid: 42, gid: 0, groups: [] }, []),
  user('passwd behind a link', 'a', { uid: 1, gid: 2, groups: [] }, [
    file('usr/share/passwd', 'a:x:1:2\n'),
    symlink('etc/passwd', '/usr/share/passwd'),
  ]),
  user('comments in passwd are lines like any other', '#a', { uid: 1, gid: 2, groups: [] }, [
    file('etc/passwd', '#a:x:1:2\n'),
  ]),
  user('root gets the groups that list it', 'root', { uid: 0, gid: 0, groups: [9] }, [
    PASSWD,
    file('etc/group', 'wheel:x:9:root\n'),
  ]),
  user('no USER is uid 0 of passwd', '', { uid: 0, gid: 3, groups: [] }, [
    file('etc/passwd', 'toor:x:0:3\n'),
  ]),
  user('the largest number', '2147483647', { uid: 2147483647, gid: 0, groups: [] }),

  unknown('an unknown name', 'nobody'),
  unknown('an unknown group', 'app:nogroup'),
  unknown('a name without passwd', 'app', []),
  unknown('a name in a passwd file that is a directory', 'app', [directory('etc/passwd')]),
  unknown('a name with a blank', ' app'),
  unknown('another case', 'App'),
  unknown('a number that is too large', '2147483648'),
  unknown('a negative number', '-1'),
  unknown('a group that is commented out', 'app:comment'),
  unknown('a hexadecimal number', '0x3e8'),

  unknown('a name behind a link that leads nowhere', 'app', [symlink('etc/passwd', '/gone'), GROUP]),
  unknown('a blank behind a name', 'app '),
  unknown('a variable', '$APP_USER'),
  unknown('a variable in braces', '${APP_USER:-app}'),
  unknown('quotes', '"app"'),
  unknown('only a blank', ' '),
  unknown('an unknown user with a known group', 'nobody:staff'),
  unknown('a number and an unknown group', '1000:nogroup'),
  unknown('a group without a group file', 'app:staff', [PASSWD]),
  unknown('a group behind a byte order mark', 'a:g', filesOf('a:x:1:2\n', '\ufeffg:x:9:\n')),
  unknown('a name behind a byte order mark', 'a', filesOf('\ufeffa:x:1:2\n', null)),
  unknown('a fraction', '1.5'),
  unknown('a number with a blank', '1000 '),
  unknown('a number of more than 64 bits', '99999999999999999999'),
  unknown('a group that is too large a number', 'app:2147483648'),
  unknown('the number that is nobody’s', 'a', filesOf('a:x:4294967295:0\n', null)),
  unknown('-1 in passwd', 'a', filesOf('a:x:-1:0\n', null)),
  unknown('a group of -1', 'a', filesOf('a:x:1:-1\n', null)),
  unknown('a supplementary group of -1', 'a', filesOf('a:x:1:2\n', 'g:x:-1:a\n')),
  unknown('a number beyond 64 bits in passwd', 'a', filesOf('a:x:99999999999999999999:2\n', null)),
  unknown('a line of 65,536 bytes', 'a', filesOf(`a:x:1:2\nb:x:3:4:${LONG.slice(8)}\n`, null)),
  unknown('a line of 65,536 bytes, which no number helps', '5:6', filesOf(`${LONG}\n`, null)),
  unknown('passwd that leads to itself', '5:6', [symlink('etc/passwd', 'passwd')]),
  unknown('group that leads in a circle', '5:6', [
    symlink('etc/group', 'gshadow'),
    symlink('etc/gshadow', 'group'),
  ]),

  user('passwd behind a link that leads nowhere', '5', { uid: 5, gid: 0, groups: [] }, [
    symlink('etc/passwd', '/gone'),
  ]),
  user('passwd above the root', 'a', { uid: 1, gid: 2, groups: [] }, [
    file('usr/share/passwd', 'a:x:1:2\n'),
    symlink('etc/passwd', '../../../usr/share/passwd'),
  ]),
  ...['people', 'passwd.orig', 'x-passwd'].map((name) =>
    user(`passwd behind a link, as ${name}`, 'a', { uid: 1, gid: 2, groups: [9] }, [
      file(`usr/share/${name}`, '# people\n\nroot:x:0:0\na:x:1:2\n'),
      symlink('etc/passwd', `../usr/share/${name}`),
      file('usr/share/groups', 'g:x:9:a\n'),
      symlink('etc/group', '/usr/share/groups'),
    ]),
  ),
  unknown('a passwd behind a link that does not have the name', 'b', [
    file('usr/share/people', 'a:x:1:2\n'),
    symlink('etc/passwd', '/usr/share/people'),
  ]),
  unknown('a passwd that is masked', 'a', [symlink('etc/passwd', '/dev/null')]),
  user('a number and a passwd that is masked', '5', { uid: 5, gid: 0, groups: [] }, [
    symlink('etc/passwd', '/dev/null'),
  ]),
  user(
    'a passwd where runtimes mount something, which engines read before',
    'a',
    { uid: 1, gid: 2, groups: [] },
    [file('dev/people', 'a:x:1:2\n'), symlink('etc/passwd', '/dev/people')],
  ),
  user('two numbers whose passwd was not kept', '5:6', { uid: 5, gid: 6, groups: [] }, [
    file('usr/share/people', 'whatever\n'),
    symlink('etc/passwd', '../usr/share/people'),
  ]),

  doubtful('two colons', 'app:staff:more', { uid: 1000, gid: 50, groups: [] }, [PASSWD, GROUP]),
  doubtful(
    'a number out of range that passwd has',
    '3000000000:5',
    { uid: 3000000000, gid: 5, groups: [] },
    filesOf('a:x:3000000000:5\n', null),
  ),
  doubtful('two colons and no group', 'app::', APP, [PASSWD, GROUP]),
  doubtful(
    'passwd that is a directory',
    '5:6',
    { uid: 5, gid: 6, groups: [] },
    [directory('etc/passwd')],
    'refuses',
  ),
  doubtful('passwd that is a directory, without USER', '', ROOT, [directory('etc/passwd')], 'refuses'),
  doubtful(
    'group that is a directory',
    'app',
    { ...APP, groups: [] },
    [PASSWD, directory('etc/group')],
    'refuses',
  ),
  doubtful(
    '-2 in passwd',
    'a',
    { uid: 4294967294, gid: 4294967294, groups: [] },
    filesOf('a:x:-2:-2\n', null),
    'refuses',
  ),
  doubtful(
    'a large group in passwd',
    'a',
    { uid: 1, gid: 3000000000, groups: [] },
    filesOf('a:x:1:3000000000\n', null),
    'refuses',
  ),
];
