/**
 * What becomes an annotation on GitHub. The runner shows ten of each level and a step, cuts messages at 4,096
 * characters and drops the rest without a word: so equal faults are merged, the worst come first, and the last
 * one says how many there are beyond it.
 */
import { printable } from '../base/plain-text.ts';
import type { Severity } from '../rules/rule.ts';
import type { Finding, Location } from '../verdict/finding.ts';
import type { FailOn } from '../verdict/policy.ts';
import type { Report } from '../verdict/report.ts';
import { cut } from './cut.ts';
import { factsOf, lineOf, placeOfFinding } from './finding-facts.ts';
import { placedFailures, placeOf, type PlacedFailure } from './headline.ts';
import { docsOf, type RenderOptions } from './reporter.ts';

export type Level = 'error' | 'warning' | 'notice';

/** Texts are printable; `message` may have several lines. */
export interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly place: { readonly file: string; readonly line: number; readonly endLine: number } | null;
}

const PER_LEVEL = 9;
const TITLE_LIMIT = 255;
const MESSAGE_LIMIT = 4_096;
const LEVELS: readonly Level[] = ['error', 'warning', 'notice'];

export function annotationsOf(report: Report, options: RenderOptions): readonly Annotation[] {
  const all = [
    ...placedFailures(report).map(failureAnnotation),
    ...mergedFindings(report.findings).map((group) => findingAnnotation(group, report.failOn, options)),
    ...report.notices.map(noticeAnnotation),
  ];
  return LEVELS.flatMap((level) => limited(all.filter((annotation) => annotation.level === level)));
}

/** Findings of one rule at one line, worst first as the report has them. */
type Group = readonly [Finding, ...Finding[]];

function mergedFindings(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { rule, severity } = finding;
    const place = placeOfFinding(finding);
    const key = JSON.stringify([rule, severity, place?.location.file, place?.location.line]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function findingAnnotation(group: Group, failOn: FailOn, options: RenderOptions): Annotation {
  const [first, ...others] = group;
  const { rule, title, createdBy } = first;
  const place = placeOfFinding(first);
  const built = place === null ? createdBy : null;
  const facts = factsOf(first).map(({ name, text }) => `${name}: ${printable(text)}`);
  const lines = [
    ...facts.filter((fact) => fact.startsWith('effect: ')),
    ...others.map((other) => `and: ${printable(other.title)}`).slice(0, 20),
    ...(place === null ? [] : [`${printable(lineOf(place.location))}: ${printable(place.role)}`]),
    ...(built === null ? [] : [`built by: ${printable(built)}`]),
    ...facts.filter((fact) => !fact.startsWith('effect: ')),
    `docs: ${docsOf(rule, options)}`,
  ];
  return {
    level: levelOf(first.severity, failOn),
    title: titled(title, rule),
    message: cut(lines.join('\n'), MESSAGE_LIMIT),
    place: place === null ? null : regionOf(place.location),
  };
}

function regionOf({ file, line, endLine }: Location): Annotation['place'] {
  return { file: printable(file), line, endLine };
}

function failureAnnotation(placed: PlacedFailure): Annotation {
  const { code, message, hint } = placed.failure;
  return {
    level: 'error',
    title: titled(`not verified: ${placeOf(placed)}`, code),
    message: cut(`cause: ${printable(message)}\nhelp: ${printable(hint)}`, MESSAGE_LIMIT),
    place: null,
  };
}

function noticeAnnotation(notice: string): Annotation {
  return { level: 'notice', title: 'exec-format-guard', message: printable(notice), place: null };
}

/** `linux/arm64 starts an x86-64 program (wrong-architecture)`; the name in brackets is never cut away. */
function titled(text: string, name: string): string {
  return `${cut(printable(text), TITLE_LIMIT - name.length - 3)} (${name})`;
}

function levelOf(severity: Severity, failOn: FailOn): Level {
  if (severity === 'note') return 'notice';
  return failOn === 'never' ? 'warning' : severity;
}

function limited(annotations: readonly Annotation[]): readonly Annotation[] {
  const shown = annotations.slice(0, PER_LEVEL);
  const more = annotations.length - shown.length;
  if (more === 0) return shown;
  const note = `\nand ${more} more, see the summary`;
  return shown.map((annotation, at) =>
    at < PER_LEVEL - 1
      ? annotation
      : { ...annotation, message: cut(annotation.message, MESSAGE_LIMIT - note.length) + note },
  );
}
