/** A real incident as a small image, and what the whole guard says of it with settings as they are by default. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { guard } from '../../src/guard.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import { buildImage, type LayerSpec, type Tree, writeLayout } from '../support/image-builder.ts';
import { program } from '../support/surveyed.ts';

export const AMD64 = program({ machine: 'amd64' });
export const ARM64 = program({ machine: 'arm64' });
export const ARMHF = program({ machine: 'armhf' });
export const I386 = program({ machine: 'i386' });
/** Large enough to be taken for the shell that it is called. */
export const SHELL = program({ machine: 'arm64', padding: 20_000 });
export const MAC = { data: Buffer.from('cffaedfe0c00000100000000', 'hex'), mode: 0o755 };
export const BASE: Tree = {
  app: ARM64,
  'bin/sh': ARM64,
  'bin/ls': ARM64,
  'lib/libc.so.6': ARM64,
  'usr/bin/env': ARM64,
};

export function link(linkName: string): Tree[string] {
  return { flag: '2', linkName };
}

/** Config of the image, and what else differs from the usual one. */
export interface Story {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly platform?: string;
  /** What lies below the tree. */
  readonly layers?: readonly LayerSpec[];
}

/** `severity rule path` of every finding of the whole guard, with settings as they are by default. */
export async function storyTold(folder: string, tree: Tree, story: Story = {}): Promise<string[]> {
  const { config = {}, platform = 'linux/arm64', layers = [BASE] } = story;
  const image = buildImage({
    platforms: [{ platform, config: { Entrypoint: ['/app'], ...config }, layers: [...layers, tree] }],
  });
  const layout = writeLayout(mkdtempSync(join(folder, 'story-')), { story: image });
  const report = await guard(guardRequest([`oci:${layout}:story`], [platform]), guardHost());
  expect(
    report.images.map(({ failure, platforms }) => [failure, platforms.map((one) => one.failure)]),
  ).toEqual([[null, [null]]]);
  return report.findings.map(({ severity, rule, path }) => `${severity} ${rule} ${path}`);
}
