import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Failure } from '../src/base/failure.ts';
import { guard, type GuardRequest } from '../src/guard.ts';
import type { Digest } from '../src/oci/digest.ts';
import { OCI_CONFIG, OCI_MANIFEST } from '../src/oci/media-type.ts';
import { exitStatusOf } from '../src/verdict/judge.ts';
import type { Report } from '../src/verdict/report.ts';
import { buildElf } from './support/elf-builder.ts';
import type { MachineName } from './support/elf-machines.ts';
import { guardHost, guardRequest } from './support/guard-host.ts';
import {
  buildImage,
  type BuiltImage,
  type ImageSpec,
  type PlatformSpec,
  writeOciArchive,
} from './support/image-builder.ts';
import { sha256Of } from './support/layer-builder.ts';
import { startRegistry, type TestRegistry } from './support/in-memory-registry.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

function platform(name: string, machine: MachineName, more = ''): PlatformSpec {
  const app = { data: Buffer.from(buildElf({ machine })), mode: 0o755 };
  return { platform: name, config: { Entrypoint: ['/app'] }, layers: [{ app, [`etc/issue${more}`]: more }] };
}

const good = buildImage({ platforms: [platform('linux/amd64', 'amd64'), platform('linux/arm64', 'arm64')] });
const old = buildImage({ platforms: [platform('linux/amd64', 'amd64', 'old')] });
const legs = (['amd64', 'arm64'] as const).map((architecture) =>
  buildImage({ platforms: [platform(`linux/${architecture}`, architecture, 'leg')] }),
);
const attested = withAttestation({ platforms: [platform('linux/amd64', 'amd64', 'attested')] });
const bare = buildImage({ platforms: [platform('linux/arm64', 'arm64', 'bare')], root: 'manifest' });
const twin = buildImage({ platforms: [platform('linux/amd64', 'amd64', 'twin')], root: 'manifest' });
const uneven = buildImage({
  platforms: [platform('linux/amd64', 'amd64', 'only'), platform('linux/arm64', 'arm64')],
});
const empty = buildImage({ platforms: [] });
const lost = buildImage({
  platforms: [
    { platform: 'linux/amd64', config: { Entrypoint: ['/app'] }, layers: [{ 'etc/issue': 'x' }] },
    { platform: 'linux/arm64', config: {}, layers: [{ 'etc/issue': 'x' }] },
    {
      platform: 'linux/s390x',
      config: { Entrypoint: ['/etc/issue'], User: 'nobody' },
      layers: [{ 'etc/issue': 'x' }],
    },
  ],
});
const hollow = buildImage({
  platforms: [{ platform: 'linux/amd64', config: { Entrypoint: ['/app'] }, layers: [] }],
});

/** As BuildKit writes it with provenance on. */
function withAttestation(spec: ImageSpec): BuiltImage {
  const blobs: [Digest, Buffer][] = [];
  const add = (mediaType: string, text: string) => {
    const bytes = Buffer.from(text);
    blobs.push([sha256Of(bytes), bytes]);
    return { mediaType, digest: sha256Of(bytes), size: bytes.length };
  };
  const config = add(OCI_CONFIG, '{"architecture":"unknown","os":"unknown"}');
  const layers = [add('application/vnd.in-toto+json', '{"_type":"https://in-toto.io/Statement/v0.1"}')];
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
  const attestation = {
    ...add(OCI_MANIFEST, JSON.stringify(manifest)),
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const image = buildImage({ ...spec, moreManifests: [attestation] });
  return { ...image, blobs: new Map([...image.blobs, ...blobs]) };
}

/** Two images over one base, as bake makes them. */
function overBase(name: string): BuiltImage {
  const base = { 'etc/os-release': 'NAME=base', 'usr/share/big': 'x'.repeat(50_000) };
  const platforms = (['amd64', 'arm64'] as const).map((machine) => {
    const app = { data: Buffer.from(buildElf({ machine })), mode: 0o755 };
    return {
      platform: `linux/${machine}`,
      config: { Entrypoint: ['/app'] },
      layers: [base, { app, [name]: name }],
    };
  });
  return buildImage({ platforms });
}
const [web, worker] = [overBase('web'), overBase('worker')];
const sharedLayer = [...web.blobs.keys()].find(
  (digest) => worker.blobs.has(digest) && (web.blobs.get(digest)?.length ?? 0) > 100,
);

const scratch = temporaryFolder();
let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  const images: Record<string, BuiltImage> = { good, latest: good, old, empty, hollow, lost };
  for (const [tag, image] of Object.entries(images)) registry.push(`team/app:${tag}`, image);
  registry.push('team/web:1', web);
  registry.push('team/worker:1', worker);
  legs.forEach((leg, at) => registry.push(`team/legs:leg-${at}`, leg));
});
afterAll(() => registry.close());

function check(
  names: readonly string[],
  more: Partial<GuardRequest> = {},
  platforms: readonly string[] = [],
) {
  return guard(
    guardRequest(
      names.map((name) => `${registry.host}/${name}`),
      platforms,
      more,
    ),
    guardHost(),
  );
}

function rules({ findings }: Report): string[] {
  return findings.map(({ rule, severity }) => `${severity} ${rule}`);
}

describe('what is asked for and what comes back', () => {
  test('tags of one digest are one image, and each of its blobs is fetched once', async () => {
    const before = registry.seen.length;
    const report = await check(['team/app:good', 'team/app:latest']);
    expect(report.images.map(({ tags }) => tags.length)).toEqual([2]);
    expect(report.images[0]?.pinned).toBe(`${registry.host}/team/app@${good.root.digest}`);
    const blobs = registry.seen
      .slice(before)
      .filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'));
    expect(new Set(blobs.map(({ path }) => path)).size).toBe(blobs.length);
    expect(report.verdict).toBe('pass');
    expect(report.stats.bytesFetched).toBeLessThanOrEqual(report.stats.bytesTotal);
  });

  test('tags of different digests are different images', async () => {
    const report = await check(['team/app:good', 'team/app:old']);
    expect(report.images.map(({ digest }) => digest)).toEqual([good.root.digest, old.root.digest]);
  });

  test('with a digest what was built is checked, and the tag that points elsewhere is a finding', async () => {
    const report = await check(['team/app:old', 'team/app:good'], { digest: good.root.digest });
    expect(rules(report)).toEqual(['error tag-mismatch']);
    expect(report.images.map(({ digest }) => digest)).toEqual([good.root.digest]);
    expect(report.images[0]?.platforms.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });

  test.each([
    ['its own digest', good.root.digest, []],
    ['another digest', old.root.digest, ['it is not compared with digest']],
    ['no digest', null, []],
  ])('an archive of an engine beside %s', async (_, digest, expected) => {
    const notices: string[] = [];
    const archive = writeOciArchive(join(scratch, 'good.tar'), { '1': good });
    const host = guardHost({ notice: (text) => notices.push(text) });
    const report = await guard(guardRequest([`docker-archive:${archive}`], [], { digest }), host);
    expect(report.verdict).toBe('pass');
    expect(notices).toEqual(expected.map((words) => expect.stringContaining(words)));
  });

  test('tags over two registries: content comes once, every tag is looked up, the first name is pinned', async () => {
    const other = await startRegistry();
    for (const tag of ['1', 'latest']) other.push(`mirror/app:${tag}`, tag === '1' ? good : old);
    const names = [`${registry.host}/team/app:good`, `${other.host}/mirror/app:1`];
    const before = registry.seen.length;
    const report = await guard(guardRequest(names, [], { digest: good.root.digest }), guardHost());
    expect([report.verdict, report.images.length, report.findings]).toEqual(['pass', 1, []]);
    expect(report.images[0]?.tags).toEqual(names);
    expect(report.images[0]?.pinned).toBe(`${registry.host}/team/app@${good.root.digest}`);
    expect(registry.seen.slice(before).some(({ path }) => path.includes('/blobs/'))).toBe(true);
    expect(other.seen.map(({ path }) => path)).toEqual(['/v2/mirror/app/manifests/1']);

    const moved = [...names, `${other.host}/mirror/app:latest`, `${other.host}/mirror/app:gone`];
    const second = await guard(guardRequest(moved, [], { digest: good.root.digest }), guardHost());
    expect(rules(second)).toEqual(['error tag-mismatch']);
    expect(second.images.map(({ failure }) => failure?.code ?? null)).toEqual([null, 'E_NOT_FOUND']);
    expect(exitStatusOf(second)).toBe(3);
    await other.close();
  });

  test('when no tag points at the digest, it is read all the same', async () => {
    const report = await check(['team/app:old'], { digest: good.root.digest }, ['linux/arm64']);
    expect(rules(report)).toEqual(['error tag-mismatch']);
    expect(report.images[0]?.digest).toBe(good.root.digest);
  });

  test('a tag alone is said to pin nothing', async () => {
    expect(rules(await check(['team/app:good']))).toEqual(['note unpinned-reference']);
    expect(rules(await check([`team/app@${good.root.digest}`]))).toEqual([]);
  });

  test('digests of a matrix build are one image before there is a tag', async () => {
    const digests = legs.map(({ root }) => root.digest);
    const report = await check(['team/legs'], { digests }, ['linux/amd64', 'linux/arm64', 'linux/s390x']);
    expect(rules(report)).toEqual(['error missing-platform']);
    expect(report.images[0]?.platforms.map(({ platform: name }) => name)).toEqual([
      'linux/amd64',
      'linux/arm64',
    ]);
    expect([report.images[0]?.digest, report.images[0]?.pinned]).toEqual([null, null]);
  });

  test.each([
    ['an index with an attestation and a bare manifest', [0, 2], [], 'pass'],
    ['one leg twice', [0, 0, 2], [], 'pass'],
    ['two legs of one platform', [0, 3], ['warning duplicate-platform'], 'pass'],
  ] as const)('legs of a matrix build: %s', async (_, chosen, expected, verdict) => {
    const all = [attested, attested, bare, twin];
    all.forEach((leg, at) => registry.push(`team/more:leg-${at}`, leg));
    const digests = [...new Set(chosen.map((at) => all[at]?.root.digest ?? bare.root.digest))];
    const report = await check(['team/more'], { digests });
    expect(rules(report)).toEqual(expected);
    expect(report.verdict).toBe(verdict);
    expect(report.images.map(({ platforms, attestations }) => [platforms.length, attestations])).toEqual([
      [2, 1],
    ]);
  });

  test.each(['docker-daemon:shop:1', 'docker-archive:shop.tar'])(
    'legs of a matrix build are not looked for in %s',
    async (name) => {
      const request = guardRequest([name], [], { digests: legs.map(({ root }) => root.digest) });
      const report = await guard(request, guardHost());
      expect(report.images[0]?.failure).toMatchObject({ code: 'E_USAGE' });
      expect(exitStatusOf(report)).toBe(2);
    },
  );

  test('B21 what was not finished when the time was over is named', async () => {
    const slow = buildImage({
      platforms: [platform('linux/amd64', 'amd64', 'slow'), platform('linux/arm64', 'arm64', 'slower')],
    });
    registry.push('team/slow:1', slow);
    const manifest: { layers: { digest: string }[] } = JSON.parse(
      slow.blobs.get(slow.manifests[1]?.digest ?? 'sha256:')?.toString() ?? '',
    );
    const last = manifest.layers[0]?.digest;
    const stop = new AbortController();
    registry.intercept(({ path }) => {
      if (!path.endsWith(String(last))) return false;
      setImmediate(() => stop.abort(new Failure('E_TIMEOUT', 'not finished within 1 s', 'wait')));
      return new Promise(() => {});
    });
    const report = await guard(
      guardRequest([`${registry.host}/team/slow:1`]),
      guardHost({ signal: stop.signal }),
    );
    registry.intercept(null);
    const unfinished = report.images[0]?.platforms.filter(({ failure }) => failure?.code === 'E_TIMEOUT');
    expect(unfinished?.map(({ platform: name }) => name)).toContain('linux/arm64');
    expect([report.verdict, exitStatusOf(report)]).toEqual(['unverified', 3]);
  });

  test('a reference that leads nowhere leaves the others standing', async () => {
    const report = await check(['team/nothing:1', 'team/app:good', 'Team/App']);
    expect(report.images.map(({ verdict }) => verdict)).toEqual(['unverified', 'pass', 'unverified']);
    expect(report.images.map(({ failure }) => failure?.code)).toEqual([
      'E_NOT_FOUND',
      undefined,
      'E_REFERENCE',
    ]);
    expect(report.verdict).toBe('unverified');
  });

  test.each(['start', 'image'] as const)(
    'an index without platforms is not green in scope %s',
    async (scope) => {
      const report = await check(['team/app:empty'], { scope });
      expect([report.verdict, report.images[0]?.failure?.code]).toEqual(['unverified', 'E_EMPTY']);
    },
  );

  test.each(['start', 'image'] as const)(
    'an image of which nothing can be started fails for that reason in scope %s',
    async (scope) => {
      const report = await check(['team/app:lost'], { scope });
      expect([report.verdict, exitStatusOf(report)]).toEqual(['fail', 1]);
      expect(rules(report)).toEqual(
        expect.arrayContaining(['error program-not-found', 'error no-start-command', 'error user-not-found']),
      );
      expect(report.images[0]?.platforms.map(({ verdict }) => verdict)).toEqual(['fail', 'fail', 'fail']);
    },
  );

  test.each(['start', 'image'] as const)(
    'C21 an image without files is not green in scope %s',
    async (scope) => {
      const report = await check(['team/app:hollow'], { scope });
      expect([report.verdict, report.images[0]?.platforms[0]?.failure?.code]).toEqual([
        'unverified',
        'E_EMPTY',
      ]);
    },
  );

  test('B22 N13 images that share a base: each blob once a run, one manifest more than there are platforms', async () => {
    const before = registry.seen.length;
    const report = await check(['team/web:1', 'team/worker:1'], {}, ['linux/amd64', 'linux/arm64']);
    expect(report.verdict).toBe('pass');
    const paths = registry.seen.slice(before).map(({ method, path }) => `${method} ${path}`);
    const blobs = paths.flatMap((path) => /\/blobs\/(.+)$/.exec(path)?.[1] ?? []);
    expect([...blobs].sort()).toEqual([...new Set(blobs)].sort());
    expect(blobs).toContain(sharedLayer);
    expect(paths.filter((path) => path.includes('/manifests/'))).toHaveLength(2 * (2 + 1));
    expect(paths.length).toBe(blobs.length + 6);
  });

  test.each([
    ['matches nothing', ['/opt/*/tool'], {}, ['"/opt/*/tool" matches no file: ']],
    ['has no / in front', ['app', 'etc/*'], {}, ['"app" matches no file: ', '"etc/*" matches no file: ']],
    ['matches a file that is no program', ['/etc/*'], {}, []],
    ['matches programs', ['/a*', '**/app', '/app'], {}, []],
    ['is not looked at', ['/opt/*'], { scope: 'start' }, ['is not looked at in scope "start"']],
  ] as const)('C15 a glob of binaries that %s is spoken of', async (_, binaries, more, expected) => {
    const { notices, verdict } = await check(['team/app:good', 'team/web:1'], { binaries, ...more });
    expect(notices).toEqual(expected.map((words) => expect.stringContaining(words)));
    for (const notice of notices) expect(notice).toMatch(/^binaries/);
    expect(verdict).toBe('pass');
  });

  test('C15 a glob of binaries that matches on one platform alone is spoken of', async () => {
    const binaries = ['/etc/issueold', '/etc/issueother'];
    registry.push('team/app:uneven', uneven);
    const { notices } = await check(['team/app:uneven'], { binaries: ['/etc/*only'] });
    expect(notices).toEqual([expect.stringContaining('matches no file of linux/arm64: ')]);
    // What is named without a glob is an error where it is not there, and what was not read is not missed.
    const plain = await check(['team/app:good'], { binaries });
    expect([plain.notices, plain.verdict]).toEqual([[], 'fail']);
    expect((await check(['team/app:good', 'team/app:gone'], { binaries: ['/x/*'] })).notices).toEqual([]);
  });

  test('C15 a platform that is asked for and missing is a finding that lists what exists', async () => {
    const report = await check(['team/app:good'], {}, ['linux/s390x']);
    expect(rules(report)).toContain('error missing-platform');
    const [finding] = report.findings.filter(({ rule }) => rule === 'missing-platform');
    expect(`${finding?.message}`).toMatch(/linux\/amd64.*linux\/arm64/);
    expect([report.verdict, report.images[0]?.missingPlatforms]).toEqual(['fail', ['linux/s390x']]);
  });

  test.each([
    ['the machine of the files decides against the config', 'linux/arm64', 'arm64', 'amd64'],
    ['the variant lies', 'linux/arm/v7', 'armhf', 'arm64'],
  ] as const)('C16 index and config disagree, and %s: both are shown', async (_, name, machine, inConfig) => {
    const app = { data: Buffer.from(buildElf({ machine })), mode: 0o755 };
    const config = { Entrypoint: ['/app'] };
    const lying = buildImage({
      platforms: [
        {
          platform: name,
          configFields: { architecture: inConfig, variant: undefined },
          config,
          layers: [{ app }],
        },
      ],
    });
    registry.push('team/lying:1', lying);
    const report = await check(['team/lying:1']);
    const [finding] = report.findings.filter(({ rule }) => rule === 'platform-mismatch');
    expect([report.verdict, finding?.severity]).toEqual(['fail', 'error']);
    for (const word of [name, inConfig]) expect(`${finding?.title} ${finding?.message}`).toContain(word);
  });
});
