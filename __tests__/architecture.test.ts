import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { RULES } from '../src/rules/index.ts';

const SRC = resolve('src');

/** What each folder may import; `node`/`npm` list what may come from outside. The picture is in src/README.md. */
const FLOORS: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly outside: readonly RegExp[] }>
> = {
  base: { folders: [], outside: [] },
  oci: { folders: ['base'], outside: [] },
  elf: { folders: ['base'], outside: [] },
  rootfs: { folders: ['base', 'oci', 'elf'], outside: [] },
  dockerfile: { folders: ['base'], outside: [] },
  start: { folders: ['base', 'oci', 'elf', 'rootfs'], outside: [/^unbash$/] },
  survey: { folders: ['base', 'oci', 'elf', 'rootfs', 'start'], outside: [/^picomatch$/] },
  origin: { folders: ['base', 'oci', 'elf', 'rootfs', 'dockerfile'], outside: [] },
  rules: { folders: ['base', 'oci', 'elf', 'rootfs', 'start', 'survey', 'origin'], outside: [] },
  verdict: { folders: ['base', 'oci', 'origin', 'rules'], outside: [/^picomatch$/] },
  inspect: {
    folders: ['base', 'oci', 'elf', 'rootfs', 'dockerfile', 'start', 'survey', 'origin', 'rules', 'verdict'],
    outside: [],
  },
  reports: { folders: ['base', 'oci', 'rules', 'verdict'], outside: [/^node:util$/, /^sarif$/] },
  sources: { folders: ['base', 'oci'], outside: [/^node:/] },
  producers: { folders: ['base', 'oci'], outside: [] },
  layers: { folders: ['base', 'oci', 'elf', 'rootfs'], outside: [/^node:/] },
  'guard.ts': {
    folders: [
      'base',
      'oci',
      'elf',
      'rootfs',
      'dockerfile',
      'start',
      'survey',
      'origin',
      'rules',
      'verdict',
      'inspect',
      'sources',
      'producers',
      'layers',
    ],
    outside: [],
  },
  settings: {
    folders: ['base', 'oci', 'survey', 'rules', 'verdict', 'guard.ts'],
    outside: [/^yaml$/],
  },
  machine: {
    folders: ['base', 'origin', 'sources', 'guard.ts', 'settings'],
    outside: [/^node:/, /^@actions\/exec$/],
  },
  action: {
    folders: ['base', 'oci', 'rules', 'verdict', 'reports', 'guard.ts', 'settings', 'machine'],
    outside: [/^node:/, /^@actions\//],
  },
  cli: {
    folders: ['base', 'oci', 'rules', 'verdict', 'reports', 'guard.ts', 'settings', 'machine'],
    outside: [/^node:/],
  },
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => join(SRC, file));

function floorOf(file: string): string {
  return relative(SRC, file).split('/')[0] ?? '';
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:(?<!')from|import\(|^import)\s*'([^']+)'/gm)].map((match) => match[1] ?? '');
}

describe('the floors of the house', () => {
  test.each(files.map((file) => [relative(SRC, file), file]))(
    '%s imports only from the floors below it',
    (_, file) => {
      const floor = floorOf(file);
      const allowed = FLOORS[floor];
      expect(allowed).toBeDefined();
      const wrong = importsOf(file).filter((name) => {
        if (!name.startsWith('.')) return !allowed?.outside.some((pattern) => pattern.test(name));
        const target = floorOf(join(dirname(file), name));
        return target !== floor && !allowed?.folders.includes(target);
      });
      expect(wrong).toEqual([]);
    },
  );

  test('no file imports itself by way of others, types included', () => {
    const imported = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => join(dirname(file), name)),
      ]),
    );
    const clean = new Set<string>();
    const circleFrom = (file: string, way: readonly string[]): readonly string[] | null => {
      if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
      if (clean.has(file)) return null;
      for (const next of imported.get(file) ?? []) {
        const circle = circleFrom(next, [...way, file]);
        if (circle !== null) return circle;
      }
      clean.add(file);
      return null;
    };
    const circle = files.map((file) => circleFrom(file, [])).find((found) => found !== null) ?? [];
    expect(circle.map((file) => relative(SRC, file))).toEqual([]);
  });

  test('only action/host.ts speaks to @actions/core and @actions/github', () => {
    const speakers = files.filter((file) =>
      importsOf(file).some((name) => /^@actions\/(core|github)/.test(name)),
    );
    expect(speakers.map((file) => relative(SRC, file)).filter((file) => file !== 'action/host.ts')).toEqual(
      [],
    );
  });

  test.each(files.map((file) => [relative(SRC, file), file]))('%s has at most 300 lines', (_, file) => {
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThanOrEqual(301);
  });

  test('src/README.md names every folder', () => {
    const map = readFileSync(join(SRC, 'README.md'), 'utf8');
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !map.includes(`\`${name}/\``))).toEqual([]);
  });

  test('every rule has its test, its page and its line in the list', () => {
    const known = new Set(RULES.map(({ id }) => id));
    const written = readdirSync(join(SRC, 'rules')).flatMap((file) => {
      const id = /id: '([a-z0-9-]+)'/.exec(readFileSync(join(SRC, 'rules', file), 'utf8'))?.[1];
      return id === undefined ? [] : [[file, `${id}.ts`, id] as const];
    });
    expect(written.filter(([file, expected]) => file !== expected)).toEqual([]);
    expect(written.map(([, , id]) => id).sort()).toEqual([...known].sort());
    expect([...known].filter((id) => !existsSync(`__tests__/rules/${id}.test.ts`))).toEqual([]);
    expect([...known].filter((id) => !existsSync(`docs/rules/${id}.md`))).toEqual([]);
  });
});
