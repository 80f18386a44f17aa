/** One image for every class of incident that an image shows, named after a real one. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { guard } from '../../src/guard.ts';
import type { Report } from '../../src/verdict/report.ts';
import { guardHost, guardRequest } from '../support/guard-host.ts';
import {
  buildImage,
  type BuiltImage,
  type ImageSpec,
  type PlatformSpec,
  type Tree,
  writeLayout,
} from '../support/image-builder.ts';
import { app, glibcLoader, library } from '../support/loading.ts';
import { program } from '../support/surveyed.ts';
import { buildZip } from '../support/zip-builder.ts';

const AMD64 = program({ machine: 'amd64' });
const ARM64 = program({ machine: 'arm64' });
export interface Scenario {
  /** What to build, or the reference of what is there. */
  readonly image: ImageSpec | string;
  /** Rule of a finding, or code of a failure. */
  readonly expected: string;
  readonly platforms?: readonly string[];
  readonly archives?: 'opened';
  readonly index?: 'forbidden';
  /** What happened to the image after it was built. */
  readonly afterwards?: 'child-lost' | 'tag-left-behind';
}

/** One platform that starts `/app`. */
function one(layer: Tree, more: Partial<PlatformSpec> = {}): ImageSpec {
  const config = { Entrypoint: ['/app'] };
  return {
    platforms: [{ platform: 'linux/arm64', compression: 'none', config, layers: [layer], ...more }],
  };
}

function amd64(...layers: NonNullable<PlatformSpec['layers']>): ImageSpec {
  return {
    platforms: [{ platform: 'linux/amd64', compression: 'none', config: { Entrypoint: ['/app'] }, layers }],
  };
}

const script = (data: string): Tree[string] => ({ data, mode: 0o755 });
const GLIBC_231 = [
  glibcLoader(),
  library('/lib/libc.so.6', { versionsDefined: ['GLIBC_2.17', 'GLIBC_2.31'] }),
];
const NEEDS_234 = [{ file: 'libc.so.6', versions: [{ name: 'GLIBC_2.34', weak: false }] }];
/** `setcap cap_sys_resource+ep`. */
const SYS_RESOURCE = {
  'SCHILY.xattr.security.capability': `\x01\0\0\x02\0\0\0\x01${'\0'.repeat(12)}`,
};
const BOTH = ['linux/amd64', 'linux/arm64'];
const GOARM7 = { version: 'go1.22', path: 'cloudflared', settings: { GOARCH: 'arm', GOARM: '7' } };

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  WRONG_ARCH_MAIN: { image: one({ app: AMD64 }), expected: 'wrong-architecture' },
  MISSING_PLATFORM: { image: one({ app: ARM64 }), platforms: BOTH, expected: 'missing-platform' },
  WRONG_ARCH_HELPER: {
    image: one({ app: ARM64, 'usr/local/bin/kubectl': AMD64 }),
    expected: 'foreign-binary',
  },
  WRONG_ARCH_ROOTFS: {
    image: one({ app: ARM64, 'bin/sh': AMD64, 'bin/busybox': AMD64, 'lib/ld-musl-x86_64.so.1': AMD64 }),
    expected: 'foreign-userland',
  },
  MISSING_LOADER: {
    image: one({ app: program({ machine: 'arm64', interpreter: '/lib/ld-linux-aarch64.so.1' }) }),
    expected: 'loader-not-found',
  },
  TAG_OVERWRITTEN_SINGLE_ARCH: {
    image: { ...one({ app: ARM64 }), root: 'manifest' },
    platforms: BOTH,
    expected: 'missing-platform',
  },
  GLIBC_VERSION: {
    image: amd64([app({ versionsNeeded: NEEDS_234 }), ...GLIBC_231]),
    expected: 'symbol-version-not-found',
  },
  X86_ISA_LEVEL: { image: amd64({ app: program({ x86IsaNeeded: 3 }) }), expected: 'isa-level' },
  MISSING_SHARED_LIB: {
    image: amd64([app({ needed: ['libssl.so.3', 'libc.so.6'] }), ...GLIBC_231]),
    expected: 'library-not-found',
  },
  MISSING_EXEC_BIT: { image: one({ app: { ...ARM64, mode: 0o644 } }), expected: 'not-executable' },
  ENTRYPOINT_NOT_FOUND: { image: one({ server: ARM64 }), expected: 'program-not-found' },
  ATTESTATION_UNKNOWN: {
    image: 'oci-archive:__tests__/fixtures/buildx/single-arch-provenance.oci.tar',
    index: 'forbidden',
    expected: 'unexpected-index',
  },
  PAGE_SIZE: {
    image: one({
      app: ARM64,
      'app-lib/libvips.so.42': program({ machine: 'arm64', soname: 'libvips.so.42', align: 0x1000 }),
    }),
    expected: 'page-size',
  },
  CRLF_SCRIPT: {
    image: one({ app: script('#!/bin/sh\r\nexec x\r\n'), 'bin/sh': ARM64 }),
    expected: 'crlf-script',
  },
  CONFIG_ARCH_MISMATCH: {
    image: one({ app: ARM64 }, { configFields: { architecture: 'amd64' } }),
    expected: 'platform-mismatch',
  },
  NATIVE_ADDON: {
    image: one({
      app: ARM64,
      'srv/node_modules/mmmagic/build/Release/magic.node': Buffer.from('cffaedfe0c00000100000000', 'hex'),
    }),
    expected: 'foreign-add-on',
  },
  MISSING_INTERPRETER: { image: one({ app: script('#!/bin/bash\n') }), expected: 'interpreter-not-found' },
  MISSING_SHEBANG: { image: one({ app: script('echo hello\n') }), expected: 'no-shebang' },
  ARM_V6_V7: {
    image: one({ app: program({ machine: 'armhf', go: GOARM7 }) }, { platform: 'linux/arm/v6' }),
    expected: 'isa-level',
  },
  DANGLING_MANIFEST: { image: one({ app: ARM64 }), afterwards: 'child-lost', expected: 'E_NOT_FOUND' },
  NATIVE_LIB_IN_ARCHIVE: {
    image: one({
      app: ARM64,
      'srv/app.jar': buildZip([
        {
          name: 'BOOT-INF/lib/rocksdbjni.jar',
          data: buildZip([{ name: 'librocksdbjni-linux64.so', data: AMD64.data }]),
          method: 'stored',
        },
      ]),
    }),
    archives: 'opened',
    expected: 'foreign-add-on',
  },
  MUSL_SYMBOL: {
    image: one({
      app: ARM64,
      'lib/ld-linux-aarch64.so.1': ARM64,
      'srv/node_modules/@node-rs/argon2-linux-arm64-musl/argon2.linux-arm64-musl.node': ARM64,
    }),
    expected: 'foreign-add-on',
  },
  LAYER_MEDIA_TYPE: {
    image: { ...one({ app: ARM64 }, { compression: 'zstd' }), mediaTypes: 'docker' },
    expected: 'layer-media-type',
  },
  HEALTHCHECK_BROKEN: {
    image: one({ app: ARM64 }, { config: { Entrypoint: ['/app'], Healthcheck: { Test: ['CMD', 'wget'] } } }),
    expected: 'healthcheck-broken',
  },
  DUPLICATE_PLATFORM: {
    image: {
      platforms: [...one({ app: ARM64 }).platforms, ...one({ app: ARM64, etc: '' }).platforms],
    },
    expected: 'duplicate-platform',
  },
  FILE_CAPS: { image: one({ app: { ...ARM64, pax: SYS_RESOURCE } }), expected: 'not-executable' },
  EXEC_STACK: {
    image: one({
      app: ARM64,
      'lib/libj9.so': program({ machine: 'arm64', soname: 'libj9.so', stack: 'executable' }),
    }),
    expected: 'exec-stack',
  },
  CORRUPT_BINARY: { image: one({ app: script('') }), expected: 'unknown-format' },
  NOT_AN_EXECUTABLE: { image: one({ app: script('<!doctype html><html>') }), expected: 'unknown-format' },
  WRONG_PLATFORM_NAME: {
    image: one({ app: ARM64 }, { platform: 'linux/armv8' }),
    expected: 'malformed-platform',
  },
  CONFIG_VARIANT_MISMATCH: {
    image: one(
      { app: program({ machine: 'armel' }) },
      { platform: 'linux/arm/v6', configFields: { variant: 'v7' } },
    ),
    expected: 'platform-mismatch',
  },
  BAD_USER: {
    image: one(
      { app: ARM64, 'etc/passwd': 'root:x:0:0::/:\n' },
      { config: { Entrypoint: ['/app'], User: 'nonroot' } },
    ),
    expected: 'user-not-found',
  },
  MISSING_IMAGE: { image: one({ app: ARM64 }), expected: 'E_NOT_FOUND' },
  STALE_TAG: { image: one({ app: ARM64 }), afterwards: 'tag-left-behind', expected: 'tag-mismatch' },
  BAD_WORKDIR: {
    image: one({ app: ARM64, home: 'a file' }, { config: { Entrypoint: ['/app'], WorkingDir: '/home' } }),
    expected: 'program-not-found',
  },
};

/** What the guard says of it; `folder` is where the image is written. */
export async function check(folder: string, name: string, scenario: Scenario): Promise<Report> {
  const { image, platforms = [], afterwards, archives = 'closed', index = 'any' } = scenario;
  const next = buildImage(one({ app: ARM64, version: '2' }));
  const reference =
    typeof image === 'string' ? image : layoutOf(folder, name, buildImage(image), next, afterwards);
  const digest = afterwards === 'tag-left-behind' ? next.root.digest : null;
  return await guard(guardRequest([reference], platforms, { digest, archives, index }), guardHost());
}

function layoutOf(
  folder: string,
  name: string,
  built: BuiltImage,
  next: BuiltImage,
  afterwards: Scenario['afterwards'],
): string {
  const layout = writeLayout(join(folder, name), { ok: built, next });
  const [child] = built.manifests;
  if (afterwards === 'child-lost' && child !== undefined) {
    rmSync(join(layout, 'blobs', child.digest.replace(':', '/')));
  }
  return `oci:${layout}:${name === 'MISSING_IMAGE' ? 'gone' : 'ok'}`;
}
