/** Random programs with random libraries: what a loader may meet, in small. */
import * as fc from 'fast-check';
import { DF_1_NOW } from '../../src/elf/constants.ts';
import type { VersionNeed } from '../../src/elf/elf-facts.ts';
import type { ElfSpec } from '../support/elf-spec.ts';
import { plainName } from '../support/elf-tables.ts';
import { file, opaque, symlink, type TarItem, whiteout } from '../support/layer-builder.ts';
import { amd64Line, buildLdCache } from '../support/ld-cache-builder.ts';
import type { KernelCase, RunAs } from './kernel-case.ts';
import { ROOT } from './kernel-case.ts';
import { elf, GLIBC_PATH, MUSL_PATH, REAL } from './loading.ts';
import { definedWith, SYMBOLS, VERSIONS, wantedOnce, withVersionsOf } from './random-symbols.ts';

const NAMES = ['liba.so', 'libb.so', 'libd.so'] as const;
/** What the loaders search by themselves, and what they do not. */
const PLACES = {
  glibc: ['lib', 'usr/lib/x86_64-linux-gnu', 'opt/x', 'opt/y', 'srv', 'opt/x/glibc-hwcaps/x86-64-v3'],
  musl: ['lib', 'usr/local/lib', 'opt/x', 'opt/y', 'srv'],
} as const;
const ENTRIES = [
  '/opt/x',
  '/opt/x//',
  '/opt/y',
  '/opt/link',
  '/opt/link/../y',
  '/nowhere',
  '$ORIGIN',
  '${ORIGIN}/../y',
  '$ORIGIN/opt/x',
  '$ORIGINAL/opt/x',
  '/opt/$LIB',
  'opt/x',
  '',
] as const;
const TRACED = 'LD_TRACE_LOADED_OBJECTS=1';
const USERS: readonly RunAs[] = [ROOT, { uid: 1000, gid: 1000, groups: [] }];

const name = fc.constantFrom(...NAMES);
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const searchPath = fc
  .array(fc.constantFrom(...ENTRIES), { minLength: 1, maxLength: 3 })
  .map((list) => list.join(':'));
const need = fc.oneof(
  { weight: 6, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom('/opt/x/liba.so', 'opt/y/libb.so', '$ORIGIN/opt/y/libb.so') },
);
const needs = fc.uniqueArray(need, { maxLength: 3 });
const versionNeeds = fc.array(
  fc.record({
    file: name,
    versions: fc.array(fc.record({ name: fc.constantFrom(...VERSIONS), weak: fc.boolean() }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
  { maxLength: 1 },
);

interface Wishes {
  readonly needed: readonly string[];
  readonly rpath: string | undefined;
  readonly runpath: string | undefined;
  readonly undefined: readonly string[];
  readonly undefinedAre: 'data' | 'called';
  readonly flags1: number | undefined;
  readonly versionsNeeded: readonly VersionNeed[];
}

/** What a file asks for. */
const wishes: fc.Arbitrary<Wishes> = fc.record({
  needed: needs,
  rpath: rarely(searchPath),
  runpath: rarely(searchPath),
  undefined: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray([...SYMBOLS]) },
    { weight: 3, arbitrary: wantedOnce },
  ),
  undefinedAre: fc.constantFrom('data' as const, 'called' as const),
  flags1: fc.constantFrom(undefined, undefined, undefined, 0x800, 1),
  versionsNeeded: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: versionNeeds }),
});

const definedNames: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([...SYMBOLS]) },
  { weight: 1, arbitrary: fc.subarray([...SYMBOLS]) },
  { weight: 3, arbitrary: definedWith },
);

const offers = fc.record({
  soname: rarely(name),
  defined: definedNames,
  versionsDefined: fc.constantFrom(undefined, undefined, ['V_1'], ['V_1', 'V_2']),
  hash: fc.constantFrom('sysv' as const, 'sysv' as const, 'gnu' as const),
});

type Kind =
  | 'library'
  | 'arm64'
  | 'i386'
  | 's390x'
  | 'text'
  | 'empty'
  | 'cut'
  | 'program'
  | 'link'
  | 'dangling'
  | 'loop'
  | 'directory';
const KINDS: readonly Kind[] = [
  'arm64',
  'i386',
  's390x',
  'text',
  'empty',
  'cut',
  'program',
  'link',
  'dangling',
  'loop',
  'directory',
];
const kind = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Kind>('library') },
  { weight: 2, arbitrary: fc.constantFrom(...KINDS) },
);

/** Without the fields that say nothing; what is called is bound at once, for want of a real procedure table. */
function specOf(wished: Wishes, more: ElfSpec = {}): ElfSpec {
  const { versionsNeeded, undefinedAre, flags1, ...rest } = wished;
  const flags = undefinedAre === 'called' ? (flags1 ?? 0) | DF_1_NOW : flags1;
  const versions = versionsNeeded.length === 0 ? undefined : versionsNeeded;
  const needed = versionsNeeded.flatMap((each) => each.versions.map((version) => version.name));
  const all = {
    ...rest,
    ...more,
    undefined: withVersionsOf(rest.undefined, needed),
    undefinedAre,
    flags1: flags,
    versionsNeeded: versions,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** No linker writes a name down twice, as wanted and as defined. */
function wantedBy(wished: Wishes, { defined }: Offers): Wishes {
  const own = new Set(defined.map(plainName));
  return { ...wished, undefined: wished.undefined.filter((symbol) => !own.has(plainName(symbol))) };
}

type Offers = typeof offers extends fc.Arbitrary<infer T> ? T : never;

function offered({ soname, versionsDefined, defined, ...rest }: Offers): ElfSpec {
  return {
    ...rest,
    defined: [...new Set(withVersionsOf(defined, versionsDefined ?? []))],
    ...(soname === undefined ? {} : { soname }),
    ...(versionsDefined === undefined ? {} : { versionsDefined }),
  };
}

function itemOf(path: string, spec: ElfSpec, what: Kind, mode: number, target: string): TarItem {
  const at = `/${path}`;
  switch (what) {
    case 'library':
      return elf(at, spec, { mode });
    case 'arm64':
      // musl maps it; whether the program would ever call what it defines is not in these programs, which only end, and
      // what musl says of each relocation depends on the symbol.
      return elf(at, { ...spec, machine: what, undefined: [], defined: [] }, { mode });
    case 'i386':
    case 's390x':
      return elf(at, { ...spec, machine: what }, { mode });
    case 'text':
      return file(path, 'INPUT(liba.so)\n'.repeat(9), { mode });
    case 'empty':
      return file(path, '', { mode });
    case 'cut': {
      const whole = elf(at, spec, { mode });
      return { ...whole, data: Buffer.from(whole.data ?? '').subarray(0, 200) };
    }
    case 'program':
      return elf(at, {}, { mode });
    case 'directory':
      return file(`${path}/inside`, '');
    default:
      return symlink(path, what === 'link' ? target : what === 'loop' ? at : '/gone.so');
  }
}

function libraries(places: readonly string[]): fc.Arbitrary<readonly TarItem[]> {
  const library = fc
    .tuple(
      fc.constantFrom(...places),
      name,
      fc.tuple(wishes, offers),
      kind,
      fc.constantFrom(0o644, 0o644, 0o644, 0o600),
      fc.tuple(fc.constantFrom(...places), name),
    )
    .map(([place, as, parts, what, mode, to]) =>
      itemOf(`${place}/${as}`, specOf(wantedBy(...parts), offered(parts[1])), what, mode, `/${to.join('/')}`),
    );
  return fc.uniqueArray(library, {
    maxLength: 7,
    selector: (item) => item.name.toString().replace('/inside', ''),
  });
}

/** Files of an upper layer that take away from the lower one. */
const removals = fc.constantFrom<readonly TarItem[]>(
  [],
  [],
  [],
  [whiteout('opt/x/liba.so')],
  [opaque('opt/x')],
  [whiteout('opt/link')],
);

const environment = fc.record({
  LD_LIBRARY_PATH: rarely(searchPath),
  LD_PRELOAD: rarely(
    fc.constantFrom('liba.so', '/opt/y/libb.so', 'liba.so:libd.so', '/gone.so', 'libb.so /opt/x/liba.so'),
  ),
  LD_BIND_NOW: fc.constantFrom(undefined, undefined, '1'),
});

const cache = rarely(
  fc.array(fc.tuple(name, fc.constantFrom(...PLACES.glibc)), { minLength: 1, maxLength: 4 }).map((lines) => {
    const text = buildLdCache(lines.map(([as, place]) => amd64Line(as, `/${place}/${as}`)));
    return file('etc/ld.so.cache', Buffer.from(text, 'latin1'));
  }),
);
const preloadList = rarely(fc.constantFrom('/opt/y/liba.so\n', 'libb.so', '/gone.so:liba.so'));
const pathFile = rarely(fc.constantFrom('/opt/x\n/lib', '/opt/y:/opt/x\n', '', '/opt/link\n\n', 'opt/x'));

export interface Question {
  readonly question: KernelCase;
  /** The same, where the loader only lists what it maps (LD_TRACE_LOADED_OBJECTS); null: musl's never does. */
  readonly listing: KernelCase | null;
}

function questions(libc: 'glibc' | 'musl'): fc.Arbitrary<Question> {
  const loader = libc === 'glibc' ? GLIBC_PATH : MUSL_PATH;
  const own = elf(loader, {}, {});
  const files =
    libc === 'glibc'
      ? fc.tuple(
          cache,
          preloadList.map((text) => (text === undefined ? text : file('etc/ld.so.preload', text))),
        )
      : pathFile.map((text) => [text === undefined ? text : file('etc/ld-musl-x86_64.path', text)]);
  return fc
    .tuple(
      libraries(PLACES[libc]),
      wishes,
      environment,
      fc.constantFrom(...USERS),
      files,
      removals,
      fc.constantFrom('/', '/srv', '/opt/x'),
    )
    .map(([items, program, variables, as, more, removed, workingDir]) => {
      const app = elf('/app', specOf(program, { interpreter: loader }));
      const lower = [
        { ...own, data: libc === 'glibc' ? REAL.glibcLoader : REAL.musl },
        app,
        symlink('opt/link', 'x'),
        ...items,
        ...more.filter((item) => item !== undefined),
      ];
      const env = Object.entries(variables).flatMap(([key, value]) =>
        value === undefined ? [] : [`${key}=${value}`],
      );
      const config = {
        entrypoint: ['/app'],
        workingDir,
        env,
        user: as.uid === 0 ? '' : `${as.uid}:${as.gid}`,
      };
      const question: KernelCase = {
        name: `a program of ${libc}`,
        layers: removed.length === 0 ? [lower] : [lower, removed],
        // A v3 processor or better is what this machine has, and what decides about glibc-hwcaps.
        platform: { os: 'linux', architecture: 'amd64', variant: 'v3' },
        config,
        as,
        expect: 'starts',
      };
      return {
        question,
        listing: libc === 'musl' ? null : { ...question, config: { ...config, env: [...env, TRACED] } },
      };
    });
}

export const glibcQuestions: fc.Arbitrary<Question> = questions('glibc');
export const muslQuestions: fc.Arbitrary<Question> = questions('musl');
