import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { ProcessConfig } from '../../src/oci/image-config.ts';
import { type Origin, originsOf } from '../../src/origin/locate.ts';
import type { OriginSources } from '../../src/origin/place.ts';
import { parseProvenance } from '../../src/origin/provenance.ts';
import { type FixtureImage, FIXTURES, openFixture } from '../support/buildx-fixture.ts';
import { checkout } from '../support/checkout.ts';
import { originSources } from '../support/origin-sources.ts';

function ask(
  image: FixtureImage,
  rule: string,
  path: string | null,
  changes: Partial<OriginSources> = {},
): Origin {
  const located = path === null ? null : image.rootfs.lookup(path);
  const sources = originSources({
    layers: image.layers,
    config: image.config,
    provenance: image.provenance === null ? null : parseProvenance(image.provenance),
    repository: checkout({}, FIXTURES),
    ...changes,
  });
  const versions = path === null ? [] : image.rootfs.versions(path);
  const [layer, entry] = [located?.layer ?? null, located?.entry ?? null];
  return originsOf(sources)({ rule, path, layer, entry, versions });
}

const APP = '/usr/local/bin/app';
const COPY_LINE = 'COPY --from=build /out/app /usr/local/bin/app';
const HIDDEN = 'hidden-default.Dockerfile';
const PINNED = 'pinned-stage.Dockerfile';
const hiddenText = readFileSync(`${FIXTURES}/${HIDDEN}`, 'utf8');
const historyOf = (dockerfile: string): Partial<OriginSources> => ({ provenance: null, dockerfile });

describe('wrong-arch-hidden-default leads to its COPY, with the ARG as the cause', () => {
  test.each(['linux/arm64', 'linux/arm/v7'])('by provenance, in %s', async (platform) => {
    const image = await openFixture('wrong-arch-hidden-default', platform);
    const location = { file: HIDDEN, line: 7, endLine: 7, snippet: COPY_LINE, by: 'provenance' };
    const argument = {
      file: HIDDEN,
      line: 2,
      endLine: 2,
      snippet: 'ARG TARGETARCH=amd64',
      highlight: 'amd64',
    };
    const copied = { file: HIDDEN, line: 3, snippet: 'COPY bin/app-${TARGETARCH} /out/app', proven: true };
    expect(ask(image, 'wrong-architecture', APP)).toMatchObject({
      createdBy: 'COPY /out/app /usr/local/bin/app # buildkit',
      location,
      related: [
        { ...argument, proven: true, label: 'this default hides the value BuildKit sets for each platform' },
        { ...copied, label: 'the file comes from here' },
      ],
      fix: 'write `ARG TARGETARCH` without a value on line 2',
    });
  });

  test('by history, where the ARG may have been given on the command line: likely, not proven', async () => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const { location, related } = ask(image, 'wrong-architecture', APP, historyOf(HIDDEN));
    expect(location).toMatchObject({ file: HIDDEN, line: 7, by: 'history' });
    expect(related.map(({ line, proven }) => [line, proven])).toEqual([
      [2, false],
      [3, false],
    ]);
  });

  test('no cause is named for the platform that the file is right for', async () => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/amd64');
    const { location, related } = ask(image, 'library-not-found', APP);
    expect(location).toMatchObject({ line: 7 });
    expect(related.map(({ label }) => label)).toEqual(['the file comes from here']);
  });

  test('without a checkout the built Dockerfile speaks for itself', async () => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const { location } = ask(image, 'wrong-architecture', APP, { repository: checkout({}) });
    expect(location).toMatchObject({ file: HIDDEN, line: 7, snippet: COPY_LINE });
  });

  test.each([
    [
      'the file that the build names lies in another folder',
      { dockerfile: `deploy/${HIDDEN}` },
      `deploy/${HIDDEN}`,
    ],
    ['the context is a folder', { context: 'services/shop/' }, `services/shop/${HIDDEN}`],
  ])('%s', async (_, hint, file) => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const repository = checkout({ [file]: hiddenText, [HIDDEN]: 'FROM scratch\n' });
    expect(ask(image, 'wrong-architecture', APP, { ...hint, repository }).location).toMatchObject({
      file,
      line: 7,
    });
  });
});

describe('wrong-arch-and-crlf leads to the continued COPY, and to the first line of the script', () => {
  test.each([
    ['provenance', {}],
    ['history', historyOf(PINNED)],
  ])('by %s', async (by, changes) => {
    const image = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
    const { location, related, fix } = ask(image, 'wrong-architecture', APP, changes);
    const snippet = 'COPY --from=build \\\n     /out/app \\\n     /usr/local/bin/app';
    expect(location).toEqual({ file: PINNED, line: 6, endLine: 8, snippet, by });
    expect(related).toMatchObject([
      { line: 3, snippet: 'COPY bin/app-amd64 /out/app', highlight: 'amd64', proven: by === 'provenance' },
    ]);
    expect(fix).toBe('use `TARGETARCH` in place of `amd64` on line 3');

    const script = ask(image, 'crlf-script', '/entrypoint.sh', changes);
    expect(script.location).toEqual({
      file: 'entrypoint-crlf.sh',
      line: 1,
      endLine: 1,
      snippet: '#!/bin/sh',
      by: 'repository',
    });
    expect(script.related).toMatchObject([
      { file: PINNED, line: 9, label: 'this line puts the file into the image' },
    ]);
    expect(script.fix).toContain('save entrypoint-crlf.sh with LF line ends');
  });

  test('a script that differs in the repository is not pointed at', async () => {
    const image = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
    const repository = checkout({ 'entrypoint-crlf.sh': '#!/bin/sh\r\nexec other\r\n' }, FIXTURES);
    const { location, related } = ask(image, 'crlf-script', '/entrypoint.sh', { repository });
    expect(location).toMatchObject({ file: PINNED, line: 9 });
    expect(related).toEqual([]);
  });

  test('a script with LF in the repository was changed on its way into the build', async () => {
    const image = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
    const repository = checkout(
      { 'entrypoint-crlf.sh': '#!/bin/sh\nexec /usr/local/bin/app "$@"\n' },
      FIXTURES,
    );
    const { location, related, fix } = ask(image, 'crlf-script', '/entrypoint.sh', { repository });
    expect(location).toMatchObject({ file: PINNED, line: 9 });
    expect(related).toMatchObject([{ file: 'entrypoint-crlf.sh', line: 1, proven: false }]);
    const told = ask(image, 'crlf-script', '/entrypoint.sh', { repository, context: '' });
    expect(told.related).toMatchObject([{ file: 'entrypoint-crlf.sh', line: 1, proven: true }]);
    expect(fix).toContain('.gitattributes');
  });

  test('a program that the config names and the image lacks leads to ENTRYPOINT', async () => {
    const image = await openFixture('wrong-arch-and-crlf', 'linux/arm64');
    const { location } = ask(image, 'program-not-found', null);
    expect(location).toMatchObject({ file: PINNED, line: 12, snippet: 'ENTRYPOINT ["/entrypoint.sh"]' });
    expect(ask(image, 'user-not-found', null).location).toMatchObject({ line: 10, snippet: 'USER 65532' });
  });
});

describe('every good image leads to the same line in every form', () => {
  const forms = ['good-provenance-max', 'good-provenance-min', 'good-no-provenance', 'good-zstd'];
  const others = ['good-uncompressed', 'good-docker-mediatypes', 'merged-legs', 'bake-app', 'single-arch'];
  test.each([...forms, ...others])('%s', async (name) => {
    const image = await openFixture(name, 'linux/amd64');
    const { location } = ask(image, 'any-rule', APP, { dockerfile: 'good.Dockerfile' });
    expect(location).toMatchObject({ file: 'good.Dockerfile', line: 8, snippet: COPY_LINE });
  });

  test('mode=min provenance names the Dockerfile', async () => {
    const image = await openFixture('good-provenance-min', 'linux/arm64');
    expect(ask(image, 'any-rule', APP).location).toMatchObject({
      file: 'good.Dockerfile',
      line: 8,
      by: 'history',
    });
  });
});

describe('a Dockerfile that was changed since the build', () => {
  const inserted = `# a new first line\n\n${hiddenText}`;
  const renamed = hiddenText.replace('/out/app /usr/local/bin/app', '/out/app /opt/app');

  test.each([
    ['lines before it move it', inserted, 9],
    ['lines behind it do not', `${hiddenText}LABEL more=1\n`, 7],
    ['a changed instruction has no line', renamed, null],
    ['another file of the same name has no line', 'FROM alpine\nRUN true\n', null],
  ])('by provenance: %s', async (_, text, line) => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const { location } = ask(image, 'wrong-architecture', APP, { repository: checkout({ [HIDDEN]: text }) });
    expect(location?.line ?? null).toBe(line);
  });

  test.each([
    ['comments before it move it', inserted, 9],
    ['an instruction more', `${hiddenText}LABEL more=1\n`, null],
    ['an instruction less', hiddenText.replace(/LABEL.*\n/, ''), null],
    ['a changed instruction', renamed, null],
    ['a stage more at the end', `${hiddenText}\nFROM scratch\nCOPY x /x\n`, 7],
    ['no file at all', null, null],
  ])('by history: %s', async (_, text, line) => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const changes = { ...historyOf(HIDDEN), repository: checkout({ [HIDDEN]: text }) };
    expect(ask(image, 'wrong-architecture', APP, changes).location?.line ?? null).toBe(line);
  });

  test('the history line is said in any case', async () => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const origin = ask(image, 'wrong-architecture', APP, { provenance: null, repository: checkout({}) });
    expect(origin).toEqual({
      createdBy: 'COPY /out/app /usr/local/bin/app # buildkit',
      location: null,
      related: [],
      fix: null,
    });
  });
});

describe('an image that does not say what to start leads', () => {
  test.each<[where: string, process: Partial<ProcessConfig>, snippet: RegExp]>([
    ['to the FROM of its last stage', { entrypoint: [''], cmd: null }, /^FROM /],
    ['to the ENTRYPOINT that wants a command', {}, /^ENTRYPOINT /],
  ])('%s', async (_, process, snippet) => {
    const image = await openFixture('wrong-arch-hidden-default', 'linux/arm64');
    const config = { ...image.config, process: { ...image.config.process, ...process } };
    const { location } = ask(image, 'no-start-command', null, { config });
    expect(location).toMatchObject({
      file: HIDDEN,
      by: 'provenance',
      snippet: expect.stringMatching(snippet),
    });
    expect(hiddenText.split('\n')[(location?.line ?? 0) - 1]).toMatch(snippet);
  });
});
