import type { AccessRefusal, LookupRefusal, Refusal } from './refusal.ts';

/** A name that ends in CR is one that a Windows line end became part of. */
export function withCr(name: string, refusal: LookupRefusal | AccessRefusal): Refusal {
  const isAbsence = refusal.kind === 'missing' || refusal.kind === 'not-in-path';
  if (!isAbsence || !name.endsWith('\r')) return refusal;
  return { kind: 'crlf', where: 'command', word: name, certainty: 'certain' };
}
