/** A thousand findings of one kind say no more than the first of them and a number: a report is a page. */
import type { Finding } from './finding.ts';
import { listPlatforms } from './narrow-finding.ts';

/** So many of one image, rule, severity and platform are told one by one. */
const TOLD = 25;
/** So many paths of the others are named in words, and in the evidence. */
const NAMED = 8;
const LISTED = 50;

/** The same findings in the same order; of each kind the later ones are one finding behind the last that is told. */
export function foldFindings(findings: readonly Finding[]): readonly Finding[] {
  const kinds = Map.groupBy(
    findings.filter(({ path }) => path !== null),
    kindOf,
  );
  const replaced = new Map<Finding, readonly Finding[]>();
  for (const kind of kinds.values()) {
    const [first, ...others] = kind.slice(TOLD);
    if (first === undefined || others.length === 0) continue;
    for (const other of others) replaced.set(other, []);
    replaced.set(first, [foldedOf(first, kind.slice(TOLD))]);
  }
  return findings.flatMap((finding) => replaced.get(finding) ?? [finding]);
}

function kindOf({ image, rule, severity, platforms, entries = [], evidence }: Finding): string {
  return JSON.stringify([image, rule, severity, platforms, entries, evidence['stage'] ?? null]);
}

function foldedOf(like: Finding, findings: readonly Finding[]): Finding {
  const paths = findings.flatMap(({ path }) => path ?? []);
  const { notes: _, ...kept } = like;
  const { stage } = like.evidence;
  const named = paths.slice(0, NAMED).join(', ');
  return {
    ...kept,
    // No file stands for all of them.
    path: null,
    layer: null,
    createdBy: null,
    location: null,
    related: [],
    runtimeError: null,
    title: `${listPlatforms(like.platforms, like.entries)}: ${paths.length} more are like those before`,
    message: `The same holds for ${named}${paths.length > NAMED ? ` and ${paths.length - NAMED} more` : ''}.`,
    evidence: {
      ...(stage === undefined ? {} : { stage }),
      count: paths.length,
      paths: paths.slice(0, LISTED),
    },
  };
}
