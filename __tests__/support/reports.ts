/** Hand-made evidence for reporters: small, true to the real thing, changed by each test where it matters. */
import type { Finding } from '../../src/verdict/finding.ts';
import { type Evidence, judge } from '../../src/verdict/judge.ts';
import { DEFAULT_POLICY } from '../../src/verdict/policy.ts';
import type { ImageReport, PlatformReport, Report } from '../../src/verdict/report.ts';
import { type RenderOptions, PLAIN } from '../../src/reports/reporter.ts';

export const IMAGE = 'ghcr.io/acme/shop:1.4.0';
export const AMD64_DIGEST = `sha256:${'a1'.repeat(32)}` as const;
export const ARM64_DIGEST = `sha256:${'5c19b7aa'.repeat(8)}` as const;
export const INDEX_DIGEST = `sha256:${'0b6e92d4'.repeat(8)}` as const;
export const LAYER_DIGEST = `sha256:${'77c1'.repeat(16)}` as const;

export function platformReport(changes: Partial<PlatformReport> = {}): PlatformReport {
  return {
    platform: 'linux/amd64',
    digest: AMD64_DIGEST,
    verdict: 'pass',
    inspected: true,
    start: {
      argv: ['/server'],
      entrypoint: ['/server'],
      user: '65532',
      workingDir: '/',
      chain: [
        {
          role: 'program',
          path: '/server',
          resolvedPath: '/server',
          format: 'ELF 64-bit little-endian x86-64, static',
          layer: LAYER_DIGEST,
        },
      ],
    },
    exemptions: [],
    leftOut: [],
    filesExamined: 3,
    failure: null,
    ...changes,
  };
}

export function imageReport(changes: Partial<ImageReport> = {}): ImageReport {
  return {
    reference: IMAGE,
    tags: ['ghcr.io/acme/shop:1.4.0', 'ghcr.io/acme/shop:latest'],
    digest: INDEX_DIGEST,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    pinned: `ghcr.io/acme/shop@${INDEX_DIGEST}`,
    verdict: 'pass',
    requiredPlatforms: ['linux/amd64', 'linux/arm64'],
    missingPlatforms: [],
    platforms: [platformReport(), platformReport({ platform: 'linux/arm64', digest: ARM64_DIGEST })],
    attestations: 0,
    artifacts: 0,
    failure: null,
    ...changes,
  };
}

/** The story of the README: `ARG TARGETARCH=amd64` hides the value that BuildKit sets. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    rule: 'wrong-architecture',
    severity: 'error',
    image: IMAGE,
    platforms: ['linux/arm64'],
    path: '/server',
    title: 'linux/arm64 starts an x86-64 program',
    message: 'x86-64; byte for byte the file in linux/amd64',
    fix: 'write `ARG TARGETARCH` without a value on line 11',
    runtimeError: 'exec /server: exec format error',
    notes: ['`docker run --platform linux/arm64` on this x64 runner may work and hide the problem'],
    evidence: { role: 'program', found: 'x86-64', expected: 'AArch64' },
    layer: LAYER_DIGEST,
    createdBy: 'COPY /out/server /server # buildkit',
    location: {
      file: 'Dockerfile',
      line: 19,
      endLine: 19,
      snippet: 'COPY --from=build /out/server /server',
      by: 'provenance',
    },
    related: [
      {
        file: 'Dockerfile',
        line: 11,
        endLine: 11,
        snippet: 'ARG TARGETARCH=amd64',
        highlight: 'amd64',
        by: 'provenance',
        label: 'this default hides the value BuildKit sets for each platform',
        proven: false,
      },
    ],
    ...changes,
  };
}

export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    images: [imageReport()],
    findings: [],
    policy: DEFAULT_POLICY,
    stats: { seconds: 1.7, bytesFetched: 12_582_912, bytesTotal: 63_963_136, layersRead: 2, layersTotal: 7 },
    ...changes,
  };
}

export function passing(): Report {
  return judge(evidence());
}

export function failing(...findings: readonly Finding[]): Report {
  return judge(evidence({ findings: findings.length === 0 ? [finding()] : findings }));
}

/** A layer of arm64 could not be verified; everything else was read. */
export function unverified(): Report {
  const arm64 = platformReport({
    platform: 'linux/arm64',
    digest: ARM64_DIGEST,
    inspected: false,
    start: null,
    filesExamined: 0,
    failure: {
      code: 'E_DIGEST',
      message: `layer ${LAYER_DIGEST}: the bytes do not match their digest`,
      hint: 'push the image again',
    },
  });
  return judge(evidence({ images: [imageReport({ platforms: [platformReport(), arm64] })] }));
}

export function renderOptions(changes: Partial<RenderOptions> = {}): RenderOptions {
  return { ...PLAIN, ...changes };
}
