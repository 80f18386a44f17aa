import { expect, test } from '@jest/globals';
import { interpreterNotFound } from '../../src/rules/interpreter-not-found.ts';
import { libraryNotFound } from '../../src/rules/library-not-found.ts';
import { loaderNotFound } from '../../src/rules/loader-not-found.ts';
import type { StartRule } from '../../src/rules/rule.ts';
import { symbolNotFound } from '../../src/rules/symbol-not-found.ts';
import { symbolVersionNotFound } from '../../src/rules/symbol-version-not-found.ts';
import { traceStart } from '../../src/start/trace-start.ts';
import { entry } from '../support/image-facts.ts';
import { file, type TarItem } from '../support/layer-builder.ts';
import { listed, rootFsOf } from '../support/listed.ts';
import { app, glibcLoader, library } from '../support/loading.ts';

const BASE = [glibcLoader(), library('/lib/x86_64-linux-gnu/libc.so.6', { versionsDefined: ['GLIBC_2.31'] })];
const newer = [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.38', weak: false }] }];
const script = file('app', '#!/bin/bash\n', { mode: 0o755 });

test.each<[StartRule, readonly TarItem[], TarItem]>([
  [libraryNotFound, BASE, app({ needed: ['liba.so.1', 'libc.so.6'] })],
  [symbolVersionNotFound, BASE, app({ versionsNeeded: newer })],
  [symbolNotFound, BASE, app({ undefined: ['nowhere'], flags: 8 })],
  [loaderNotFound, [file('etc/os-release', '')], app()],
  [interpreterNotFound, [file('etc/os-release', '')], script],
])(
  '$id blames the file that asks for what is missing, and the layer that brought it',
  async (rule, base, program) => {
    const { image: plain } = entry({ index: 'linux/amd64' });
    if (plain === null) throw new Error('the entry has an image');
    const process = { ...plain.config.process, entrypoint: ['/app'] };
    const image = { ...plain, config: { ...plain.config, process } };
    const trace = traceStart(await rootFsOf(base, [program]), image);
    const { digest } = await listed([program]);
    const [seen] = [...rule.examine({ image, trace, survey: null, filesArchitecture: null })];
    expect(seen).toMatchObject({ path: '/app', layer: digest });
  },
);
