/**
 * A predicate for `actions/attest`: what was checked, what starts on each platform, and the verdict. The subject of
 * the attestation is the image's digest; docs/predicate.md describes the fields.
 */
import type { ImageReport, PlatformReport, Report } from '../verdict/report.ts';
import { encodeJson } from './json.ts';

export function predicateText(report: Report): string {
  return encodeJson({
    tool: report.tool,
    verdict: report.verdict,
    failOn: report.failOn,
    images: report.images.map(imagePart),
    findings: report.findings.map(({ rule, severity, platforms, path }) => ({
      rule,
      severity,
      platforms,
      path,
    })),
    ignored: report.ignored.map(({ finding, entry, reason }) => ({ rule: finding.rule, entry, reason })),
  });
}

function imagePart({ reference, digest, verdict, requiredPlatforms, platforms }: ImageReport) {
  return { reference, digest, verdict, requiredPlatforms, platforms: platforms.map(platformPart) };
}

function platformPart({ platform, digest, verdict, start, filesExamined }: PlatformReport) {
  const [program] = start?.chain ?? [];
  return {
    platform,
    digest,
    verdict,
    filesExamined,
    starts:
      start === null
        ? null
        : { argv: start.argv, program: program?.resolvedPath ?? null, format: program?.format ?? null },
  };
}
