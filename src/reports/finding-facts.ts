/** What there is to say about a finding beyond its title, line by line: shared by annotations, Markdown, SARIF and the rest. */
import type { Finding, Location, RelatedLocation } from '../verdict/finding.ts';
import { effectOf } from './effect.ts';

/** Untrusted texts under names of ours. */
export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** Effect, cause, proof, fix: in the order in which people need them. */
export function factsOf(finding: Finding): readonly Fact[] {
  const { runtimeError, message, notes = [], fix, related } = finding;
  return [
    ...(runtimeError === null ? [] : [{ name: 'effect', text: effectOf(finding) }]),
    ...related.map((other) => ({
      name: other.proven ? 'cause' : 'likely cause',
      text: `${other.label} (${lineOf(other)})`,
    })),
    { name: 'found', text: message },
    ...notes.map((text) => ({ name: 'note', text })),
    { name: 'help', text: fix },
  ];
}

export interface Place {
  readonly location: Location;
  /** What the line has to do with the finding. */
  readonly role: string;
}

/** The line to blame, else the one that likely is, and says so; null where nobody can tell. */
export function placeOfFinding(finding: Finding): Place | null {
  const { location, related } = finding;
  if (location !== null) return { location, role: roleOf(finding) };
  const [likely] = related;
  return likely === undefined ? null : { location: likely, role: relatedLabel(likely) };
}

export function relatedLabel({ label, proven }: RelatedLocation): string {
  return proven ? label : `likely cause: ${label}`;
}

/** `Dockerfile:19` */
export function lineOf({ file, line }: Location): string {
  return `${file}:${line}`;
}

/** What a line has to do with the finding. */
export function roleOf({ location, path }: Finding): string {
  if (location?.by === 'workflow') return 'this line asks for the platforms';
  if (location?.by === 'repository') return 'this is the file';
  const keyword = /^\s*(\w+)/.exec(location?.snippet ?? '')?.[1]?.toUpperCase() ?? '';
  if (keyword === 'FROM' && path === null) return 'this stage does not say what to start';
  const role = Object.hasOwn(ROLES, keyword) ? ROLES[keyword] : undefined;
  return role ?? (path === null ? 'this line is to blame' : 'this line puts the file into the image');
}

const ROLES: Readonly<Record<string, string>> = {
  FROM: 'the file comes with this base image',
  ENTRYPOINT: 'this line says what to start',
  CMD: 'this line says what to start',
  HEALTHCHECK: 'this line says how to look after the container',
  USER: 'this line says who starts it',
  WORKDIR: 'this line says where to start',
};
