/** What bash reads before its script: the file in BASH_ENV, the options in SHELLOPTS. */
import type { TarItem } from '../../support/layer-builder.ts';
import { type KernelCase, kernelCase, program } from '../kernel-case.ts';
import { PROGRAMS, withLibraries } from '../programs.ts';

const LOST = 'program-not-found';
const PATH = 'PATH=/usr/bin:/bin';

/** [name, variables, the file in BASH_ENV, what follows, expected] */
const CASES: readonly (readonly [string, readonly string[], string, string, string])[] = [
  ['a PATH that it changes', ['BASH_ENV=/env'], 'PATH=/opt:$PATH\n', 'app', 'starts'],
  ['a PATH that it changes in vain', ['BASH_ENV=/env'], 'PATH=/opt:$PATH\n', 'missing', LOST],
  ['a function that it defines', ['BASH_ENV=/env'], 'missing() { app; }\nPATH=/opt\n', 'missing', 'starts'],
  ['its path with a variable', ['BASH_ENV=$DIR/env', 'DIR=/'], 'PATH=/opt:$PATH\n', 'app', 'starts'],
  ['a file that exits', ['BASH_ENV=/env'], 'exit 0\n', 'missing', 'starts'],
  ['a file that exits badly', ['BASH_ENV=/env'], 'exit 3\n', ':', 'not known: ends by itself'],
  ['a file that starts what is not there', ['BASH_ENV=/env'], 'exec missing\n', ':', LOST],
  ['a file that goes elsewhere', ['BASH_ENV=/env'], 'cd /opt\n', './app', 'starts'],
  ['set -e in it', ['BASH_ENV=/env'], 'set -e\n', 'missing; :', LOST],
  ['a file that is not there', ['BASH_ENV=/none'], '', ':', 'starts'],
  ['a file that is not there, and a program', ['BASH_ENV=/none'], '', 'missing', LOST],
  ['no name', ['BASH_ENV='], '', 'missing', LOST],
  ['POSIXLY_CORRECT', ['BASH_ENV=/env', 'POSIXLY_CORRECT=1'], 'exit 0\n', 'missing', LOST],
  ['SHELLOPTS with errexit', ['SHELLOPTS=braceexpand:errexit'], '', 'missing; :', LOST],
  ['SHELLOPTS with pipefail', ['SHELLOPTS=errexit:pipefail'], '', 'missing | :; :', LOST],
  ['SHELLOPTS without', ['SHELLOPTS=braceexpand'], '', 'missing; :', 'starts'],
];

const ITEMS: readonly TarItem[] = [...withLibraries('/bin/bash'), program('opt/app', PROGRAMS.amd64)];

/** How bash is called, where that decides; the text has to start what it cannot find, or not. */
const CALLS: readonly (readonly [string, readonly string[], string])[] = [
  ['-c', ['/bin/bash', '-c', 'missing'], 'starts'],
  ['-p, which trusts no file', ['/bin/bash', '-p', '-c', 'missing'], LOST],
  ['--posix, which reads none', ['/bin/bash', '--posix', '-c', 'missing'], LOST],
  ['the name sh, which reads none', ['/sh', '-c', 'missing'], LOST],
];

export const bashEnvironmentCases: readonly KernelCase[] = [
  ...CASES.flatMap(([name, env, text, script, expect]) => {
    const items = [...ITEMS, program('env', text)];
    const more = { config: { env: [...env, PATH] } };
    return [
      kernelCase(`${name}, behind -c`, items, ['/bin/bash', '-c', script], expect, more),
      kernelCase(
        `${name}, of a script`,
        [...items, program('script', `#!/bin/bash\n${script}\n`)],
        '/script',
        expect,
        more,
      ),
    ];
  }),
  ...CALLS.map(([name, words, expect]) =>
    kernelCase(
      `BASH_ENV and ${name}`,
      [
        ...ITEMS,
        program('sh', ITEMS.find(({ name: path }) => path.toString() === 'bin/bash')?.data ?? ''),
        program('env', 'exit 0\n'),
      ],
      words,
      expect,
      { config: { env: ['BASH_ENV=/env', PATH] } },
    ),
  ),
];
