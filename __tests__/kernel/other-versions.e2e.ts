/** What coreutils, bash and glibc of other Debians than this machine's say and take, and getopt(3) of musl, as they really are. */
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { unpackDebian } from '../support/debian-packages.ts';
import { symlink, type TarItem } from '../support/layer-builder.ts';
import { Judge } from './judge.ts';
import { kernelCase, program } from './kernel-case.ts';
import { glibcApp, library, MUSL } from './loading.ts';
import { compile, PROGRAMS } from './programs.ts';
import { askRules } from './rules-answer.ts';

type Suite = 'bullseye' | 'bookworm' | 'trixie';

const SUITES: readonly Suite[] = ['bullseye', 'bookworm', 'trixie'];
const LIBRARIES = 'lib/x86_64-linux-gnu';
const LOADER = 'ld-linux-x86-64.so.2';

let judge: Judge;
let home: string;
const roots = new Map<Suite, readonly TarItem[]>();

beforeAll(() => {
  judge = new Judge();
  home = mkdtempSync(join(tmpdir(), 'other-versions-'));
  for (const suite of SUITES) {
    const folder = join(home, suite);
    unpackDebian(
      { architecture: 'amd64', suite, packages: ['coreutils', 'bash'], dependencies: 'with' },
      folder,
    );
    const at = (to: string, from = to): TarItem => program(to, readFileSync(join(folder, from)));
    roots.set(suite, [
      at(`lib64/${LOADER}`, `${LIBRARIES}/${LOADER}`),
      at(`${LIBRARIES}/libc.so.6`),
      ...['env', 'timeout', 'nice', 'nohup'].map((name) => at(`usr/bin/${name}`)),
      program('usr/bin/tool', PROGRAMS.amd64),
      at('bin/bash'),
      ...['libtinfo.so.6', 'libdl.so.2'].map((name) => at(`${LIBRARIES}/${name}`)),
    ]);
  }
}, 120_000);

afterAll(() => {
  judge.close();
  rmSync(home, { recursive: true, force: true });
});

/** `told`: with the end of a line at least; the numbers in it are those of one build. */
async function compare(
  items: readonly TarItem[],
  words: readonly string[],
  told: 'whole lines' | 'their ends' = 'whole lines',
): Promise<void> {
  const question = kernelCase('other versions', items, words, 'starts');
  const { starts, output } = await judge.ask(question);
  const { observations } = await askRules(question);
  const said = observations.map(({ observation }) => observation.runtimeError);
  expect({ starts: said.length === 0, output, said }).toEqual({ starts, output, said });
  if (starts || output === '') return;
  const [first = 'nothing'] = said;
  if (told === 'their ends') expect(`${output}\n`).toContain(`${first}\n`);
  else expect(output.split('\n')).toContain(first);
}

const ASKED: readonly (readonly string[])[] = [
  ['/usr/bin/env', 'nosuch'],
  ['env', 'nosuch'],
  ['/usr/bin/env', '-C', '/nosuch', 'tool'],
  ['/usr/bin/env', '-u', 'a=b', 'tool'],
  ['/usr/bin/env', '-S', 'tool "'],
  ['/usr/bin/nice', 'nosuch'],
  ['/usr/bin/nice', '-n', 'x', 'tool'],
  ['/usr/bin/timeout', '5', 'nosuch'],
  ['/usr/bin/timeout', 'x', 'tool'],
  ['/usr/bin/nohup', 'nosuch'],
];
/** Behind `#!/usr/bin/env`. */
const LINES = [
  ' nosuch',
  ' -S tool\r',
  ' -S tool \r',
  ' -S tool\vx',
  ' -S nosuch x\r',
  ' -i tool',
  ' --ignore-environment tool',
];

const SCRIPTS = LINES.map((line) => [`/script${line.replaceAll(/\W/g, '-')}`, line] as const);

test.each(SUITES.flatMap((suite) => ASKED.map((words) => [suite, words] as const)))(
  'coreutils of %s: %j',
  (suite, words) => compare(roots.get(suite) ?? [], words),
);

test.each(SUITES.flatMap((suite) => SCRIPTS.map(([name, line]) => [suite, line, name] as const)))(
  'env of %s: %j',
  (suite, line, name) => {
    const items = [...(roots.get(suite) ?? []), program(name.slice(1), `#!/usr/bin/env${line}\n`)];
    return compare(items, [name]);
  },
);

const LOADERLESS = compile('gcc', ['-Wl,--dynamic-linker=/lib/nope.so'], 'int main(void) { return 0; }');
const UNSTARTABLE: readonly TarItem[] = [
  program('no-interpreter', '#!/bin/nope\n'),
  program('relative', '#!./gone\n'),
  program('crlf', '#!/bin/bash\r\ntrue\n'),
  program('second', '#!/no-interpreter\n'),
  program('no-loader', LOADERLESS),
  program('interpreter-without-loader', '#!/no-loader\n'),
  symlink('loop', 'loop'),
  program('looping', '#!/loop\n'),
  program('denied', '#!/usr\n'),
];
const UNSTARTABLE_NAMES = [
  ...UNSTARTABLE.map(({ name }) => `/${String(name)}`),
  '/nope',
  'nope',
  './no-loader',
];

test.each(
  SUITES.flatMap((suite) =>
    UNSTARTABLE_NAMES.flatMap((name) =>
      [`exec ${name}`, `true\n${name}`].map((text) => [suite, text] as const),
    ),
  ),
)('bash of %s: %j', (suite, text) =>
  compare([...(roots.get(suite) ?? []), ...UNSTARTABLE], ['/bin/bash', '-c', text]),
);

/** A program that wants nothing of the libc but its name. */
test.each(SUITES.flatMap((loader) => SUITES.map((libc) => [loader, libc] as const)))(
  'the loader of %s and the libc of %s',
  async (loader, libc) => {
    const [loaderFile] = roots.get(loader) ?? [];
    const [, libcFile] = roots.get(libc) ?? [];
    await compare(
      [loaderFile, libcFile, glibcApp()].filter((item) => item !== undefined),
      ['/app'],
    );
  },
);

/** What of bullseye is in files of their own that later libcs have inside. */
test.each(
  SUITES.flatMap((suite) =>
    ['libpthread.so.0', 'libdl.so.2', 'librt.so.1'].map((name) => [suite, name] as const),
  ),
)('the libc of %s and an older %s', async (suite, name) => {
  const [loader, libc] = roots.get(suite) ?? [];
  const older = program(`${LIBRARIES}/${name}`, readFileSync(join(home, 'bullseye', LIBRARIES, name)));
  const items = [loader, libc, older, glibcApp({ needed: [name, 'libc.so.6'] })];
  await compare(
    items.filter((item) => item !== undefined),
    ['/app'],
  );
});

const WANTS = { versionsNeeded: [{ file: 'liba.so', versions: [{ name: 'V_1', weak: false }] }] };

test.each(SUITES)('the loader of %s and versions that a library has none of', async (suite) => {
  const [loader, libc] = roots.get(suite) ?? [];
  const wanting = glibcApp({ needed: ['liba.so', 'libc.so.6'], undefined: ['sea@V_1'], ...WANTS });
  const items = [loader, libc, wanting, library('/lib/liba.so', { defined: ['sea'] })];
  await compare(
    items.filter((item) => item !== undefined),
    ['/app'],
  );
});

test.each(SUITES)('the loader of %s and versions of a library that nobody needs', async (suite) => {
  const [loader, libc] = roots.get(suite) ?? [];
  await compare(
    [loader, libc, glibcApp(WANTS)].filter((item) => item !== undefined),
    ['/app'],
  );
});

/** Of the loader itself, where nobody needs a libc, which would need the loader. */
test.each(
  SUITES.flatMap((suite) =>
    ['_r_debug', '_r_debug@GLIBC_2.2.5', '_r_debug@GLIBC_9.9', '_nowhere'].map(
      (name) => [suite, name] as const,
    ),
  ),
)('the loader of %s and a program that wants nothing but %s', async (suite, name) => {
  const [loader] = roots.get(suite) ?? [];
  const [, version] = name.split('@');
  const versions = version === undefined ? [] : [{ name: version, weak: false }];
  const app = glibcApp({
    needed: [],
    undefined: [name],
    ...(version !== undefined && { versionsNeeded: [{ file: LOADER, versions }] }),
  });
  await compare(
    [loader, app].filter((item) => item !== undefined),
    ['/app'],
  );
});

test.each(SUITES.flatMap((suite) => [0o755, 0o644].map((mode) => [suite, mode] as const)))(
  'the loader of %s told to start a static program with mode %o',
  async (suite, mode) => {
    const [loader] = roots.get(suite) ?? [];
    const app = program('app', PROGRAMS.amd64, { mode });
    await compare(
      [loader, app].filter((item) => item !== undefined),
      [`/lib64/${LOADER}`, '/app'],
    );
  },
);

const VDSO = 'linux-vdso.so.1';
/** What the program needs, and what its liba.so does. */
const ORDERS: readonly (readonly [program: readonly string[], liba: readonly string[]])[] = [
  [[VDSO], []],
  [[VDSO, 'libc.so.6'], []],
  [['libc.so.6', VDSO], []],
  [['liba.so', VDSO], []],
  [['liba.so', VDSO, 'libc.so.6'], []],
  [['liba.so', 'libc.so.6'], [VDSO]],
  [['liba.so'], [VDSO]],
  [['liba.so'], [VDSO, 'libc.so.6']],
  [['libc.so.6', LOADER, VDSO], []],
  [['libc.so.6', VDSO, LOADER], []],
  [['liba.so', LOADER, VDSO, 'libc.so.6'], []],
  [[VDSO, LOADER, 'libc.so.6'], []],
];

test.each(SUITES.flatMap((suite) => ORDERS.map(([needed, ofLiba]) => [suite, needed, ofLiba] as const)))(
  'the loader of %s and a program that needs %j, with a library that needs %j',
  async (suite, needed, ofLiba) => {
    const [loader, libc] = roots.get(suite) ?? [];
    const items = [loader, libc, glibcApp({ needed }), library('/lib/liba.so', { needed: ofLiba })];
    await compare(
      items.filter((item) => item !== undefined),
      ['/app'],
      'their ends',
    );
  },
);

/** Options as busybox has them, in a program that musl's getopt_long(3) reads them for. */
const MUSL_ENV = compile(
  'musl-gcc',
  [],
  `#include <getopt.h>
  #include <unistd.h>
  const char *banner = "BusyBox v0";
  int main(int count, char **words) {
    static struct option names[] = {{"ignore-environment", 0, 0, 'i'}, {"unset", 1, 0, 'u'}, {0}};
    for (int letter; (letter = getopt_long(count, words, "+i0u:", names, 0)) != -1;) if (letter == '?') return *banner;
    execvp(words[optind], words + optind);
    return 127;
  }`,
);

test.each(['-S tool', '-iS tool', '-i tool', '--ignore-environment tool', '--split-string tool'])(
  'env of busybox with musl: %j',
  async (words) => {
    const items = [
      ...MUSL,
      program('bin/busybox', MUSL_ENV),
      symlink('usr/bin/env', '/bin/busybox'),
      program('usr/bin/tool', PROGRAMS.amd64),
      program('script', `#!/usr/bin/env ${words}\n`),
    ];
    await compare(items, ['/script']);
  },
);
