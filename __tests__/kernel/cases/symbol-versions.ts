/** Symbols in the version that was linked with, and in others, before the loaders of glibc and musl. */
import type { ElfSpec } from '../../support/elf-spec.ts';
import type { TarItem } from '../../support/layer-builder.ts';
import type { KernelCase } from '../kernel-case.ts';
import { fails, GLIBC, library, MUSL, muslApp, starts, withEnv } from '../loading.ts';
import { app, begins, DEFAULT, liba } from './glibc-case.ts';

type Items = readonly TarItem[];
type More = Partial<KernelCase>;

const needs = (file: string, ...names: readonly string[]) => ({
  file,
  versions: names.map((name) => ({ name, weak: false })),
});
/** `/app` wants `sea` in version V_2 of liba.so.1. */
const WANTS: ElfSpec = { undefined: ['sea@V_2'], versionsNeeded: [needs('liba.so.1', 'V_2')] };
const wanting = app(WANTS);
const plainly = app({ undefined: ['sea'] });
const having = (...defined: readonly string[]) =>
  liba(DEFAULT, { defined, versionsDefined: ['V_1', 'V_2', 'V_3'] });
const unbound = (name: string, items: Items, more: More = {}) =>
  fails('symbol-not-found', name, [...GLIBC, ...items], { kernel: 'exit 127', ...more });
const asserted = (name: string, items: Items, more: More = {}) =>
  fails('symbol-version-not-found', name, [...GLIBC, ...items], {
    kernel: 'exit 127',
    prints: 'check_match: Assertion',
    ...more,
  });

export const symbolVersionCases: readonly KernelCase[] = [
  begins('the version that is wanted', [wanting, having('sea@@V_2')]),
  begins('the version that is wanted, which is no default', [wanting, having('sea@V_2', 'sea@@V_3')]),
  unbound(
    'a library that has the version, but not of this symbol',
    [wanting, having('sea@@V_1', 'sky@@V_2')],
    {
      prints: 'undefined symbol: sea, version V_2',
    },
  ),
  unbound('a library that has the symbol in a later version only', [wanting, having('sea@@V_3')]),
  unbound('a library that has the symbol in an older version only', [wanting, having('sea@V_1')]),
  begins('a symbol without a version answers to all', [wanting, having('sea')]),
  begins('the version in another library of the same program', [
    app({ ...WANTS, needed: ['liba.so.1', 'libb.so.1', 'libc.so.6'] }),
    having('sky@@V_2'),
    library('/lib/libb.so.1', { defined: ['sea@@V_2'], versionsDefined: ['V_2'] }),
  ]),
  begins(
    'a preload without versions has the symbol',
    [wanting, having('sky@@V_2'), library('/opt/pre.so', { defined: ['sea'] })],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
  unbound(
    'a preload has the symbol in another version',
    [
      wanting,
      having('sky@@V_2'),
      library('/opt/pre.so', { defined: ['sea@@V_1'], versionsDefined: ['V_1'] }),
    ],
    withEnv('LD_PRELOAD=/opt/pre.so'),
  ),
  asserted('a library that lost all versions', [wanting, liba(DEFAULT, { defined: ['sea'] })]),
  begins('a library that lost all versions and the symbol, which another one has', [
    app({ ...WANTS, needed: ['liba.so.1', 'libb.so.1', 'libc.so.6'] }),
    liba(DEFAULT, { defined: ['sky'] }),
    library('/lib/libb.so.1', { defined: ['sea@@V_2'], versionsDefined: ['V_2'] }),
  ]),
  begins('a library that lost its versions and needs those of the libc', [
    wanting,
    liba(DEFAULT, {
      defined: ['sea'],
      needed: ['libc.so.6'],
      versionsNeeded: [needs('libc.so.6', 'GLIBC_2.2.5')],
    }),
  ]),
  asserted('a library that lost all versions, called at once', [
    app({ ...WANTS, undefinedAre: 'called', flags: 8 }),
    liba(DEFAULT, { defined: ['sea'] }),
  ]),
  unbound('another version, called at once', [
    app({ ...WANTS, undefinedAre: 'called', flags: 8 }),
    having('sea@@V_1'),
  ]),
  begins('a symbol without a version takes the default', [plainly, having('sea@V_1', 'sea@@V_3')]),
  begins('a symbol without a version takes the oldest', [plainly, having('sea@V_1')]),
  unbound('a symbol without a version takes no other', [plainly, having('sea@V_2')], {
    prints: 'undefined symbol: sea\n',
  }),
  ...(
    [
      ['sea@@V_2', 'starts'],
      ['sea@@V_1', 'starts'],
      ['sea', 'starts'],
      ['sea@V_2', 'fails'],
      ['sea@V_1', 'fails'],
    ] as const
  ).map(([defined, end]) => {
    const wants = { undefined: ['sea@V_2'], versionsNeeded: [needs('liba.so', 'V_2')] };
    const items = [
      ...MUSL,
      muslApp({ needed: ['liba.so', 'libc.so'], ...wants }),
      library('/lib/liba.so', { defined: [defined], versionsDefined: ['V_1', 'V_2'] }),
    ];
    const name = `musl takes the default of a name, whatever its version: ${defined}`;
    return end === 'starts' ? starts(name, items) : fails('symbol-not-found', name, items);
  }),
];
