/** Random scripts, file systems and ELF headers before this machine's kernel and before guard(). */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { directory, file, symlink, type TarItem } from '../support/layer-builder.ts';
import { askGuard, inconsistencies, scopeDisagreements } from './guard-answer.ts';
import { judgedSuite } from './judged-suite.ts';
import { kernelCase, type KernelCase, program } from './kernel-case.ts';
import { PROGRAMS } from './programs.ts';

const { amd64, arm64 } = PROGRAMS;
const { ask, counted } = judgedSuite();
const TIMEOUT = 600_000;

/** guard() fails exactly what the kernel refuses; warnings are about other hosts. */
async function agrees(question: KernelCase): Promise<void> {
  counted.asked++;
  const [kernel, answers] = await Promise.all([ask(question), askGuard(question)]);
  const { verdict, exitStatus, findings, messages } = answers.start;
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
const HOST = file('etc/hostname', 'tree');

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
        target,
        fc.constantFrom('', '7', '9:8', '9'),
        async (items, to, user) => {
          const [uid = 0, gid = 0] = user.split(':').map(Number);
          const as = { uid, gid, groups: [] };
          await agrees(
            kernelCase('a tree', [HOST, ...asTree(items)], to, 'starts', {
              config: { user, workingDir: '/', env: ['PATH=/a:/b:/c/a'] },
              as,
            }),
          );
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
