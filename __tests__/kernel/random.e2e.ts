/** Random scripts, file systems and ELF headers before this machine's kernel and before guard(). */
import { posix } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { askGuard, inconsistencies, scopeDisagreements } from './guard-answer.ts';
import { judgedSuite } from './judged-suite.ts';
import { kernelCase, type KernelCase, program, type RunAs } from './kernel-case.ts';
import { PROGRAMS } from './programs.ts';

const { amd64, arm64 } = PROGRAMS;
const { ask, counted } = judgedSuite();
const TIMEOUT = 600_000;

/** docker cleans WORKDIR as text, and containerd gives it to runc as it is. */
function asDocker({ config = {}, ...question }: KernelCase): KernelCase {
  return { ...question, config: { ...config, workingDir: posix.resolve('/', config.workingDir ?? '') } };
}

/**
 * guard() fails exactly what the kernel refuses; warnings are about other hosts. Two of them are about runtimes that
 * take WORKDIR as the judge does: docker cleans it, and makes what a link leads to before.
 */
async function agrees(question: KernelCase): Promise<void> {
  counted.asked++;
  const [first, answers] = await Promise.all([ask(question), askGuard(question)]);
  const { verdict, exitStatus, findings, messages } = answers.start;
  const isDoubted = first.how.startsWith('workdir ') && findings.includes('warning program-not-found');
  const kernel = isDoubted ? await ask(asDocker(question)) : first;
  if (isDoubted && kernel.how === 'workdir EEXIST') return void counted.agreed++;
  const expected = kernel.starts ? { verdict: 'pass', exitStatus: 0 } : { verdict: 'fail', exitStatus: 1 };
  const context = { how: kernel.how, findings, messages };
  const scopes = [...inconsistencies(answers.image), ...scopeDisagreements(answers)];
  expect({ verdict, exitStatus, scopes, ...context }).toEqual({
    ...expected,
    scopes: [],
    ...context,
  });
  counted.agreed++;
}

const pieces = [
  '#!',
  '#!',
  ' ',
  '\t',
  '/bin/stub',
  '/bin/gone',
  '/bin',
  '/next',
  '\n',
  '\r',
  '\0',
  'a',
  '-x',
  'n'.repeat(120),
  ' '.repeat(90),
];
const script = fc.array(fc.constantFrom(...pieces), { maxLength: 7 }).map((parts) => `#!${parts.join('')}`);

const name = fc.constantFrom('a', 'b', 'c');
const entry = fc.constantFrom(
  '/a',
  '/b',
  '/c/a',
  'a',
  'b',
  '',
  '.',
  '..',
  '/a/',
  '//b',
  '/a/../b',
  'a/..',
  '../c',
  './c/',
  '/.',
  '~',
  '/d',
);
const pathOf = fc.array(entry, { maxLength: 4 }).map((entries) => `PATH=${entries.join(':')}`);
const environment = fc.oneof(
  fc.array(pathOf, { minLength: 1, maxLength: 2 }),
  fc.constantFrom([], ['PATH'], ['PATH=/a', 'PATH'], ['PATH', 'PATH=/b'], ['path=/a'], ['PATH =/a']),
);
const workingDir = fc.constantFrom('', '/', '/a', '/a/b', '/c/', '/c/../a', '/d/../b', '/d/e', '/b/.', '//a');
const word = fc.oneof(
  fc.constantFrom('a', 'b', 'c'),
  fc.constantFrom(
    '',
    '.',
    '..',
    './',
    '/',
    './a',
    'a/',
    'a/.',
    'a/../b',
    '../a',
    '/a/..',
    '.a',
    'a b',
    '/c//a',
    './/b',
  ),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const target = fc.tuple(fc.constantFrom('/', '', '../', './'), path).map(([start, rest]) => start + rest);
const mode = fc.constantFrom(0o755, 0o711, 0o700, 0o644, 0o070, 0o007, 0o001);
const owner = fc.record({ uid: fc.constantFrom(0, 7), gid: fc.constantFrom(0, 8) });
const item = fc
  .tuple(path, mode, owner, fc.constantFrom('file', 'foreign', 'link', 'directory'), target)
  .map(([at, bits, who, kind, to]): TarItem => {
    if (kind === 'link') return symlink(at, to);
    if (kind === 'directory') return directory(at, { mode: bits, ...who });
    return file(at, kind === 'file' ? amd64 : arm64, { mode: bits, ...who });
  });

/** No image is empty. */
const HOST = [
  file('etc/hostname', 'tree'),
  file('etc/passwd', 'seven:x:7:0::/:\nnine:x:9:9::/:\n'),
  file('etc/group', 'eight:x:8:nine,seven\n'),
];
const USERS: readonly (readonly [user: string, as: RunAs])[] = [
  ['', { uid: 0, gid: 0, groups: [] }],
  ['7:0', { uid: 7, gid: 0, groups: [] }],
  ['seven', { uid: 7, gid: 0, groups: [8] }],
  ['9:8', { uid: 9, gid: 8, groups: [] }],
  ['nine:eight', { uid: 9, gid: 8, groups: [] }],
  ['9', { uid: 9, gid: 9, groups: [8] }],
  ['5', { uid: 5, gid: 0, groups: [] }],
];

/** Only trees: nothing lies below a file or a link, and nothing twice. */
function asTree(items: readonly TarItem[]): TarItem[] {
  const kept = new Map<string, TarItem>();
  for (const each of items) {
    const at = each.name.toString().replace(/\/$/, '');
    const above = at
      .split('/')
      .slice(0, -1)
      .map((_, index, parts) => parts.slice(0, index + 1).join('/'));
    const isBlocked = above.some((parent) => kept.has(parent) && kept.get(parent)?.flag !== '5');
    const isParent = [...kept.keys()].some((other) => other.startsWith(`${at}/`));
    if (!isBlocked && !isParent && !kept.has(at)) kept.set(at, each);
  }
  return [...kept.values()];
}

/** Header fields whose every value is decided by the header alone: place and width. */
const FIELDS = [
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 1],
  [8, 1],
  [16, 2],
  [18, 2],
  [20, 4],
  [24, 8],
  [40, 8],
  [48, 4],
  [52, 2],
  [54, 2],
  [58, 2],
  [60, 2],
  [62, 2],
] as const;
const value = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 3n, 62n, 183n, 56n, 64n, 0xffffn, 0x400000n, 0x7fffffffffffn),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
);
const mutation = fc.tuple(fc.constantFrom(...FIELDS), value);

function mutated(changes: readonly (readonly [readonly [number, number], bigint])[]): Buffer {
  const copy = Buffer.from(amd64);
  for (const [[at, width], to] of changes) {
    if (width === 8) copy.writeBigUInt64LE(to, at);
    else copy.writeUIntLE(Number(to & ((1n << BigInt(8 * width)) - 1n)), at, width);
  }
  return copy;
}

describe('random cases', () => {
  test(
    'scripts',
    async () => {
      const property = fc.asyncProperty(script, script, async (one, next) => {
        const items = [program('bin/stub', amd64), program('next', next), program('app', one)];
        await agrees(kernelCase('a script', items, '/app', 'starts'));
      });
      await fc.assert(property, { numRuns: 800 });
    },
    TIMEOUT,
  );

  test(
    'file systems',
    async () => {
      const property = fc.asyncProperty(
        fc.array(item, { maxLength: 8 }),
        fc.oneof(target, word),
        fc.constantFrom(...USERS),
        fc.record({ env: environment, workingDir }),
        async (items, to, [user, as], config) => {
          const question = kernelCase('a tree', [...HOST, ...asTree(items)], [to, 'x'], 'starts', {
            config: { user, ...config },
            as,
          });
          await agrees(question);
        },
      );
      await fc.assert(property, { numRuns: 700 });
    },
    TIMEOUT,
  );

  test(
    'ELF headers',
    async () => {
      const property = fc.asyncProperty(
        fc.array(mutation, { minLength: 1, maxLength: 2 }),
        async (changes) => {
          await agrees(kernelCase('a header', [program('app', mutated(changes))], '/app', 'starts'));
        },
      );
      await fc.assert(property, { numRuns: 600 });
    },
    TIMEOUT,
  );
});
